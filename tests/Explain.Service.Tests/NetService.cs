using Explain.Testing;

namespace Explain.Service.Tests;

/// <summary>The service with nets of every kind of output.</summary>
public sealed class NetService : IAsyncLifetime
{
    private readonly Service _service = new();

    public HttpClient Client => _service.Client;

    public ValueTask InitializeAsync()
    {
        Write("segmentation", TinyNets.Segmentation(), "sky", "road", "house");
        Write("detection", TinyNets.Detection());
        Write("embedding", TinyNets.Embedding());
        Write("caption", TinyNets.Caption());
        Write("vqa", TinyNets.Vqa());
        Write("policy", TinyNets.PolicyAndValue());
        return _service.InitializeAsync();
    }

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    private void Write(string name, TinyGraph net, params string[] labels)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_service.Models, name)).FullName;
        File.WriteAllBytes(Path.Combine(folder, "model.onnx"), net.ToBytes());
        if (labels.Length > 0)
            File.WriteAllLines(Path.Combine(folder, "labels.txt"), labels);
    }
}
