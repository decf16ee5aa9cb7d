using Explain.Engine.Catalogue;
using Explain.Engine.Vocabulary;
using Microsoft.Extensions.Logging.Abstractions;

namespace Explain.Engine.Tests.Models;

/// <summary>A models directory that a test fills, and the catalogue of what lies in it.</summary>
internal sealed class ModelsFolder : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("models");

    public string Path => _root.FullName;

    public string Name => _root.Name;

    public EngineOptions Options =>
        new()
        {
            ModelsDirectory = _root.FullName,
            Device = Device.Cpu,
            ThreadsPerModel = 1,
        };

    public async Task<ModelCatalogue> ServeAsync()
    {
        var catalogue = ModelCatalogue.Create(Options, [], NullLogger.Instance);
        await catalogue.LoadAllAsync(TestContext.Current.CancellationToken);
        return catalogue;
    }

    public void Write(string path, string text) => Write(path, System.Text.Encoding.UTF8.GetBytes(text));

    public void Write(string path, byte[] bytes)
    {
        var full = System.IO.Path.Combine(Path, path);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(full)!);
        File.WriteAllBytes(full, bytes);
    }

    public void Dispose() => _root.Delete(true);
}
