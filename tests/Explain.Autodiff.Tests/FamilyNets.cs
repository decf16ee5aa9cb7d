using static Explain.Autodiff.Graphs.Attributes;

namespace Explain.Autodiff.Tests;

/// <summary>
/// The families of networks that are explained, each as small as it can be with all of its operators, without biases: from "x" to "scores".
/// What is added as a constant in real ones (position embeddings, class tokens) is an input, so that its share can be asked for.
/// </summary>
internal static class FamilyNets
{
    /// <summary>The families, by name.</summary>
    public static IReadOnlyDictionary<string, Func<TinyGraph>> All { get; } =
        new Dictionary<string, Func<TinyGraph>>
        {
            ["YOLO"] = Yolo,
            ["YuNet"] = YuNet,
            ["DeepLab"] = DeepLab,
            ["FCN"] = Fcn,
            ["ConvNeXt"] = () => ConvNext(written: false),
            ["ConvNeXt, written out"] = () => ConvNext(written: true),
            ["ViT"] = () => Vit(Attention, optimised: false),
            ["ViT by Einsum"] = () => Vit(EinsumAttention, optimised: false),
            ["ViT, optimised"] = () => Vit(FusedAttention, optimised: true),
            ["MaxViT"] = MaxVit,
            ["Swin"] = () => SwinNet.Make(biases: false, given: true),
            ["MobileNetV3"] = MobileNetV3,
            ["AlexNet"] = AlexNet,
        };

    private static TinyGraph Image(long extent = 12) =>
        new TinyGraph(opset: 20).Input("x", Tensor.Spread([2, 3, extent, extent], -1, 2, 3));

    private static TinyGraph Conv(
        TinyGraph g,
        string x,
        string y,
        long from,
        long to,
        long kernel = 3,
        long stride = 1,
        long dilation = 1,
        long group = 1
    )
    {
        var pad = (kernel - 1) * dilation / 2;
        return g.Weight($"w/{y}", to, from / group, kernel, kernel)
            .Node(
                "Conv",
                $"{x} w/{y}",
                y,
                Of("pads", [pad, pad, pad, pad]),
                Of("strides", [stride, stride]),
                Of("dilations", [dilation, dilation]),
                Of("group", group)
            );
    }

    private static TinyGraph Silu(TinyGraph g, string x, string y) => g.Node("Sigmoid", x, $"{y}/gate").Node("Mul", $"{x} {y}/gate", y);

    // C2f, a pyramid pooling and a neck with upsampling; boxes by a softmax over distances.
    private static TinyGraph Yolo()
    {
        var g = Silu(Conv(Image(), "x", "c0", 3, 8, stride: 2), "c0", "a0")
            .Ints("halves", 4, 4)
            .Node("Split", "a0 halves", "l r", Of("axis", 1));
        Silu(Conv(g, "r", "c1", 4, 4), "c1", "a1").Node("Add", "r a1", "b").Node("Concat", "l r b", "p3", Of("axis", 1));
        Silu(Conv(g, "p3", "c2", 12, 6, stride: 2), "c2", "a2");
        g.Node("MaxPool", "a2", "m1", Of("kernel_shape", [3, 3]), Of("pads", [1, 1, 1, 1]))
            .Node("MaxPool", "m1", "m2", Of("kernel_shape", [3, 3]), Of("pads", [1, 1, 1, 1]))
            .Node("Concat", "a2 m1 m2", "p4", Of("axis", 1))
            .Weight("scales", 1);
        g.Weight("up", Tensor.Of([4], 1, 1, 2, 2))
            .Node("Resize", "p4 - up", "u", Of("mode", "nearest"), Of("coordinate_transformation_mode", "asymmetric"));
        Silu(Conv(g.Node("Concat", "u p3", "n", Of("axis", 1)), "n", "c3", 30, 8), "c3", "a3");
        // Four sides of three distances, then three classes.
        Conv(g, "a3", "h", 8, 15, kernel: 1)
            .Ints("flat", 2, 15, -1)
            .Node("Reshape", "h flat", "f")
            .Ints("parts", 12, 3)
            .Node("Split", "f parts", "boxes classes", Of("axis", 1));
        return g.Ints("sides", 2, 4, 3, -1)
            .Node("Reshape", "boxes sides", "d0")
            .Node("Softmax", "d0", "d1", Of("axis", 2))
            .Weight("bins", Tensor.Of([3, 1], 0, 1, 2))
            .Node("Mul", "d1 bins", "d2")
            .Ints("two", 2)
            .Node("ReduceSum", "d2 two", "d3", Of("keepdims", 0))
            .Node("Concat", "d3 classes", "scores", Of("axis", 1))
            .Output("scores");
    }

