using Explain.Engine.Catalogue;
using Explain.Engine.Vocabulary;
using Microsoft.Extensions.Logging.Abstractions;

namespace Explain.Engine.Tests.Models;

/// <summary>What may lie in a models directory, and what the catalogue makes of it.</summary>
public sealed class ModelFolderTests : IDisposable
{
    private static readonly TinyGraph Net = Tiny.Features().PoolAndClassify().Output("scores");

    private readonly ModelsFolder _models = new();

    [Fact]
    public async Task EveryModelIsServedOrSaysWhyNotAndNoneStopsTheOthers()
    {
        _models.Write("good/model.onnx", Net.ToBytes());
        _models.Write("broken/model.onnx", "this is a text"u8.ToArray());
        _models.Write("empty-file/model.onnx", []);
        _models.Write("cut/model.onnx", Net.ToBytes()[..200]);
        _models.Write(
            "no-image/model.onnx",
            new TinyGraph().Input("x", 1, 784).Weight("w", 784, 10).Node("MatMul", "x w", "scores").Output("scores").ToBytes()
        );
        _models.Write("bad-json/model.onnx", Net.ToBytes());
        _models.Write("bad-json/model.json", """{ "labels": """);
        _models.Write("null-section/model.onnx", Net.ToBytes());
        _models.Write("null-section/model.json", """{ "input": null, "output": null }""");
        _models.Write(
            "anything-goes/model.onnx",
            new TinyGraph()
                .Input("x", Tensor.Spread([1, 3, 5, 6], -1, 1, 1), [null, null, null, null])
                .Convolve("x", 4, 3, "c0")
                .Node("Relu", "c0", "l")
                .PoolAndClassify()
                .Output("scores")
                .ToBytes()
        );
        _models.Write(
            "two-channels/model.onnx",
            new TinyGraph()
                .Input("x", 1, 2, 5, 6)
                .Convolve("x", 4, 2, "c0")
                .Node("Relu", "c0", "l")
                .PoolAndClassify()
                .Output("scores")
                .ToBytes()
        );
        Directory.CreateDirectory(Path.Combine(_models.Path, "nothing"));

        using var catalogue = await _models.ServeAsync();

        var status = catalogue.Status.ToDictionary(s => s.Name);
        Assert.Equal(
            ["anything-goes", "bad-json", "broken", "cut", "empty-file", "good", "no-image", "null-section", "two-channels"],
            status.Keys.Order(StringComparer.Ordinal)
        );
        Assert.Equal(
            ["anything-goes", "good", "two-channels"],
            status.Values.Where(s => s.State == ModelState.Ready).Select(s => s.Name).Order(StringComparer.Ordinal)
        );
        Assert.All(status.Values.Where(s => s.State != ModelState.Ready), s => Assert.Equal(ModelState.Failed, s.State));
        Assert.StartsWith("the file ", status["broken"].Error);
        Assert.Equal("the file holds no ONNX graph", status["empty-file"].Error);
        Assert.Contains("no input is a tensor of numbers with four axes; the inputs are 'x'", status["no-image"].Error);
        Assert.StartsWith("model.json: ", status["bad-json"].Error);
        Assert.StartsWith("model.json: ", status["null-section"].Error);
        Assert.False(catalogue.Describe("two-channels").Input.TakesImages);
        Assert.All(status.Values, s => Assert.DoesNotContain(_models.Path, s.Error ?? ""));
        Assert.Equal("l", catalogue.Describe("good").Layer);
        var e = Assert.Throws<ExplainException>(() => catalogue.Describe("broken"));
        Assert.Equal(ExplainError.ModelNotReady, e.Error);
        Assert.StartsWith("model 'broken' could not be loaded: ", e.Message);
        e = Assert.Throws<ExplainException>(() => catalogue.Describe("nothing"));
        Assert.Equal(ExplainError.ModelNotFound, e.Error);
        Assert.Contains("good", e.Message);
    }

    [Fact]
    public void BeforeItIsLoadedAModelIsNotReady()
    {
        _models.Write("good/model.onnx", Net.ToBytes());
        using var catalogue = ModelCatalogue.Create(_models.Options, [], NullLogger.Instance);

        Assert.Equal(ModelState.Loading, catalogue.Status.Single().State);
        var e = Assert.Throws<ExplainException>(() => catalogue.Describe("good"));
        Assert.Equal((ExplainError.ModelNotReady, "model 'good' is still being loaded"), (e.Error, e.Message));
    }

