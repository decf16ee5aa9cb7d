using CsCheck;
using Explain.Engine.Images;
using Explain.Engine.Models;
using Explain.Engine.Vocabulary;
using static Explain.Autodiff.Graphs.Attributes;

namespace Explain.Engine.Tests.Methods;

/// <summary>A random net of two convolutions, a pooling and a linear layer to three classes.</summary>
/// <param name="ItemCount">Images in the batch.</param>
/// <param name="Channels">Channels of the input.</param>
/// <param name="Height">Rows of the input.</param>
/// <param name="Width">Columns of the input.</param>
/// <param name="Activation">Operator behind each convolution.</param>
/// <param name="Biases">Whether convolutions and linear layer have one.</param>
/// <param name="Seed">Of weights and input.</param>
internal sealed record PixelNet(int ItemCount, int Channels, int Height, int Width, string Activation, bool Biases, int Seed)
{
    /// <summary>Random nets with one kind of activation.</summary>
    public static Gen<PixelNet> Random(string activation, bool biases) =>
        Gen.Select(
            Gen.Int[1, 3],
            Gen.OneOf(Gen.Const(1), Gen.Const(3)),
            Gen.Int[4, 7],
            Gen.Int[4, 7],
            Gen.Int[0, 100_000],
            (n, c, h, w, seed) => new PixelNet(n, c, h, w, activation, biases, seed)
        );

    // Smooth or full of kinks, as a whole.
    private string Pool => Activation == "Relu" ? "MaxPool" : "AveragePool";

    /// <summary>The images, channels first.</summary>
    public Tensor Image => Tensor.Normal([ItemCount, Channels, Height, Width], Seed);

    /// <summary>The images in a layout.</summary>
    public FloatTensor Input(TensorLayout layout) =>
        layout == TensorLayout.Nchw ? Image.ToEngine() : new FloatTensor([ItemCount, Height, Width, Channels], ChannelsLast(Image.Floats));

    /// <summary>The net, taking any number of images in a layout.</summary>
    public LoadedModel Load(TensorLayout layout = TensorLayout.Nchw, int? batch = null)
    {
        var nchw = layout == TensorLayout.Nchw;
        long?[] declared = nchw ? [batch, Channels, Height, Width] : [batch, Height, Width, Channels];
        var g = new TinyGraph().Input(
            "x",
            new Tensor([.. Input(layout).Shape], [.. Input(layout).Values.Select(v => (double)v)]),
            declared
        );
        if (!nchw)
            g.Node("Transpose", "x", "t", Of("perm", [0, 3, 1, 2]));
        Convolve(g, nchw ? "x" : "t", 4, Channels, "c0", 1)
            .Node(Activation, "c0", "l0")
            .Node(Pool, "l0", "p0", Of("kernel_shape", [2, 2]), Of("strides", [1, 1]));
        Convolve(g, "p0", 5, 4, "c1", 2).Node(Activation, "c1", "l1").Node("GlobalAveragePool", "l1", "p1").Node("Flatten", "p1", "f");
        g.Weight("w", Tensor.Normal([3, 5], Seed + 3))
            .Weight("b", Tensor.Normal([3], Seed + 4))
            .Node("Gemm", Biases ? "f w b" : "f w", "scores", Of("transB", 1));
        return g.Output("scores").Load($$"""{ "input": { "layout": "{{(nchw ? "NCHW" : "NHWC")}}" }, "layer": "l1" }""");
    }

    private TinyGraph Convolve(TinyGraph g, string x, long to, long from, string y, int seed)
    {
        g.Weight($"{y}.w", Steepness(Tensor.Normal([to, from, 3, 3], Seed + 10 * seed)))
            .Weight($"{y}.b", Tensor.Normal([to], Seed + 10 * seed + 1));
        return g.Node("Conv", Biases ? $"{x} {y}.w {y}.b" : $"{x} {y}.w", y, Of("kernel_shape", [3, 3]), Of("pads", [1, 1, 1, 1]));
    }

    // Steep saturating functions look like kinks.
    private Tensor Steepness(Tensor weights) =>
        Activation == "Relu" ? weights : weights with { Values = [.. weights.Values.Select(w => w / 8)] };

    private float[] ChannelsLast(float[] values)
    {
        var area = Height * Width;
        return
        [
            .. values.Select(
                (_, i) =>
                {
                    var (n, inside) = (i / (area * Channels), i % (area * Channels));
                    return values[(n * Channels + inside % Channels) * area + inside / Channels];
                }
            ),
        ];
    }
}
