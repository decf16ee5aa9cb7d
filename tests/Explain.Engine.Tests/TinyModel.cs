using Explain.Engine.Models;
using Microsoft.Extensions.Logging.Abstractions;

namespace Explain.Engine.Tests;

/// <summary>Loads models made in code, as if they lay in a folder of their own.</summary>
internal static class TinyModel
{
    /// <summary>Loads a model with the given files beside it.</summary>
    public static Model Load(TinyGraph graph, params (string Name, string Text)[] files) => Load(graph.Build().ToBytes(), files);

    /// <summary>Loads the bytes of a model with the given files beside it.</summary>
    public static Model Load(byte[] bytes, params (string Name, string Text)[] files) => ModelLoader.Load(
        new ModelSource("tiny", "1", null, name => name == "model.onnx" ? new MemoryStream(bytes)
            : files.Where(f => f.Name == name).Select(f => new MemoryStream(System.Text.Encoding.UTF8.GetBytes(f.Text))).FirstOrDefault()),
        new SessionFactory(new EngineOptions { Device = Device.Cpu }, NullLogger.Instance));

    /// <summary>Conv and ReLU to 5 feature maps of 4×4, named <c>a</c>; the head is up to the caller.</summary>
    public static TinyGraph Features() => new TinyGraph()
        .Input("x", 1, 3, 8, 8).Weight("w", 5, 3, 3, 3).Weight("b", 5)
        .Node("Conv", "x w b", "c", Autodiff.Attributes.Of("pads", [1, 1, 1, 1]), Autodiff.Attributes.Of("strides", [2, 2])).Node("Relu", "c", "a");

    /// <summary>Features, global average pooling, one linear layer: the net of the CAM paper.</summary>
    public static TinyGraph AverageAndLinear() => Features()
        .Weight("fc", 4, 5).Weight("bias", 4).Node("GlobalAveragePool", "a", "p").Node("Flatten", "p", "f")
        .Node("Gemm", "f fc bias", "y", Autodiff.Attributes.Of("transB", 1)).Output("y");

    /// <summary>An input for it.</summary>
    public static FloatTensor Picture(int seed, int rows = 1)
    {
        var random = new Random(seed);
        return new FloatTensor([rows, 3, 8, 8], [.. Enumerable.Range(0, rows * 192).Select(_ => random.NextSingle() * 2 - 1)]);
    }
}
