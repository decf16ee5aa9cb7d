using Explain.Engine.Catalogue;
using Explain.Engine.Images;
using Explain.Engine.Models.Reading;
using Explain.Engine.Vocabulary;
using Microsoft.Extensions.Logging.Abstractions;

namespace Explain.Engine.Tests.Models;

/// <summary>What may lie in a models directory, and what the catalogue makes of it.</summary>
public sealed class ModelFolderTests : IDisposable
{
    private static readonly TinyGraph Net = Tiny.Features().PoolAndClassify().Output("scores");

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("models");

    [Fact]
    public async Task EveryModelIsServedOrSaysWhyNotAndNoneStopsTheOthers()
    {
        Write("good/model.onnx", Net.ToBytes());
        Write("broken/model.onnx", "this is a text"u8.ToArray());
        Write("empty-file/model.onnx", []);
        Write("cut/model.onnx", Net.ToBytes()[..200]);
        Write(
            "no-image/model.onnx",
            new TinyGraph().Input("x", 1, 784).Weight("w", 784, 10).Node("MatMul", "x w", "scores").Output("scores").ToBytes()
        );
        Write("bad-json/model.onnx", Net.ToBytes());
        Write("bad-json/model.json", """{ "labels": """);
        Write("null-section/model.onnx", Net.ToBytes());
        Write("null-section/model.json", """{ "input": null, "output": null }""");
        Write(
            "anything-goes/model.onnx",
            new TinyGraph()
                .Input("x", Tensor.Spread([1, 3, 5, 6], -1, 1, 1), [null, null, null, null])
                .Convolve("x", 4, 3, "c0")
                .Node("Relu", "c0", "l")
                .PoolAndClassify()
                .Output("scores")
                .ToBytes()
        );
        Write(
            "two-channels/model.onnx",
            new TinyGraph()
                .Input("x", 1, 2, 5, 6)
                .Convolve("x", 4, 2, "c0")
                .Node("Relu", "c0", "l")
                .PoolAndClassify()
                .Output("scores")
                .ToBytes()
        );
        Directory.CreateDirectory(Path.Combine(_root.FullName, "nothing"));

        using var catalogue = await Serve();

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
        Assert.Contains("no input is a float tensor with four axes; the inputs are 'x'", status["no-image"].Error);
        Assert.StartsWith("model.json: ", status["bad-json"].Error);
        Assert.StartsWith("model.json: ", status["null-section"].Error);
        Assert.False(catalogue.Describe("two-channels").Input.TakesImages);
        Assert.All(status.Values, s => Assert.DoesNotContain(_root.FullName, s.Error ?? ""));
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
        Write("good/model.onnx", Net.ToBytes());
        using var catalogue = ModelCatalogue.Create(Options, [], NullLogger.Instance);

        Assert.Equal(ModelState.Loading, catalogue.Status.Single().State);
        var e = Assert.Throws<ExplainException>(() => catalogue.Describe("good"));
        Assert.Equal((ExplainError.ModelNotReady, "model 'good' is still being loaded"), (e.Error, e.Message));
    }

    [Fact]
    public async Task TheHighestVersionIsServed()
    {
        Write("m/2/model.onnx", Net.ToBytes());
        Write("m/10/model.onnx", Net.ToBytes());
        Write("m/10/labels.txt", "a\nb\nc\n");
        Write("m/11/readme.txt", "no model here");
        Write("m/draft/model.onnx", Net.ToBytes());

        using var catalogue = await Serve();

        var description = catalogue.Describe("m");
        Assert.Equal(("m", "10"), (description.Name, description.Version));
        Assert.Equal(["a", "b", "c"], description.Labels);
    }

