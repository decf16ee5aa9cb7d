using Explain.Engine.Catalogue;
using Explain.Engine.Images;
using Explain.Engine.Models;
using Explain.Engine.Models.Reading;
using Tensor = Explain.Testing.Tensor;

namespace Explain.Engine.Tests.Models;

/// <summary>
/// The gradient of the input of real models, at a real image. Quantised models are left out: their scores rise in steps, which no
/// difference follows; their maps are compared with those of their float siblings.
/// </summary>
public sealed class FloatModelTests(ITestOutputHelper output)
{
    private static readonly string[] Quantised = ["qdq", "qlinear", "int8"];

    public static TheoryData<string> Models =>
        SharedData.Root is null
            ? ["none"]
            :
            [
                .. Directory
                    .EnumerateDirectories(SharedData.Path("models"))
                    .Select(f => Path.GetFileName(f))
                    .Where(f => !Quantised.Any(f.Contains))
                    .Order(StringComparer.Ordinal),
            ];

    [Theory, MemberData(nameof(Models))]
    public void TheGradientOfTheInputIsThatOfFiniteDifferences(string name)
    {
        Assert.SkipWhen(SharedData.Root is null, SharedData.Missing);
        using var loadedModel = ModelLoader.Load(
            ModelSource.FromPath(RealMaps.Folder(name)),
            Tiny.Sessions,
            TestContext.Current.CancellationToken
        );
        var model = loadedModel.View;
        var image = Tiny.Images.Decode(File.ReadAllBytes(SharedData.Path("images", "kitten_224.png")));

        var input = ImageInput.Of(model, Preprocessor.Prepare(image, model.Description.Input));
        // Equal neighbours in the image are equal candidates for a maximum, where no derivative exists: a fraction of a grey level tells
        // them apart.
        var grey = model.Description.Input.Scale / model.Description.Input.Std[0];
        var noise = Tensor.Normal([input.Values.Length], 1).Values;
        InputDifferences.Check(
            model,
            input with
            {
                Values = [.. input.Values.Zip(noise, (v, n) => (float)(v + 0.25 * grey * n))],
            },
            name,
            output
        );
    }
}