    private static TinyGraph YuNet()
    {
        var g = Conv(Image(), "x", "c0", 3, 8, stride: 2).Node("Relu", "c0", "a0");
        Conv(Conv(g, "a0", "d1", 8, 8, group: 8), "d1", "c1", 8, 8, kernel: 1).Node("Relu", "c1", "a1");
        g.Node("MaxPool", "a1", "p", Of("kernel_shape", [2, 2]), Of("strides", [2, 2]));
        Conv(Conv(g, "p", "d2", 8, 8, group: 8), "d2", "c2", 8, 8, kernel: 1).Node("Relu", "c2", "a2");
        g.Weight("up", Tensor.Of([4], 1, 1, 2, 2)).Node("Resize", "a2 - up", "u", Of("mode", "nearest")).Node("Add", "u a1", "n");
        return Conv(g, "n", "h", 8, 2, kernel: 1)
            .Node("Transpose", "h", "t", Of("perm", [0, 2, 3, 1]))
            .Ints("flat", 2, -1, 2)
            .Node("Reshape", "t flat", "scores")
            .Output("scores");
    }

    // Dilated convolutions beside a pooled branch that is spread again.
    private static TinyGraph DeepLab()
    {
        var g = Conv(Image(), "x", "c0", 3, 6, stride: 2).Node("Relu", "c0", "a0");
        Conv(g, "a0", "b1", 6, 4, kernel: 1);
        Conv(g, "a0", "b2", 6, 4, dilation: 2);
        Conv(g.Node("GlobalAveragePool", "a0", "p"), "p", "b3", 6, 4, kernel: 1)
            .Ints("size", 2, 4, 6, 6)
            .Node("Resize", "b3 - - size", "b4", Of("mode", "linear"));
        Conv(g.Node("Concat", "b1 b2 b4", "c", Of("axis", 1)).Node("Relu", "c", "a1"), "a1", "h", 12, 3, kernel: 1);
        return g.Weight("up", Tensor.Of([4], 1, 1, 2, 2)).Node("Resize", "h - up", "scores", Of("mode", "linear")).Output("scores");
    }

    private static TinyGraph Fcn()
    {
        var g = Conv(Image(), "x", "c0", 3, 6)
            .Node("Relu", "c0", "a0")
            .Node("AveragePool", "a0", "p", Of("kernel_shape", [2, 2]), Of("strides", [2, 2]));
        Conv(g, "p", "c1", 6, 4).Node("LeakyRelu", "c1", "a1", Of("alpha", 0.1f));
        Conv(g, "a0", "s", 6, 3, kernel: 1);
        return g.Weight("t", 4, 3, 4, 4)
            .Node("ConvTranspose", "a1 t", "u", Of("strides", [2, 2]), Of("pads", [1, 1, 1, 1]))
            .Node("Add", "u s", "scores")
            .Output("scores");
    }

