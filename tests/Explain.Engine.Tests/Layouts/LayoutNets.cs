using Explain.Engine.Models.Layouts;
using Explain.Engine.Models.Sessions;
using Explain.Engine.Vocabulary;
using static Explain.Autodiff.Graphs.Attributes;

namespace Explain.Engine.Tests.Layouts;

/// <summary>
/// The same small net in several layouts: image "x" [2, 3, 5, 6], four maps by a 3×3 convolution and a ReLU, four more by a 1×1
/// convolution and a ReLU, "l", their mean, and three classes.
/// </summary>
internal static class LayoutNets
{
    private static readonly Tensor Mix = Tensor.Normal([4, 4], 501);
    private static readonly Tensor Class = Tensor.Normal([4, 3], 502);

    /// <summary>By the name of the layout of "l".</summary>
    // csharpier-ignore
    public static readonly IReadOnlyDictionary<string, TinyGraph> All = new Dictionary<string, TinyGraph>
    {
        ["NCHW"] = Maps().Weight("m", new Tensor([4, 4, 1, 1], Turned(Mix))).Node("Conv", "r m", "k").Node("Relu", "k", "l").Node("GlobalAveragePool", "l", "p").Node("Flatten", "p", "f").Head(),
        ["NHWC"] = Maps().Node("Transpose", "r", "t", Of("perm", [0, 2, 3, 1])).Mixed("t").Ints("a", 1, 2).Node("ReduceMean", "l a", "f", Of("keepdims", 0)).Head(),
        ["NTC"] = Tokens().Node("Transpose", "u", "t", Of("perm", [0, 2, 1])).Mixed("t").Ints("a", 1).Node("ReduceMean", "l a", "f", Of("keepdims", 0)).Head(),
        ["TNC"] = Tokens().Node("Transpose", "u", "t", Of("perm", [2, 0, 1])).Mixed("t").Ints("a", 0).Node("ReduceMean", "l a", "f", Of("keepdims", 0)).Head(),
        ["NCT"] = Tokens().Weight("m", new Tensor([4, 4], Turned(Mix))).Node("MatMul", "m u", "k").Node("Relu", "k", "l").Ints("a", 2).Node("ReduceMean", "l a", "f", Of("keepdims", 0)).Head(),
    };

    /// <summary>
    /// Tokens of 2×3 patches of "x" [N, 3, 4, 6] behind further ones, attention of one head, and the class of the first token: where
    /// patches count, they count through attention alone.
    /// </summary>
    /// <param name="leading">Tokens in front of the patches.</param>
    /// <param name="items">Images.</param>
    public static TinyGraph Transformer(int leading = 1, int items = 2) =>
        new TinyGraph(known: Known.Everything)
            .Input("x", items, 3, 4, 6)
            .Weight("pw", 4, 3, 2, 2)
            .Weight("pb", 4)
            .Node("Conv", "x pw pb", "patches", Of("kernel_shape", [2, 2]), Of("strides", [2, 2]))
            .Ints("flat", 0, 4, 6)
            .Node("Reshape", "patches flat", "u")
            .Node("Transpose", "u", "tokens", Of("perm", [0, 2, 1]))
            .Weight("others", items, leading, 4)
            .Node("Concat", "others tokens", "all", Of("axis", 1))
            .Weight("position", 1, leading + 6, 4)
            .Node("Add", "all position", "placed")
            .Node("Relu", "placed", "stream")
            .Node("Sigmoid", "stream", "normed")
            .Weight("wq", 4, 4)
            .Node("MatMul", "normed wq", "q")
            .Weight("wk", 4, 4)
            .Node("MatMul", "normed wk", "k")
            .Weight("wv", 4, 4)
            .Weight("bv", 4)
            .Node("MatMul", "normed wv", "v0")
            .Node("Add", "v0 bv", "v")
            .Node("Transpose", "k", "kt", Of("perm", [0, 2, 1]))
            .Node("MatMul", "q kt", "qk")
            .Node("Softmax", "qk", "attention")
            .Node("MatMul", "attention v", "looked")
            .Weight("wo", 4, 4)
            .Node("MatMul", "looked wo", "out")
            .Node("Add", "out stream", "after")
            .Node("Tanh", "after", "last")
            .Ints("first", [], [0])
            .Node("Gather", "last first", "f", Of("axis", 1))
            .Head();

    /// <summary>A convolution without bias, a bias behind it in either layout, a ReLU, the mean and three classes.</summary>
    public static TinyGraph Biased(Tensor bias, bool channelsLast) =>
        channelsLast
            ? Maps()
                .Node("Transpose", "c", "t", Of("perm", [0, 2, 3, 1]))
                .Weight("bias", bias)
                .Node("Add", "t bias", "b")
                .Node("Relu", "b", "l")
                .Ints("a", 1, 2)
                .Node("ReduceMean", "l a", "f", Of("keepdims", 0))
                .Head()
            : Maps()
                .Weight("bias", bias with { Shape = [4, 1, 1] })
                .Node("Add", "c bias", "b")
                .Node("Relu", "b", "l")
                .Ints("a", 2, 3)
                .Node("ReduceMean", "l a", "f", Of("keepdims", 0))
                .Head();

    /// <summary>The layer's feature maps in the order [N, C, h, w].</summary>
    public static float[] AsMaps(FloatTensor tensor, LayerLayout layout)
    {
        using var native = RunTensor.Over(tensor);
        var maps = new List<float>();
        for (var n = 0; n < tensor.Shape[layout.Batch]; n++)
            maps.AddRange(Engine.Methods.Probing.FeatureMaps.Of(native, n, layout).Values.ToArray());
        return [.. maps];
    }

    private static TinyGraph Maps() =>
        new TinyGraph(known: Known.AllButBatch)
            .Input("x", 2, 3, 5, 6)
            .Weight("cw", Tensor.Normal([4, 3, 3, 3], 503))
            .Node("Conv", "x cw", "c", Of("pads", [1, 1, 1, 1]))
            .Node("Relu", "c", "r");

    private static TinyGraph Tokens() => Maps().Ints("flat", 0, 4, 30).Node("Reshape", "r flat", "u");

    private static TinyGraph Mixed(this TinyGraph g, string tokens) =>
        g.Weight("m", Mix).Node("MatMul", $"{tokens} m", "k").Node("Relu", "k", "l");

    private static TinyGraph Head(this TinyGraph g) => g.Weight("w", Class).Node("MatMul", "f w", "scores").Output("scores");

    private static double[] Turned(Tensor square) => [.. Enumerable.Range(0, 16).Select(i => square.Values[i % 4 * 4 + i / 4])];
}
