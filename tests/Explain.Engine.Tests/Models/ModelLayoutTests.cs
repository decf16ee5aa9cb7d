using Explain.Engine.Catalogue;
using Explain.Engine.Models.Reading;

namespace Explain.Engine.Tests.Models;

/// <summary>How models may lie in a models directory.</summary>
public sealed class ModelLayoutTests : IDisposable
{
    private static readonly TinyGraph Net = Tiny.Features().PoolAndClassify().Output("scores");

    private readonly ModelsFolder _models = new();

    [Fact]
    public async Task AFileThatNoMemoryHoldsIsRefusedByItsSize()
    {
        await using (var file = File.Create(Path.Combine(_models.Path, "huge.onnx")))
            file.SetLength(3_000_000_000);

        using var catalogue = await _models.ServeAsync();

        Assert.StartsWith("huge.onnx has 3000000000 bytes; allowed are ", catalogue.Status.Single().Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FilesAloneAreModelsToo()
    {
        _models.Write("squeeze.onnx", Net.ToBytes());
        _models.Write("folder/resnet50-v1-7.onnx", Net.ToBytes());
        _models.Write("folder/labels.txt", "a\nb\nc");
        _models.Write("named/model.onnx", Net.ToBytes());
        _models.Write("named/other.onnx", "this is a text"u8.ToArray());
        _models.Write("labels.txt", "a\nb\nc");

        using var catalogue = await _models.ServeAsync();

        Assert.Equal(["folder", "named", "squeeze"], catalogue.Status.Select(s => s.Name));
        Assert.All(catalogue.Status, s => Assert.Equal(ModelState.Ready, s.State));
        Assert.Equal((3, 0), (catalogue.Describe("folder").Labels.Count, catalogue.Describe("squeeze").Labels.Count));
    }

    [Fact]
    public async Task ADirectoryThatIsAModelsOwnFolderIsServedUnderItsName()
    {
        _models.Write("model.onnx", Net.ToBytes());
        _models.Write("labels.txt", "a\nb\nc");
        _models.Write("other/model.onnx", Net.ToBytes());

        using var catalogue = await _models.ServeAsync();

        Assert.Equal(new[] { _models.Name, "other" }.Order(StringComparer.Ordinal), catalogue.Status.Select(s => s.Name));
        Assert.Equal(3, catalogue.Describe(_models.Name).Labels.Count);
    }

    [Fact]
    public void WhatLooksLikeAModelAndIsNoneIsSaid()
    {
        _models.Write("two/a.onnx", Net.ToBytes());
        _models.Write("two/b.onnx", Net.ToBytes());
        _models.Write("nothing/readme.txt", "");
        Assert.Equal(
            [
                $"'{_models.Path}' holds no model",
                $"'{Path.Combine(_models.Path, "two")}' holds a.onnx, b.onnx, and none is called model.onnx",
            ],
            ModelSource.Strays(_models.Path)
        );
        _models.Write("one.onnx", Net.ToBytes());
        Assert.Single(ModelSource.Strays(_models.Path));
    }

    [Fact]
    public async Task AFileAloneThatLinksOutOfTheDirectoryIsRefused()
    {
        using var elsewhere = new TemporaryFolder();
        await File.WriteAllBytesAsync(Path.Combine(elsewhere.Path, "x.onnx"), Net.ToBytes(), TestContext.Current.CancellationToken);
        File.CreateSymbolicLink(Path.Combine(_models.Path, "x.onnx"), Path.Combine(elsewhere.Path, "x.onnx"));

        using var catalogue = await _models.ServeAsync();

        Assert.Equal("'x.onnx' is a link that leads out of the models directory", catalogue.Status.Single().Error);
    }

    public void Dispose() => _models.Dispose();
}