    private static TinyGraph ConvNext(bool written)
    {
        var g = Conv(Image(), "x", "c0", 3, 6, kernel: 3, stride: 2);
        Conv(g, "c0", "c1", 6, 6, group: 6).Node("Transpose", "c1", "t", Of("perm", [0, 2, 3, 1]));
        Norm(g, "t", "n", 6, written).Weight("w1", 6, 12).Node("MatMul", "n w1", "e");
        Gelu(g, "e", "a", written)
            .Weight("w2", 12, 6)
            .Node("MatMul", "a w2", "m")
            .Weight("scale", Tensor.Spread([6], 0.2, 1, 4))
            .Node("Mul", "m scale", "s");
        g.Node("Transpose", "s", "b", Of("perm", [0, 3, 1, 2]))
            .Node("Add", "c0 b", "r")
            .Ints("area", 2, 3)
            .Node("ReduceMean", "r area", "p", Of("keepdims", 0));
        return Norm(g, "p", "q", 6, written).Weight("w3", 6, 4).Node("Gemm", "q w3", "scores").Output("scores");
    }

    private static TinyGraph Vit(Func<TinyGraph, string, string, TinyGraph> attention, bool optimised)
    {
        var g = Conv(Image(), "x", "c0", 3, 8, kernel: 3, stride: 4)
            .Ints("flat", 2, 8, 9)
            .Node("Reshape", "c0 flat", "f")
            .Node("Transpose", "f", "p", Of("perm", [0, 2, 1]));
        g.Input("class", Tensor.Spread([1, 1, 8], -1, 1, 5))
            .Ints("each", 2, 1, 8)
            .Node("Expand", "class each", "first")
            .Node("Concat", "first p", "tokens", Of("axis", 1));
        g.Input("position", Tensor.Spread([1, 10, 8], -0.5, 0.5, 6)).Node("Add", "tokens position", "e0");
        attention(Norm(g, "e0", "n0", 8, written: false), "n0", "a0");
        if (optimised)
        {
            g.Weight("s1", Tensor.Spread([8], 0.5, 2, 8)).Node("com.microsoft.SkipLayerNormalization", "e0 a0 s1", "n1 - - e1");
            g.Weight("w1", 8, 16).Node("MatMul", "n1 w1", "h0").Node("com.microsoft.FastGelu", "h0", "h1");
        }
        else
        {
            Norm(g.Node("Add", "e0 a0", "e1"), "e1", "n1", 8, written: true).Weight("w1", 8, 16).Node("MatMul", "n1 w1", "h0");
            Gelu(g, "h0", "h1", written: true);
        }

        g.Weight("w2", 16, 8).Node("MatMul", "h1 w2", "h2").Node("Add", "e1 h2", "e2");
        return Norm(g, "e2", "n2", 8, written: false)
            .Ints("zero", [], [0])
            .Node("Gather", "n2 zero", "token", Of("axis", 1))
            .Weight("w3", 8, 4)
            .Node("Gemm", "token w3", "scores")
            .Output("scores");
    }

    // Two heads of four numbers: queries, keys and values of one product.
    private static TinyGraph Heads(TinyGraph g, string x, string y, long tokens) =>
        g.Weight($"w/{y}", 8, 24)
            .Node("MatMul", $"{x} w/{y}", $"{y}/all")
            .Ints($"{y}/shape", -1, tokens, 3, 2, 4)
            .Node("Reshape", $"{y}/all {y}/shape", $"{y}/each")
            .Node("Transpose", $"{y}/each", $"{y}/heads", Of("perm", [2, 0, 3, 1, 4]))
            .Ints($"{y}/ones", 1, 1, 1)
            .Node("Split", $"{y}/heads {y}/ones", $"{y}/q0 {y}/k0 {y}/v0", Of("axis", 0))
            .Ints($"{y}/first", 0)
            .Node("Squeeze", $"{y}/q0 {y}/first", $"{y}/q")
            .Node("Squeeze", $"{y}/k0 {y}/first", $"{y}/k")
            .Node("Squeeze", $"{y}/v0 {y}/first", $"{y}/v");

    private static TinyGraph Joined(TinyGraph g, string y, long tokens) =>
        g.Node("Transpose", $"{y}/o", $"{y}/t", Of("perm", [0, 2, 1, 3]))
            .Ints($"{y}/rows", -1, tokens, 8)
            .Node("Reshape", $"{y}/t {y}/rows", $"{y}/r")
            .Weight($"p/{y}", 8, 8)
            .Node("MatMul", $"{y}/r p/{y}", y);