    [Fact]
    public async Task TheHighestVersionIsServed()
    {
        _models.Write("m/2/model.onnx", Net.ToBytes());
        _models.Write("m/10/model.onnx", Net.ToBytes());
        _models.Write("m/10/labels.txt", "a\nb\nc\n");
        _models.Write("m/11/readme.txt", "no model here");
        _models.Write("m/draft/model.onnx", Net.ToBytes());

        using var catalogue = await _models.ServeAsync();

        var description = catalogue.Describe("m");
        Assert.Equal(("m", "10"), (description.Name, description.Version));
        Assert.Equal(["a", "b", "c"], description.Labels);
    }

    [Fact]
    public async Task ABareFileIsServedUnderItsNameWithoutItsNeighboursFiles()
    {
        _models.Write("net.onnx", Net.ToBytes());
        _models.Write("labels.txt", "one label");
        _models.Write("model.json", """{ "nonsense": 1 }""");
        using var catalogue = ModelCatalogue.ForPath(Path.Combine(_models.Path, "net.onnx"), _models.Options, NullLogger.Instance);

        await catalogue.LoadAllAsync(TestContext.Current.CancellationToken);

        Assert.Equal(ModelState.Ready, catalogue.Status.Single().State);
        Assert.Empty(catalogue.Describe("net").Labels);
    }

    [Theory]
    [InlineData("folder")]
    [InlineData("folder/")]
    [InlineData("folder/model.onnx")]
    public async Task AFolderAndItsModelFileAreTheSameModel(string path)
    {
        _models.Write("folder/model.onnx", Net.ToBytes());
        _models.Write("folder/labels.txt", "a\nb\nc");
        using var catalogue = ModelCatalogue.ForPath(Path.Combine(_models.Path, path), _models.Options, NullLogger.Instance);

        await catalogue.LoadAllAsync(TestContext.Current.CancellationToken);

        Assert.Equal(3, catalogue.Describe("folder").Labels.Count);
    }

    [Fact]
    public async Task AFileThatDoesNotExistFailsWithItsName()
    {
        using var catalogue = ModelCatalogue.ForPath(Path.Combine(_models.Path, "absent.onnx"), _models.Options, NullLogger.Instance);

        await catalogue.LoadAllAsync(TestContext.Current.CancellationToken);

        Assert.Equal(new ModelStatus("absent", "1", ModelState.Failed, "absent.onnx is missing"), catalogue.Status.Single());
    }

    [Fact]
    public async Task LabelsOutsideTheFolderAreRefused()
    {
        _models.Write("secret.txt", "a\nb\nc");
        foreach (
            var (name, path) in new[]
            {
                ("up", "../secret.txt"),
                ("absolute", Path.Combine(_models.Path, "secret.txt")),
                ("sibling", "../sibling-2/labels.txt"),
            }
        )
        {
            _models.Write($"{name}/model.onnx", Net.ToBytes());
            _models.Write($"{name}/model.json", $$"""{ "labels": "{{path.Replace("\\", "\\\\", StringComparison.Ordinal)}}" }""");
        }
        _models.Write("sibling-2/labels.txt", "a\nb\nc");

        using var catalogue = await _models.ServeAsync();

        Assert.Equal(3, catalogue.Status.Count);
        Assert.All(catalogue.Status, s => Assert.EndsWith("is outside the model's folder", s.Error));
    }

    [Fact]
    public void SeveralInputsThatCouldBeTheImageNeedAName()
    {
        var g = Tiny.Features().Input("y", 2, 3, 5, 6).Node("Abs", "y", "unused").PoolAndClassify().Output("scores");

        var e = Assert.Throws<InvalidDataException>(() => g.Load());

        Assert.Contains("several inputs could be the image (x, y); name one in model.json as input.name", e.Message);
    }

    [Fact]
    public void AModelsDirectoryThatDoesNotExistIsRefusedAtOnce() =>
        Assert.Throws<DirectoryNotFoundException>(() =>
            ModelCatalogue.Create(_models.Options with { ModelsDirectory = Path.Combine(_models.Path, "absent") }, [], NullLogger.Instance)
        );

    public void Dispose() => _models.Dispose();
}
