using Explain.Engine.Catalogue;
using Explain.Engine.Images;
using Explain.Engine.Parameters;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Tests.Models;

/// <summary>Every model of the reference data loads, and explains a image by every method but those of <see cref="Refusals"/>.</summary>
public sealed class SharedModelsTests(ITestOutputHelper output)
{
    private static readonly string[] Folders = ["models", "onnx-light", "models-other/exporters"];

    public static TheoryData<string> Models =>
        SharedData.Root is null
            ? ["none"]
            : [.. Folders.SelectMany(Files).Select(f => Path.GetRelativePath(SharedData.Root, f)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Models))]
    public async Task AModelExplainsAnImageOrSaysInOneLineWhyNot(string file)
    {
        Assert.SkipWhen(SharedData.Root is null, SharedData.Missing);
        // What takes the time here is opening sessions; NativeOperatorTests hold the others against these.
        var options = new EngineOptions
        {
            Device = Device.Cpu,
            ThreadsPerModel = 2,
            NativeOperators = NativeOperators.Off,
        };
        using var folder = new TemporaryFolder();
        var path = SharedData.Path(file);
        if (file.StartsWith("onnx-light", StringComparison.Ordinal))
        {
            var narrow = LightModels.Narrow(path).ToBytes();
            path = Path.Combine(folder.Path, Path.GetFileName(file));
            await File.WriteAllBytesAsync(path, narrow, TestContext.Current.CancellationToken);
        }
        using var catalogue = ModelCatalogue.ForPath(path, options, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        await catalogue.LoadAllAsync(TestContext.Current.CancellationToken);
        var status = catalogue.Status.Single();
        Assert.True(status.State != ModelState.Failed, status.Error);
        var description = catalogue.Describe(status.Name);
        output.WriteLine(
            $"{file} | {description.Classes} classes, {description.Activation}, logit {description.Logit}, "
                + $"layer {description.Layer} of {description.Layers.Count}"
        );
        var explainer = new NamedModels(catalogue, new VipsImageCodec(), options);
        var image = await File.ReadAllBytesAsync(SharedData.Path("images", "kitten_224.png"), TestContext.Current.CancellationToken);
        foreach (var support in status.Methods)
        {
            try
            {
                var answer = await explainer.ExplainAsync(
                    status.Name,
                    image,
                    AsFast(support.Method),
                    TestContext.Current.CancellationToken
                );
                var map = answer.Targets.Single().Map;
                var first = answer.Predictions[0];
                output.WriteLine(
                    $"{file} | {support.Method}: {map.Height}×{map.Width}, {map.Min:G3} to {map.Max:G3}, "
                        + $"{first.Index} {first.Label} {first.Probability:F3} "
                        + string.Join(' ', answer.Targets[0].Diagnostics.Select(d => d.Code))
                );
                Assert.True(support.Supported, support.Reason);
                Assert.Null(Refusals.Of(file, support.Method));
            }
            catch (ExplainException e)
            {
                output.WriteLine($"{file} | {support.Method}: {e.Error}: {e.Message}");
                Assert.Equal(ExplainError.MethodNotSupported, e.Error);
                Assert.False(support.Supported);
                Assert.Equal(Refusals.Of(file, support.Method), support.Reason);
                AssertOneLine(e.Message);
                AssertOneLine(support.Reason!);
            }
        }
    }

    // Methods that sample take a few samples and a large window only: it is about whether they work.
    private static ExplainParameters AsFast(string method) =>
        new()
        {
            Method = method,
            Deadline = TimeSpan.FromMilliseconds(1),
            Options = new() { Samples = 4, Window = (120, 120) },
        };

    private static void AssertOneLine(string message)
    {
        Assert.DoesNotContain('\n', message);
        // The names of every method that works are in it, and some tensors have long ones.
        Assert.InRange(message.Length, 10, 1000);
    }

    private static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(SharedData.Path(folder), "*.onnx", SearchOption.AllDirectories);
}
