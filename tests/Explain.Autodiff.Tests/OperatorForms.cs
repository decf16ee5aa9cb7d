using Explain.Autodiff.Graphs;
using Explain.Autodiff.Rewriting;
using Explain.Autodiff.Rules;
using static Explain.Autodiff.Graphs.Attributes;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Tests;

/// <summary>
/// Tiny nets of one operator each, from "x", shaped [2, 4, 6, 5] and above 0, to "y", without biases; every form of an operator whose rule
/// tells forms apart.
/// </summary>
internal static class OperatorForms
{
    // csharpier-ignore
    private static readonly Dictionary<string, Func<TinyGraph, TinyGraph>[]> Forms = new()
    {
        ["Conv"] =
        [
            g => g.Weight("w", 3, 4, 3, 3).Node("Conv", "x w", "y", Of("pads", [1, 1, 1, 1])),
            g => g.Weight("w", 6, 2, 3, 2).Node("Conv", "x w", "y", Of("group", 2), Of("strides", [1, 2]), Of("dilations", [2, 1])),
            g => g.Weight("w", 4, 1, 3, 3).Node("Conv", "x w", "y", Of("group", 4)),
        ],
        ["ConvTranspose"] = [g => g.Weight("w", 4, 3, 3, 2).Node("ConvTranspose", "x w", "y", Of("strides", [2, 1]))],
        ["Gemm"] =
        [
            g => Flat(g).Weight("w", 120, 3).Node("Gemm", "f w", "y", Of("alpha", 0.5f)),
            g => Flat(g).Weight("w", 3, 120).Node("Gemm", "f w", "y", Of("transB", 1)),
            g => Flat(g).Weight("w", 3, 120).Node("Gemm", "w f", "y", Of("transB", 1)),
            g => Flat(g).Weight("w", 2, 3).Node("Gemm", "w f", "y", Of("transA", 1)),
            g => Tanh(Flat(g), "f").Ints("a", 0).Node("Gemm", "f t", "m", Of("transB", 1)).Node("ReduceSum", "m a", "y"),
        ],
        ["MatMul"] =
        [
            g => g.Weight("w", 5, 3).Node("MatMul", "x w", "y"),
            g => g.Weight("w", 3, 6).Node("MatMul", "w x", "y"),
            g => g.Weight("w", 4, 5, 3).Node("MatMul", "x w", "y"),
            g => g.Weight("w", 5).Node("MatMul", "x w", "y"),
            g => g.Weight("w", 3, 5).Node("Neg", "w", "m").Node("Transpose", "m", "t").Node("MatMul", "x t", "y"),
            g => Tanh(g).Node("Transpose", "t", "s", Of("perm", [0, 1, 3, 2])).Node("MatMul", "x s", "y"),
        ],
        ["com.microsoft.FusedMatMul"] =
        [
            g => g.Weight("w", Tensor.Spread([3, 5], -0.5, 1, 1)).Node("com.microsoft.FusedMatMul", "x w", "y", Of("transB", 1), Of("alpha", 0.5f)),
            g => Tanh(g).Node("com.microsoft.FusedMatMul", "x t", "y", Of("transA", 1)),
        ],
        ["Einsum"] =
        [
            g => g.Weight("w", Tensor.Spread([5, 3], -0.5, 1, 1)).Node("Einsum", "x w", "y", Of("equation", "nchw,wk->nchk")),
            g => g.Weight("w", Tensor.Spread([3, 4], -0.5, 1, 1)).Node("Einsum", "w x", "y", Of("equation", "kc,nchw->nkhw")),
            g => g.Node("Einsum", "x", "y", Of("equation", "nchw->nw")),
            g => Tanh(g).Node("Einsum", "x t", "y", Of("equation", "nchw,nckw->nchk")),
        ],
        ["AveragePool"] = [g => g.Node("AveragePool", "x", "y", Of("kernel_shape", [3, 2]), Of("pads", [1, 0, 1, 0]), Of("strides", [2, 1]))],
        ["ReduceMean"] = [g => g.Ints("a", 2, 3).Node("ReduceMean", "x a", "y", Of("keepdims", 0))],
        ["ReduceSum"] = [g => g.Ints("a", 1).Node("ReduceSum", "x a", "y")],
        ["CumSum"] = [g => g.Ints("a", [], [2]).Node("CumSum", "x a", "y"), g => g.Ints("a", [], [3]).Node("CumSum", "x a", "y", Of("reverse", 1))],
        ["Resize"] =
        [
            g => Scales(g).Node("Resize", "x - f", "y", Of("mode", "linear")),
            g => Scales(g).Node("Resize", "x - f", "y", Of("mode", "nearest")),
            g => g.Ints("s", 2, 4, 4, 9).Node("Resize", "x - - s", "y", Of("mode", "linear"), Of("coordinate_transformation_mode", "align_corners")),
        ],
        ["Add"] =
        [
            g => g.Node("Sigmoid", "x", "s").Node("Add", "x s", "y"),
            g => g.Ints("a", 2, 3).Node("ReduceMean", "x a", "m").Node("Add", "m x", "y"),
        ],
        ["Sub"] =
        [
            g => g.Weight("w", Tensor.Of([], 3)).Node("Mul", "x w", "t").Node("Sub", "t x", "y"),
            g => g.Ints("a", 1).Node("ReduceMean", "x a", "m").Node("Sub", "x m", "y"),
        ],
        ["Sum"] = [g => Tanh(g).Node("Sum", "x t x", "y"), g => g.Node("Sum", "x", "y")],
        ["Mean"] = [g => g.Node("GlobalAveragePool", "x", "p").Node("Mean", "p x", "y")],
        ["Mul"] =
        [
            g => g.Weight("w", 4, 1, 1).Node("Mul", "x w", "y"), g => g.Weight("w", 4, 1, 1).Node("Mul", "w x", "y"),
            g => g.Node("Sigmoid", "x", "s").Node("Mul", "x s", "y"), g => g.Node("Sigmoid", "x", "s").Node("Mul", "s x", "y"),
            g => g.Node("Tanh", "x", "s").Node("Mul", "s x", "y"),
            g => g.Node("Sigmoid", "x", "s").Weight("w", 4, 1, 1).Node("Mul", "s w", "y"),
            g => g.Node("GlobalAveragePool", "x", "p").Node("HardSigmoid", "p", "s").Node("Mul", "x s", "y"),
            g => g.Weight("w", Tensor.Of([], 1)).Node("Greater", "x w", "b").Node("Cast", "b", "m", Of("to", (long)DataType.Float)).Node("Mul", "x m", "y"),
        ],
        ["Div"] =
        [
            g => g.Weight("w", 4, 1, 1).Node("Div", "x w", "y"), g => g.Weight("w", 4, 1, 1).Node("Div", "w x", "y"),
            g => g.Node("Exp", "x", "e").Node("Div", "x e", "y"),
        ],
        ["Pow"] =
        [
            g => g.Weight("p", Tensor.Of([], 2)).Node("Pow", "x p", "y"), g => g.Weight("p", Tensor.Of([], -0.5)).Node("Pow", "x p", "y"),
            g => g.Weight("p", Tensor.Of([], 1.5)).Node("Pow", "p x", "y"), g => Tanh(g).Node("Pow", "x t", "y"),
        ],
        ["PRelu"] = [g => g.Weight("s", Tensor.Of([], 0.25)).Node("PRelu", "x s", "y")],
        ["Clip"] = [g => g.Weight("a", Tensor.Of([], 0)).Weight("b", Tensor.Of([], 6)).Node("Clip", "x a b", "y")],
        ["Asin"] = [g => Times(g, 0.45).Node("Asin", "s", "y")],
        ["Acos"] = [g => Times(g, 0.45).Node("Acos", "s", "y")],
        ["Atanh"] = [g => Times(g, 0.45).Node("Atanh", "s", "y")],
        ["Tan"] = [g => Times(g, 0.45).Node("Tan", "s", "y")],
        ["Acosh"] = [g => Times(g, 20).Node("Acosh", "s", "y")],
        ["com.microsoft.FastGelu"] = [g => g.Node("com.microsoft.FastGelu", "x", "y"), g => Zeros(g, 5).Node("com.microsoft.FastGelu", "x o", "y")],
        ["com.microsoft.BiasGelu"] = [g => Zeros(g, 5).Node("com.microsoft.BiasGelu", "x o", "y")],
        ["BatchNormalization"] = [g => Zeros(g, 4).Weight("s", Tensor.Spread([4], 0.5, 2, 1)).Weight("v", Tensor.Spread([4], 0.5, 2, 2)).Node("BatchNormalization", "x s o o v", "y")],
        ["LayerNormalization"] =
        [
            g => g.Weight("s", 5).Node("LayerNormalization", "x s", "y"), g => Zeros(g, 4, 6, 5).Weight("s", 4, 6, 5).Node("LayerNormalization", "x s o", "y", Of("axis", 1)),
        ],
        ["RMSNormalization"] = [g => g.Weight("s", 5).Node("RMSNormalization", "x s", "y")],
        ["SimplifiedLayerNormalization"] = [g => g.Weight("s", 5).Node("SimplifiedLayerNormalization", "x s", "y")],
        ["InstanceNormalization"] = [g => Zeros(g, 4).Weight("s", 4).Node("InstanceNormalization", "x s o", "y")],
        ["GroupNormalization"] = [g => Zeros(g, 2).Weight("s", 2).Node("GroupNormalization", "x s o", "y", Of("num_groups", 2))],
        ["MeanVarianceNormalization"] = [g => g.Node("MeanVarianceNormalization", "x", "y", Of("axes", [1, 2, 3]))],
        ["com.microsoft.SkipLayerNormalization"] = [g => Skip(g).Weight("s", 5).Node("com.microsoft.SkipLayerNormalization", "r t s", "y"), g => Zeros(Skip(g), 5).Weight("s", 5).Node("com.microsoft.SkipLayerNormalization", "r t s o", "m - - u").Node("Add", "m u", "y")],
        ["com.microsoft.SkipSimplifiedLayerNormalization"] = [g => Skip(g).Weight("s", 5).Node("com.microsoft.SkipSimplifiedLayerNormalization", "r t s", "y")],
        ["LpNormalization"] = [g => g.Node("LpNormalization", "x", "y", Of("axis", 1)), g => g.Node("LpNormalization", "x", "y", Of("p", 1))],
        ["LRN"] = [g => g.Node("LRN", "x", "y", Of("size", 3)), g => g.Node("LRN", "x", "y", Of("size", 5), Of("alpha", 0.8f), Of("beta", 0.6f), Of("bias", 2f))],
        ["Softmax"] = [g => g.Node("Softmax", "x", "y"), g => g.Node("Softmax", "x", "y", Of("axis", 1))],
        ["ReduceL1"] = [g => g.Ints("a", 1).Node("ReduceL1", "x a", "y")],
        ["ReduceL2"] = [g => g.Ints("a", 2, 3).Node("ReduceL2", "x a", "y", Of("keepdims", 0))],
        ["ReduceSumSquare"] = [g => g.Ints("a", 1).Node("ReduceSumSquare", "x a", "y")],
        ["ReduceProd"] = [g => g.Ints("a", 1).Node("ReduceProd", "x a", "y", Of("keepdims", 0))],
        ["ReduceLogSum"] = [g => g.Ints("a", 1, 2).Node("ReduceLogSum", "x a", "y")],
        ["ReduceLogSumExp"] = [g => g.Ints("a", 1, 2).Node("ReduceLogSumExp", "x a", "y", Of("keepdims", 0))],
        ["ReduceMax"] = [g => g.Ints("a", 1, 3).Node("ReduceMax", "x a", "y")],
        ["ReduceMin"] = [g => g.Ints("a", 1, 3).Node("ReduceMin", "x a", "y", Of("keepdims", 0))],
        ["LpPool"] = [g => g.Node("LpPool", "x", "y", Of("kernel_shape", [3, 2]), Of("strides", [2, 1])), g => g.Node("LpPool", "x", "y", Of("kernel_shape", [2, 2]), Of("p", 3))],
        ["GlobalLpPool"] = [g => g.Node("GlobalLpPool", "x", "y", Of("p", 2))],
        ["MaxPool"] = [g => g.Node("MaxPool", "x", "y", Of("kernel_shape", [3, 3]), Of("pads", [1, 1, 1, 1]))],
        ["Max"] = [g => g.Weight("w", Tensor.Of([], 0)).Node("Max", "x w", "y"), g => Tanh(g).Node("Max", "x t", "y")],
        ["Min"] = [g => Tanh(g).Node("Min", "x t", "y")],
        ["Reshape"] = [g => g.Ints("s", 2, -1).Node("Reshape", "x s", "y")],
        ["Squeeze"] = [g => g.Node("GlobalAveragePool", "x", "p").Node("Squeeze", "p", "y")],
        ["Unsqueeze"] = [g => g.Ints("a", 1).Node("Unsqueeze", "x a", "y")],
        ["Expand"] = [g => g.Ints("s", 3, 2, 4, 6, 5).Node("Expand", "x s", "y")],
        ["Tile"] = [g => g.Ints("s", 1, 2, 1, 3).Node("Tile", "x s", "y")],
        ["Transpose"] = [g => g.Node("Transpose", "x", "y", Of("perm", [0, 2, 3, 1]))],
        ["Concat"] = [g => Tanh(g).Node("Concat", "x t", "y", Of("axis", 1))],
        ["Gather"] = [g => g.Ints("i", 2, 0, 2).Node("Gather", "x i", "y", Of("axis", 1))],
        ["GatherElements"] = [g => g.Ints("i", [2, 4, 6, 1], [.. Enumerable.Range(0, 48).Select(i => (long)(i % 5))]).Node("GatherElements", "x i", "y", Of("axis", 3))],
        ["GatherND"] = [g => g.Ints("i", [2, 2], [0, 3, 1, 1]).Node("GatherND", "x i", "y")],
        ["ScatterElements"] =
        [
            g => Updates(g).Node("ScatterElements", "x i u", "y", Of("axis", 3)), g => Updates(g).Node("ScatterElements", "x i u", "y", Of("axis", 3), Of("reduction", "add")),
        ],
        ["ScatterND"] =
        [
            g => Slices(g).Node("ScatterND", "x i u", "y"), g => Slices(g).Node("ScatterND", "x i u", "y", Of("reduction", "add")),
        ],
        ["Slice"] = [g => g.Ints("b", 1).Ints("e", 3).Ints("a", 1).Node("Slice", "x b e a", "y")],
        ["Split"] = [g => g.Ints("s", 1, 3).Node("Split", "x s", "a b", Of("axis", 1)).Node("Add", "a b", "y")],
        ["Trilu"] = [g => g.Ints("a", 3).Node("Trilu", "x", "l", Of("upper", 0)).Node("ReduceSum", "l a", "y")],
        ["TopK"] = [g => g.Ints("k", 2).Node("TopK", "x k", "y i", Of("axis", 1))],
        ["Where"] = [g => Tanh(g).Weight("m", 4, 6, 5).Weight("z", Tensor.Of([], 0)).Node("Greater", "m z", "b").Node("Where", "b x t", "y")],
        ["Pad"] = [g => g.Ints("p", 0, 0, -1, 0, 0, 0, 0, -2).Node("Pad", "x p", "y")],
        ["Pad(mode=reflect)"] = [g => g.Ints("p", 0, 0, 1, 2, 0, 0, 2, 0).Node("Pad", "x p", "y", Of("mode", "reflect"))],
        ["Pad(mode=edge)"] = [g => g.Ints("p", 0, 0, 1, 2, 0, 0, 2, 0).Node("Pad", "x p", "y", Of("mode", "edge"))],
        ["Pad(mode=wrap)"] = [g => g.Ints("p", 0, 0, 1, 2, 0, 0, 2, 0).Node("Pad", "x p", "y", Of("mode", "wrap"))],
        ["DepthToSpace"] = [g => g.Node("DepthToSpace", "x", "y", Of("blocksize", 2)), g => g.Node("DepthToSpace", "x", "y", Of("blocksize", 2), Of("mode", "CRD"))],
        ["SpaceToDepth"] = [g => g.Ints("p", 0, 0, 0, 0, 0, 0, 0, -1).Node("Pad", "x p", "c").Node("SpaceToDepth", "c", "y", Of("blocksize", 2))],
        ["Mod"] = [g => g.Weight("w", Tensor.Of([], 0.7)).Node("Mod", "x w", "y", Of("fmod", 1))],
        ["MaxUnpool"] = [g => g.Ints("i", [2, 4, 6, 5], [.. Enumerable.Range(0, 240).Select(i => (long)(i / 30 * 120 + i % 30 * 4))]).Node("MaxUnpool", "x i", "u", Of("kernel_shape", [2, 2]), Of("strides", [2, 2])).Ints("a", 2, 3).Node("ReduceSum", "u a", "y")],
        ["ReverseSequence"] = [g => g.Ints("l", 3, 4).Node("ReverseSequence", "x l", "y", Of("time_axis", 1), Of("batch_axis", 0))],
        ["CenterCropPad"] = [g => g.Ints("s", 4, 4).Node("CenterCropPad", "x s", "y", Of("axes", [2, 3]))],
        ["ScatterElements(reduction=max)"] = [g => Updates(g).Node("ScatterElements", "x i u", "y", Of("axis", 3), Of("reduction", "max"))],
        ["ScatterElements(reduction=min)"] = [g => Updates(g).Node("ScatterElements", "x i u", "y", Of("axis", 3), Of("reduction", "min"))],
        ["ScatterND(reduction=max)"] = [g => Slices(g).Node("ScatterND", "x i u", "y", Of("reduction", "max"))],
        ["ScatterND(reduction=min)"] = [g => Slices(g).Node("ScatterND", "x i u", "y", Of("reduction", "min"))],
        ["Col2Im"] = [g => g.Ints("n", 2, 4, 30).Node("Reshape", "x n", "r").Ints("s", 6, 7).Ints("b", 2, 2).Node("Col2Im", "r s b", "y")],
        ["DFT"] = [g => g.Ints("n", 2, 4, 30, 1).Node("Reshape", "x n", "r").Node("DFT", "r", "d").Ints("b", 0).Ints("e", 1).Ints("a", 3).Node("Slice", "d b e a", "y")],
        ["AffineGrid"] = [g => g.Ints("n", 2, 20, 2, 3).Node("Reshape", "x n", "r").Ints("a", 1).Node("ReduceMean", "r a", "m", Of("keepdims", 0)).Ints("s", 2, 1, 2, 4).Node("AffineGrid", "m s", "y")],
        ["GridSample"] = [g => g.Weight("w", Tensor.Spread([2, 3, 4, 2], -0.8, 0.8, 5)).Node("GridSample", "x w", "y")],
        ["DeformConv"] = [g => g.Weight("w", 3, 4, 3, 3).Weight("f", Tensor.Spread([2, 18, 4, 3], -0.4, 0.4, 5)).Node("DeformConv", "x w f", "y")],
        ["Compress"] = [g => g.Weight("m", Tensor.Of([4], -1, 1, 1, -1)).Weight("z", Tensor.Of([], 0)).Node("Greater", "m z", "b").Node("Compress", "x b", "y", Of("axis", 1))],
        ["Cast"] = [g => g.Node("Cast", "x", "y", Of("to", (long)DataType.Float))],
        ["CastLike"] = [g => g.Weight("w", 1).Node("CastLike", "x w", "y")],
        ["QuantizeLinear"] = [Quantised],
        ["DequantizeLinear"] = [Quantised],
        ["DynamicQuantizeLinear"] = [g => g.Node("DynamicQuantizeLinear", "x", "q s z").Node("DequantizeLinear", "q s z", "y")],
    };

