using Explain.Engine.Catalogue;
using Explain.Engine.Vocabulary;
using Microsoft.Extensions.Logging.Abstractions;

namespace Explain.Engine.Tests.Models;

/// <summary>No file of a model is read from outside the models directory, whatever names it.</summary>
public sealed class ModelPathTests : IDisposable
{
    private const string Secret = "a\nb\nc";
    private static readonly TinyGraph Net = Tiny.Features().PoolAndClassify().Output("scores");

    private readonly DirectoryInfo _base = Directory.CreateTempSubdirectory("model-paths");

    private string Models => Path.Combine(_base.FullName, "models");

    private string Outside => Path.Combine(_base.FullName, "outside");

    [Theory]
    [InlineData("../../outside/labels.txt")]
    [InlineData("../m/../../outside/labels.txt")]
    [InlineData("/absolute/outside/labels.txt")]
    [InlineData("..")]
    [InlineData(".")]
    public async Task ALabelsPathOutsideTheFolderIsRefused(string labels)
    {
        Write("models/m/model.onnx", Net.ToBytes());
        Write(
            "models/m/model.json",
            System.Text.Encoding.UTF8.GetBytes(
                $$"""{ "labels": "{{labels.Replace("/absolute", _base.FullName, StringComparison.Ordinal)}}" }"""
            )
        );
        Write("outside/labels.txt", System.Text.Encoding.UTF8.GetBytes(Secret));

        Assert.EndsWith("is outside the model's folder", (await LoadAsync()).Error);
    }

    [Theory]
    [InlineData("labels.txt")]
    [InlineData("model.json")]
    [InlineData("model.onnx")]
    public async Task AFileThatIsALinkOutOfTheDirectoryIsRefused(string file)
    {
        Write("models/m/model.onnx", Net.ToBytes());
        Write("outside/labels.txt", System.Text.Encoding.UTF8.GetBytes(Secret));
        Write("outside/model.json", "{}"u8.ToArray());
        Write("outside/model.onnx", Net.ToBytes());
        File.Delete(Path.Combine(Models, "m", file));
        File.CreateSymbolicLink(Path.Combine(Models, "m", file), Path.Combine("..", "..", "outside", file));

        Assert.Equal($"'{file}' is a link that leads out of the models directory", (await LoadAsync()).Error);
    }

    [Fact]
    public async Task AFolderThatIsALinkOutOfTheDirectoryIsRefused()
    {
        Write("outside/m/model.onnx", Net.ToBytes());
        Directory.CreateDirectory(Models);
        File.CreateSymbolicLink(Path.Combine(Models, "m"), Path.Combine(Outside, "m"));

        Assert.Equal("'model.onnx' is a link that leads out of the models directory", (await LoadAsync()).Error);
    }

    [Fact]
    public async Task ALabelsPathThroughALinkedFolderIsRefused()
    {
        Write("models/m/model.onnx", Net.ToBytes());
        Write("models/m/model.json", """{ "labels": "texts/labels.txt" }"""u8.ToArray());
        Write("outside/labels.txt", System.Text.Encoding.UTF8.GetBytes(Secret));
        File.CreateSymbolicLink(Path.Combine(Models, "m", "texts"), Outside);

        Assert.Equal("'texts/labels.txt' is a link that leads out of the models directory", (await LoadAsync()).Error);
    }

    [Fact]
    public async Task LinksInsideTheDirectoryAreFollowedAsMountedVolumesNeedIt()
    {
        Write("models/m/..2026/model.onnx", Net.ToBytes());
        Write("models/m/..2026/labels.txt", System.Text.Encoding.UTF8.GetBytes(Secret));
        File.CreateSymbolicLink(Path.Combine(Models, "m", "..data"), "..2026");
        foreach (var file in new[] { "model.onnx", "labels.txt" })
            File.CreateSymbolicLink(Path.Combine(Models, "m", file), Path.Combine("..data", file));
        var link = Path.Combine(_base.FullName, "by-another-name");
        File.CreateSymbolicLink(link, Models);

        foreach (var directory in new[] { Models, link })
        {
            using var catalogue = await ServeAsync(directory);
            Assert.Equal(["a", "b", "c"], catalogue.Describe("m").Labels);
        }
    }

    [Fact]
    public async Task LinksThatGoRoundFailTheModelAlone()
    {
        Write("models/m/model.onnx", Net.ToBytes());
        Write("models/m/model.json", """{ "labels": "a" }"""u8.ToArray());
        File.CreateSymbolicLink(Path.Combine(Models, "m", "a"), "b");
        File.CreateSymbolicLink(Path.Combine(Models, "m", "b"), "a");

        Assert.Equal(ModelState.Failed, (await LoadAsync()).State);
    }

    [Theory]
    [InlineData("../../outside/weights.bin", false)]
    [InlineData("/absolute/outside/weights.bin", false)]
    [InlineData("weights.bin", true)]
    public async Task WeightsOutsideTheFolderAreRefused(string location, bool linked)
    {
        var net = Net.Build();
        ExternalWeights.Write(net, Directory.CreateDirectory(Path.Combine(Models, "m")).FullName);
        Directory.CreateDirectory(Outside);
        File.Move(Path.Combine(Models, "m", "weights.bin"), Path.Combine(Outside, "weights.bin"));
        if (linked)
            File.CreateSymbolicLink(Path.Combine(Models, "m", "weights.bin"), Path.Combine(Outside, "weights.bin"));
        else
            Relocate(location.Replace("/absolute", _base.FullName, StringComparison.Ordinal));

        Assert.Equal("the weights in 'weights.bin' are outside the model's folder", (await LoadAsync()).Error);
    }

    public void Dispose() => _base.Delete(recursive: true);

    private async Task<ModelStatus> LoadAsync()
    {
        using var catalogue = await ServeAsync(Models);
        return Assert.Single(catalogue.Status);
    }

    private static async Task<ModelCatalogue> ServeAsync(string directory)
    {
        var catalogue = ModelCatalogue.Create(
            new EngineOptions
            {
                ModelsDirectory = directory,
                Device = Device.Cpu,
                ThreadsPerModel = 1,
            },
            [],
            NullLogger.Instance
        );
        await catalogue.LoadAllAsync(TestContext.Current.CancellationToken);
        return catalogue;
    }

    private void Relocate(string location)
    {
        var file = Path.Combine(Models, "m", "model.onnx");
        var model = Explain.Autodiff.Onnx.ModelProto.Parser.ParseFrom(File.ReadAllBytes(file));
        foreach (var entry in model.Graph.Initializer.SelectMany(t => t.ExternalData).Where(e => e.Key == "location"))
            entry.Value = location;
        File.WriteAllBytes(file, Google.Protobuf.MessageExtensions.ToByteArray(model));
    }

    private void Write(string path, byte[] bytes)
    {
        var full = Path.Combine(_base.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllBytes(full, bytes);
    }
}