    private static TinyGraph Attention(TinyGraph g, string x, string y) =>
        Joined(
            Heads(g, x, y, 10)
                .Node("Transpose", $"{y}/k", $"{y}/kt", Of("perm", [0, 1, 3, 2]))
                .Node("MatMul", $"{y}/q {y}/kt", $"{y}/qk")
                .Weight($"{y}/scale", Tensor.Of([], 0.5))
                .Node("Mul", $"{y}/qk {y}/scale", $"{y}/s")
                .Node("Softmax", $"{y}/s", $"{y}/p")
                .Node("MatMul", $"{y}/p {y}/v", $"{y}/o"),
            y,
            10
        );

    private static TinyGraph EinsumAttention(TinyGraph g, string x, string y) =>
        Joined(
            Heads(g, x, y, 10)
                .Node("Einsum", $"{y}/q {y}/k", $"{y}/qk", Of("equation", "bhid,bhjd->bhij"))
                .Node("Softmax", $"{y}/qk", $"{y}/p")
                .Node("Einsum", $"{y}/p {y}/v", $"{y}/o", Of("equation", "bhij,bhjd->bhid")),
            y,
            10
        );

    private static TinyGraph FusedAttention(TinyGraph g, string x, string y) =>
        Joined(
            Heads(g, x, y, 10)
                .Node("com.microsoft.FusedMatMul", $"{y}/q {y}/k", $"{y}/qk", Of("transB", 1), Of("alpha", 0.5f))
                .Node("Softmax", $"{y}/qk", $"{y}/p")
                .Node("com.microsoft.FusedMatMul", $"{y}/p {y}/v", $"{y}/o"),
            y,
            10
        );

    // Windows of four places with a bias by position, behind a gate by channel; a mask as in shifted windows.
    private static TinyGraph MaxVit()
    {
        var g = Conv(Image(8), "x", "c0", 3, 8, stride: 2).Node("Gelu", "c0", "a0", Of("approximate", "tanh"));
        g.Ints("area", 2, 3).Node("ReduceMean", "a0 area", "s0");
        Conv(Silu(Conv(g, "s0", "s1", 8, 4, kernel: 1), "s1", "s2"), "s2", "s3", 4, 8, kernel: 1)
            .Node("Sigmoid", "s3", "s4")
            .Node("Mul", "a0 s4", "b0");
        g.Node("Transpose", "b0", "b1", Of("perm", [0, 2, 3, 1])).Ints("grid", 2, 2, 2, 2, 2, 8).Node("Reshape", "b1 grid", "b2");
        g.Node("Transpose", "b2", "b3", Of("perm", [0, 1, 3, 2, 4, 5])).Ints("windows", -1, 4, 8).Node("Reshape", "b3 windows", "b4");
        Heads(Norm(g, "b4", "n0", 8, written: false), "n0", "a", 4)
            .Node("Transpose", "a/k", "a/kt", Of("perm", [0, 1, 3, 2]))
            .Node("MatMul", "a/q a/kt", "a/qk");
        g.Input("bias", Tensor.Spread([2, 4, 4], -1, 1, 7))
            .Node("Add", "a/qk bias", "a/s")
            .Node("Softmax", "a/s", "a/p")
            .Node("MatMul", "a/p a/v", "a/o");
        Joined(g, "a", 4).Node("Add", "b4 a", "r0");
        g.Ints("back", 2, 2, 2, 2, 2, 8).Node("Reshape", "r0 back", "r1").Node("Transpose", "r1", "r2", Of("perm", [0, 1, 3, 2, 4, 5]));
        g.Ints("image", 2, 4, 4, 8).Node("Reshape", "r2 image", "r3").Node("Transpose", "r3", "r4", Of("perm", [0, 3, 1, 2]));
        return g.Node("GlobalAveragePool", "r4", "p")
            .Node("Flatten", "p", "f")
            .Weight("w", 8, 4)
            .Node("Gemm", "f w", "scores")
            .Output("scores");
    }

