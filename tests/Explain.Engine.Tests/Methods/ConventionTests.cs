using Explain.Engine.Images;
using Explain.Engine.Methods.Layers;
using Explain.Engine.Methods.Probing;
using Explain.Engine.Methods.Tables;
using Explain.Engine.Models;
using Explain.Engine.Parameters;
using Explain.Engine.Tests.Methods.Perturbation;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Tests.Methods;

/// <summary>The conventions of other libraries: who knows which, and what each makes of a map.</summary>
public sealed class ConventionTests : IDisposable
{
    private static readonly SaliencyMap Signed = new(2, 2, [-1, 0, 1, 3], 0.5f);

    private readonly LoadedModel _loaded = new PixelNet(1, 3, 6, 8, "Relu", Biases: true, Seed: 3).Load();
    private readonly FloatTensor _input = new PixelNet(1, 3, 6, 8, "Relu", Biases: true, Seed: 3).Input(TensorLayout.Nchw);

    public static TheoryData<string> Methods => [.. MethodTable.All.Select(m => m.Id)];

    [Theory]
    [MemberData(nameof(Methods))]
    public void AConventionThatAMethodDoesNotKnowIsNamedWithTheKnownOnes(string id)
    {
        var known = MethodTable.Find(id).Conventions;
        foreach (var compat in Enum.GetValues<Compat>().Where(c => c != Compat.None && !known.Contains(c)))
        {
            var e = Assert.Throws<ExplainException>(() =>
                Model.Perturb(
                    _input,
                    new ExplainParameters
                    {
                        Method = id,
                        Options = new() { Compat = compat },
                    }
                )
            );

            Assert.Equal(ExplainError.InvalidParameter, e.Error);
            var allowed = string.Join(", ", known.Select(Conventions.NameOf).Prepend("none"));
            Assert.EndsWith($"allowed: {allowed}", e.Errors["compat"].Single());
        }
    }

    [Theory]
    [InlineData("gradcam", Compat.Captum)]
    [InlineData("activationmap", Compat.OpenvinoXai)]
    [InlineData("reciprocam", Compat.OpenvinoXai)]
    [InlineData("cam", Compat.TorchCam)]
    public void WhereTheLibraryHasNoReluTheMapKeepsItsSigns(string method, Compat compat)
    {
        float[] Map(Sign? sign) =>
            Model
                .Perturb(
                    _input,
                    new ExplainParameters
                    {
                        Method = method,
                        Sign = sign,
                        Target = "1",
                        Options = new() { Compat = compat },
                    }
                )
                .Map.Values;

        Assert.Equal(Map(Sign.Both), Map(null));
        Assert.Equal(Map(Sign.Both).Select(v => Math.Max(v, 0)), Map(Sign.Positive));
    }

    [Theory]
    [InlineData(Compat.None, new[] { 0f, 0, 1 / 3f, 1 })]
    [InlineData(Compat.PytorchGradCam, new[] { 0f, 0, 1 / 3f, 1 })]
    [InlineData(Compat.TorchCam, new[] { 0f, .25f, .5f, 1 })]
    [InlineData(Compat.Captum, new[] { 0f, .25f, .5f, 1 })]
    [InlineData(Compat.OpenvinoXai, new[] { 0f, .25f, .5f, 1 })]
    public void OnlySomeLibrariesDropNegativeValuesBeforeTheyScale(Compat compat, float[] expected) =>
        Near.Absolute(expected, MapFinish.Heatmap(Signed, 2, 2, compat), 1e-6, $"{compat}");

    [Fact]
    public void NotesAreSentences() =>
        Assert.All(MethodTable.All.Where(m => m.Notes is not null), m => Assert.Matches(@"^\S.*[.)]$", m.Notes));

    [Fact]
    public void AMethodNamesTheConventionsItKnows() =>
        Assert.Equal(["pytorch-grad-cam", "torch-cam"], MethodTable.Find("gradcam++").Info.Compat);

    [Fact]
    public void CaptumCopiesTheNearestValueAndTheOthersInterpolate()
    {
        Assert.Equal([0, 0, .25f, .25f, 0, 0, .25f, .25f, .5f, .5f, 1, 1, .5f, .5f, 1, 1], MapFinish.Heatmap(Signed, 4, 4, Compat.Captum));
        foreach (var compat in (Compat[])[Compat.None, Compat.PytorchGradCam, Compat.TorchCam, Compat.OpenvinoXai])
        {
            var heat = MapFinish.Heatmap(Signed, 4, 4, compat);
            Assert.InRange(heat[14], heat[12] + 1e-3f, heat[15] - 1e-3f);
        }
    }

    [Fact]
    public void TheEpsilonOfPytorchGradCamKeepsAFaintMapFaint()
    {
        var faint = new SaliencyMap(1, 2, [0, 1e-7f], 0.5f);

        Assert.Equal([0, 1], MapFinish.Heatmap(faint, 1, 2));
        // Half of the whole after the first scaling; the second one makes it whole but for its epsilon.
        Assert.Equal(0.5 / (0.5 + 1e-7), MapFinish.Heatmap(faint, 1, 2, Compat.PytorchGradCam)[1], 1e-6);
        Assert.Equal(1 / 1.1, MapFinish.Heatmap(faint, 1, 2, Compat.TorchCam)[1], 1e-5);
    }

    [Fact]
    public void WithFaintGradientsTheEpsilonOfPytorchGradCamChangesTheWeightsOfGradCamPlusPlus()
    {
        float[] a = [1, 2, 3, 4];
        float[] g = [1e-4f, 2e-4f, 0, -1e-4f];
        float Weight(ChannelWeight formula) => ChannelMaps.Weights(new(a, 1, 2, 2), new(g, 1, 2, 2), formula).Single();

        Assert.Equal(1e-4 / (2 + 10 * 1e-4) + 2e-4 / (2 + 10 * 2e-4), Weight(GradientFormulas.PlusPlus), 1e-9);
        Assert.InRange(Weight(GradientFormulas.PlusPlusPytorch), 1e-6, 2e-5);
    }

    public void Dispose() => _loaded.Dispose();

    private Model Model => _loaded.View;
}