    [Fact]
    public async Task AFileThatNoMemoryHoldsIsRefusedByItsSize()
    {
        await using (var file = File.Create(Path.Combine(_root.FullName, "huge.onnx")))
            file.SetLength(3_000_000_000);

        using var catalogue = await Serve();

        Assert.StartsWith("huge.onnx has 3000000000 bytes; allowed are ", catalogue.Status.Single().Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FilesAloneAreModelsToo()
    {
        Write("squeeze.onnx", Net.ToBytes());
        Write("folder/resnet50-v1-7.onnx", Net.ToBytes());
        Write("folder/labels.txt", "a\nb\nc");
        Write("named/model.onnx", Net.ToBytes());
        Write("named/other.onnx", "this is a text"u8.ToArray());
        Write("labels.txt", "a\nb\nc");

        using var catalogue = await Serve();

        Assert.Equal(["folder", "named", "squeeze"], catalogue.Status.Select(s => s.Name));
        Assert.All(catalogue.Status, s => Assert.Equal(ModelState.Ready, s.State));
        Assert.Equal((3, 0), (catalogue.Describe("folder").Labels.Count, catalogue.Describe("squeeze").Labels.Count));
    }

    [Fact]
    public async Task ADirectoryThatIsAModelsOwnFolderIsServedUnderItsName()
    {
        Write("model.onnx", Net.ToBytes());
        Write("labels.txt", "a\nb\nc");
        Write("other/model.onnx", Net.ToBytes());

        using var catalogue = await Serve();

        Assert.Equal(new[] { _root.Name, "other" }.Order(StringComparer.Ordinal), catalogue.Status.Select(s => s.Name));
        Assert.Equal(3, catalogue.Describe(_root.Name).Labels.Count);
    }

    [Fact]
    public void WhatLooksLikeAModelAndIsNoneIsSaid()
    {
        Write("two/a.onnx", Net.ToBytes());
        Write("two/b.onnx", Net.ToBytes());
        Write("nothing/readme.txt", "");
        Assert.Equal(
            [
                $"'{_root.FullName}' holds no model",
                $"'{Path.Combine(_root.FullName, "two")}' holds a.onnx, b.onnx, and none is called model.onnx",
            ],
            ModelSource.Strays(_root.FullName)
        );
        Write("one.onnx", Net.ToBytes());
        Assert.Single(ModelSource.Strays(_root.FullName));
    }

    [Fact]
    public async Task AFileAloneThatLinksOutOfTheDirectoryIsRefused()
    {
        using var elsewhere = new TemporaryFolder();
        await File.WriteAllBytesAsync(Path.Combine(elsewhere.Path, "x.onnx"), Net.ToBytes(), TestContext.Current.CancellationToken);
        File.CreateSymbolicLink(Path.Combine(_root.FullName, "x.onnx"), Path.Combine(elsewhere.Path, "x.onnx"));

        using var catalogue = await Serve();

        Assert.Equal("'x.onnx' is a link that leads out of the models directory", catalogue.Status.Single().Error);
    }

    [Fact]
    public async Task ABareFileIsServedUnderItsNameWithoutItsNeighboursFiles()
    {
        Write("net.onnx", Net.ToBytes());
        Write("labels.txt", "one label");
        Write("model.json", """{ "nonsense": 1 }""");
        using var catalogue = ModelCatalogue.ForPath(Path.Combine(_root.FullName, "net.onnx"), Options, NullLogger.Instance);

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
        Write("folder/model.onnx", Net.ToBytes());
        Write("folder/labels.txt", "a\nb\nc");
        using var catalogue = ModelCatalogue.ForPath(Path.Combine(_root.FullName, path), Options, NullLogger.Instance);

        await catalogue.LoadAllAsync(TestContext.Current.CancellationToken);

        Assert.Equal(3, catalogue.Describe("folder").Labels.Count);
    }

    [Fact]
    public async Task AFileThatDoesNotExistFailsWithItsName()
    {
        using var catalogue = ModelCatalogue.ForPath(Path.Combine(_root.FullName, "absent.onnx"), Options, NullLogger.Instance);

        await catalogue.LoadAllAsync(TestContext.Current.CancellationToken);

        Assert.Equal(new ModelStatus("absent", "1", ModelState.Failed, "absent.onnx is missing"), catalogue.Status.Single());
    }

    [Fact]
    public async Task LabelsOutsideTheFolderAreRefused()
    {
        Write("secret.txt", "a\nb\nc");
        foreach (
            var (name, path) in new[]
            {
                ("up", "../secret.txt"),
                ("absolute", Path.Combine(_root.FullName, "secret.txt")),
                ("sibling", "../sibling-2/labels.txt"),
            }
        )
        {
            Write($"{name}/model.onnx", Net.ToBytes());
            Write($"{name}/model.json", $$"""{ "labels": "{{path.Replace("\\", "\\\\", StringComparison.Ordinal)}}" }""");
        }
        Write("sibling-2/labels.txt", "a\nb\nc");

        using var catalogue = await Serve();

        Assert.Equal(3, catalogue.Status.Count);
        Assert.All(catalogue.Status, s => Assert.EndsWith("is outside the model's folder", s.Error));
    }

    [Fact]
    public void CommentsAndTrailingCommasAreAllowedInTheManifest()
    {
        using var loadedModel = Net.Load(
            """
            {
              // Labels as trained.
              "labels": "labels.txt", /* beside this file */
              "input": { "color": "BGR", "fit": "stretch", "interpolation": "bicubic", "scale": 1, "mean": [1, 2, 3,], "std": [4, 5, 6], },
            }
            """,
            "\uFEFFone\r\ntwo, zwei\r\nthree\r\n\r\n"
        );
        var model = loadedModel.View;

        var (input, labels) = (model.Description.Input, model.Description.Labels);
        Assert.Equal((ColorOrder.Bgr, Fit.Stretch, 1f), (input.Color, input.Fit, input.Scale));
        Assert.Equal([1, 2, 3], input.Mean);
        Assert.Equal([4, 5, 6], input.Std);
        Assert.Equal(["one", "two, zwei", "three"], labels);
        Assert.DoesNotContain(model.Description.Guesses, g => g.What is "input.mean" or "input.color" or "input.fit");
    }

    [Theory]
    [InlineData("""{ "colour": "RGB" }""", "'colour' is no field; allowed: labels, input, output, layer, channels")]
    [InlineData("""{ "input": { "means": [0] } }""", "'input.means' is no field; did you mean 'mean'? allowed: input.name, ")]
    [InlineData("""{ "input": { "scale": "1" } }""", "input.scale is \"1\"; allowed: a number")]
    [InlineData("""{ "input": { "size": 224 } }""", "input.size is 224; allowed: a list of whole numbers")]
    [InlineData("""{ "input": { "size": [224, 224.5] } }""", "input.size[1] is 224.5; allowed: a whole number")]
    [InlineData("""{ "input": null }""", "input is null; allowed: an object")]
    [InlineData("""{ "channels": { "a": 1 } }""", "channels.a is 1; allowed: a text")]
    [InlineData("""{ "layer": ["a"] }""", "layer is [\"a\"]; allowed: a text")]
    [InlineData("""{ "layer": "a", "layer": "b" }""", "is not JSON: a member is there twice")]
    [InlineData("{\n \"layer\": a }", "is not JSON: line 2, byte 11")]
    [InlineData("""{ "input": { "alpha": "grey" } }""", "input.alpha is grey; allowed: white, black, drop")]
    [InlineData("""[]""", "is []; allowed: an object")]
    [InlineData("""{ "input": { "size": [4, 6] } }""", "input.size is [4, 6]; allowed: the graph fixes axis 2 to 5")]
    [InlineData("""{ "input": { "size": [5] } }""", "input.size is [5]; allowed: [height, width], each 1 to 8192")]
    [InlineData("""{ "input": { "layout": "CHWN" } }""", "input.layout is CHWN; allowed: nchw, nhwc")]
    [InlineData("""{ "input": { "color": "1" } }""", "input.color is 1; allowed: rgb, bgr, gray")]
    [InlineData("""{ "input": { "color": "GRAY" } }""", "input.color is Gray; allowed: the input has 3 channels")]
    [InlineData("""{ "input": { "fit": "stretch, pad" } }""", "input.fit is stretch, pad; allowed: crop, stretch, pad")]
    [InlineData("""{ "input": { "fit": "crop", "resizeTo": 4 } }""", "input.resizeTo is 4; allowed: at least the input's shorter side")]
    [InlineData("""{ "input": { "mean": [1, 2] } }""", "input.mean is 2 values; allowed: one value for each of the 3 channels")]
    [InlineData("""{ "input": { "std": [1, 0, 1] } }""", "input.std")]
    [InlineData("""{ "input": { "name": "image" } }""", "input.name is image; allowed: x")]
    [InlineData("""{ "labels": "names.txt" }""", "labels is names.txt, which is missing")]
    public void AWrongManifestIsRefusedWithTheFieldAndWhatIsAllowed(string json, string message)
    {
        var e = Assert.Throws<InvalidDataException>(() => Net.Load(json));

        Assert.Contains(message, e.Message);
        Assert.Contains("model.json", e.Message);
    }

    [Theory]
    [InlineData("a\nb", 2)]
    [InlineData("a\nb\nc\nd", 4)]
    [InlineData("a\n\nb\nc", 4)]
    public void ANumberOfLabelsThatIsNotTheNumberOfClassesIsRefused(string labels, int count) =>
        Assert.Equal(
            $"labels.txt has {count} labels, the graph has 3 classes",
            Assert.Throws<InvalidDataException>(() => Net.Load(labels: labels)).Message
        );

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
            ModelCatalogue.Create(Options with { ModelsDirectory = Path.Combine(_root.FullName, "absent") }, [], NullLogger.Instance)
        );

    public void Dispose() => _root.Delete(true);

    private EngineOptions Options =>
        new()
        {
            ModelsDirectory = _root.FullName,
            Device = Device.Cpu,
            ThreadsPerModel = 1,
        };

    private async Task<ModelCatalogue> Serve()
    {
        var catalogue = ModelCatalogue.Create(Options, [], NullLogger.Instance);
        await catalogue.LoadAllAsync(TestContext.Current.CancellationToken);
        return catalogue;
    }

    private void Write(string path, string text) => Write(path, System.Text.Encoding.UTF8.GetBytes(text));

    private void Write(string path, byte[] bytes)
    {
        var full = Path.Combine(_root.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllBytes(full, bytes);
    }
}