    // Hard swish, fused and written out, and a gate by channel whose hard sigmoid is written out.
    private static TinyGraph MobileNetV3()
    {
        var g = Conv(Image(), "x", "c0", 3, 6, stride: 2).Node("HardSwish", "c0", "a0");
        g.Weight("three", Tensor.Of([], 3)).Weight("zero", Tensor.Of([], 0)).Weight("six", Tensor.Of([], 6));
        Conv(g.Node("GlobalAveragePool", "a0", "p"), "p", "s0", 6, 6, kernel: 1);
        g.Node("Add", "s0 three", "s1").Node("Clip", "s1 zero six", "s2").Node("Div", "s2 six", "s3").Node("Mul", "s3 a0", "b");
        Conv(g, "b", "c1", 6, 6)
            .Node("Add", "c1 three", "h0")
            .Node("Clip", "h0 zero six", "h1")
            .Node("Mul", "c1 h1", "h2")
            .Node("Div", "h2 six", "a1");
        return g.Ints("area", 2, 3)
            .Node("ReduceMean", "a1 area", "m", Of("keepdims", 0))
            .Weight("w", 6, 4)
            .Node("Gemm", "m w", "scores")
            .Output("scores");
    }

    private static TinyGraph AlexNet()
    {
        var g = Conv(Image(), "x", "c0", 3, 8).Node("Relu", "c0", "a0").Node("LRN", "a0", "n", Of("size", 5), Of("alpha", 0.5f));
        Conv(g, "n", "c1", 8, 6, group: 2)
            .Node("Relu", "c1", "a1")
            .Node("MaxPool", "a1", "p", Of("kernel_shape", [3, 3]), Of("strides", [3, 3]));
        return g.Node("Flatten", "p", "f").Weight("w", 4, 96).Node("Gemm", "f w", "scores", Of("transB", 1)).Output("scores");
    }

    private static TinyGraph Norm(TinyGraph g, string x, string y, long channels, bool written)
    {
        g.Weight($"s/{y}", Tensor.Spread([channels], 0.5, 2, 8));
        return written
            ? g.Ints($"{y}/last", -1)
                .Node("ReduceMean", $"{x} {y}/last", $"{y}/mean")
                .Node("Sub", $"{x} {y}/mean", $"{y}/centred")
                .Weight($"{y}/two", Tensor.Of([], 2))
                .Node("Pow", $"{y}/centred {y}/two", $"{y}/squares")
                .Node("ReduceMean", $"{y}/squares {y}/last", $"{y}/variance")
                .Weight($"{y}/epsilon", Tensor.Of([], 1e-5))
                .Node("Add", $"{y}/variance {y}/epsilon", $"{y}/more")
                .Node("Sqrt", $"{y}/more", $"{y}/deviation")
                .Node("Div", $"{y}/centred {y}/deviation", $"{y}/unit")
                .Node("Mul", $"{y}/unit s/{y}", y)
            : g.Node("LayerNormalization", $"{x} s/{y}", y);
    }

    private static TinyGraph Gelu(TinyGraph g, string x, string y, bool written) =>
        written
            ? g.Weight($"{y}/root", Tensor.Of([], Math.Sqrt(2)))
                .Node("Div", $"{x} {y}/root", $"{y}/d")
                .Node("Erf", $"{y}/d", $"{y}/erf")
                .Weight($"{y}/one", Tensor.Of([], 1))
                .Node("Add", $"{y}/erf {y}/one", $"{y}/phi")
                .Node("Mul", $"{x} {y}/phi", $"{y}/twice")
                .Weight($"{y}/half", Tensor.Of([], 0.5))
                .Node("Mul", $"{y}/twice {y}/half", y)
            : g.Node("Gelu", x, y);
}