    /// <summary>Whether an operator is tried: one that is made of others may be left to what its parts do.</summary>
    public static bool Has(string op) => Forms.ContainsKey(op) || GradientRules.Plain.Rule(op).Definition is null;

    /// <summary>The forms of an operator, named as by <see cref="OperatorName"/>.</summary>
    public static Func<TinyGraph, TinyGraph>[] For(string op) => Forms.GetValueOrDefault(op, [g => g.Node(op, "x", "y")]);

    /// <summary>A net on given values, in the oldest opset that has the operator.</summary>
    public static TinyGraph Net(string op, Func<TinyGraph, TinyGraph> form, Tensor x, Known known) =>
        form(new TinyGraph(known: known, opset: Opset(op)).Input("x", x)).Output("y");

    private static long Opset(string op) =>
        op.Contains('.', StringComparison.Ordinal)
            ? Upgrade.Floor
            : Math.Max(Upgrade.Floor, OperatorTable.Operators.Single(o => o.Name == op).Since);

    private static TinyGraph Tanh(TinyGraph g, string of = "x") => g.Node("Tanh", of, "t");

    private static TinyGraph Flat(TinyGraph g) => g.Node("Flatten", "x", "f");

    private static TinyGraph Times(TinyGraph g, double factor) => g.Weight("h", Tensor.Of([], factor)).Node("Mul", "x h", "s");

    private static TinyGraph Zeros(TinyGraph g, params long[] shape) =>
        g.Weight("o", Tensor.Of(shape, new double[shape.Aggregate(1L, (a, b) => a * b)]));

    private static TinyGraph Scales(TinyGraph g) => g.Weight("f", Tensor.Of([4], 1, 1, 2, 1.5), DataType.Float);

    private static TinyGraph Skip(TinyGraph g) => Tanh(g.Ints("n", 2, 24, 5).Node("Reshape", "x n", "r"), "r");

    private static TinyGraph Updates(TinyGraph g) =>
        g.Ints("d", 3).Node("ReduceMean", "x d", "u").Ints("i", [2, 4, 6, 1], [.. Enumerable.Range(0, 48).Select(i => (long)(i % 5))]);

    private static TinyGraph Slices(TinyGraph g) => Tanh(g).Ints("i", [2, 2], [0, 3, 1, 1]).Node("GatherND", "t i", "u");

    private static TinyGraph Quantised(TinyGraph g) =>
        g.Weight("s", Tensor.Of([], 0.02)).Node("QuantizeLinear", "x s", "q").Node("DequantizeLinear", "q s", "y");
}
