using System.Collections.Frozen;
using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Graphs.Ops;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Rules;

/// <summary>The gradient of one operator: the forward node and the cotangent of its first output give the cotangent of each input (null:
/// none).
/// An operator with several outputs asks <see cref="Forward.Cotangent"/> for those of the others.</summary>
/// <param name="n">The forward node.</param>
/// <param name="dy">Cotangent of the first output, shaped like it.</param>
public delegate Value?[] GradientRule(Forward n, Value dy);

/// <summary>
/// The gradient rules, keyed by ONNX operator name. A rule is an expression over the node's inputs and outputs; accumulation, reachability
/// and pruning are the
/// work of backpropagation. Ties follow PyTorch: a ReLU passes nothing at 0, a maximum over places passes everything to the
/// first, one over operands parts it.
/// </summary>
public static class GradientRules
{
    /// <summary>Operators through which no derivative flows; what they compute is treated as constant.</summary>
    public static FrozenSet<string> NotDifferentiable { get; } =
        FrozenSet.Create(
            "ArgMax",
            "ArgMin",
            "Constant",
            "ConstantOfShape",
            "Equal",
            "EyeLike",
            "Greater",
            "GreaterOrEqual",
            "Hardmax",
            "IsInf",
            "IsNaN",
            "Less",
            "LessOrEqual",
            "Ceil",
            "Floor",
            "NonMaxSuppression",
            "NonZero",
            "Not",
            "OneHot",
            "RandomNormalLike",
            "RandomUniformLike",
            "Range",
            "Round",
            "Shape",
            "Sign",
            "Size"
        );

    /// <summary>The plain gradient.</summary>
    // csharpier-ignore
    public static RuleSet Plain { get; } = new RuleSet("gradient", new Dictionary<string, GradientRule>
    {
        ["Add"] = Broadcast.Elementwise((n, dy) => [dy, dy]),
        ["Sub"] = Broadcast.Elementwise((n, dy) => [dy, -dy]),
        ["Mul"] = Broadcast.Elementwise((n, dy) => [dy * n[1], dy * n[0]]),
        ["Div"] = Broadcast.Elementwise((n, dy) => [dy / n[1], -(dy * n.Y / n[1])]),
        ["Relu"] = (n, dy) => [dy * Step(n.Y)],
        ["LeakyRelu"] = (n, dy) => [dy * (Step(n.X) * (1.0 - n.Float("alpha", 0.01f)) + n.Float("alpha", 0.01f))],
        ["PRelu"] = Broadcast.Elementwise((n, dy) => [dy * (Step(n.X) * (1 - n[1]) + n[1]), -(dy * Emit("Relu", [-n.X]))]),
        ["Clip"] = (n, dy) => [dy * Inside(n), null, null],
        ["Max"] = Broadcast.Elementwise(Extreme),
        ["Min"] = Broadcast.Elementwise(Extreme),
        ["Sigmoid"] = (n, dy) => [dy * n.Y * (1 - n.Y)],
        ["HardSigmoid"] = (n, dy) => [dy * (Step(n.Y) * Step(1 - n.Y) * n.Float("alpha", 0.2f))],
        ["Tanh"] = (n, dy) => [dy * (1 - n.Y * n.Y)],
        ["Exp"] = (n, dy) => [dy * n.Y],
        ["Softplus"] = (n, dy) => [dy * Emit("Sigmoid", [n.X])],
        ["Softmax"] = (n, dy) => [n.Y * (dy - Sum(dy * n.Y, n.Int("axis", -1)))],
        ["LogSoftmax"] = (n, dy) => [dy - Emit("Exp", [n.Y]) * Sum(dy, n.Int("axis", -1))],
        ["BatchNormalization"] = (n, dy) => [ScaleOnly(n, dy), null, null, null, null],
        ["Conv"] = (n, dy) => [Convolution.InputGradient(n, dy), null, null],
        ["ConvTranspose"] = (n, dy) => [Convolution.TransposedGradient(n, dy), null, null],
        ["Gemm"] = Linear.Gemm,
        ["MatMul"] = Linear.MatMul,
        ["MaxPool"] = (n, dy) => [MaxPooling.InputGradient(n, dy)],
        ["AveragePool"] = (n, dy) => [Pooling.AverageGradient(n, dy)],
        ["GlobalAveragePool"] = (n, dy) => [Reduction.Spread(n, dy / Reduction.Ratio(n))],
        ["GlobalMaxPool"] = (n, dy) => [Pooling.GlobalMaxGradient(n, dy)],
        ["ReduceMean"] = (n, dy) => [ExpandLike(Reduction.Restore(n, dy) / Reduction.Ratio(n), n.X), null],
        ["ReduceSum"] = (n, dy) => [ExpandLike(Reduction.Restore(n, dy), n.X), null],
        ["Flatten"] = (n, dy) => [ReshapeLike(dy, n.X)],
        ["Reshape"] = (n, dy) => [ReshapeLike(dy, n.X), null],
        ["Squeeze"] = (n, dy) => [ReshapeLike(dy, n.X), null],
        ["Unsqueeze"] = (n, dy) => [ReshapeLike(dy, n.X), null],
        ["Transpose"] = (n, dy) => [n.Ints("perm") is { } perm ? Transpose(dy, Invert(perm)) : Emit("Transpose", [dy])],
        ["Expand"] = (n, dy) => [Broadcast.SumTo(dy, n.Y.Type, n.X), null],
        ["Concat"] = Indexing.Concat,
        ["Split"] = (n, _) => [Concat(n.Int("axis", 0), [.. n.Node.Output.Select((_, i) => (Value?)n.Cotangent(i))]), null],
        ["Slice"] = (n, dy) => [Indexing.SliceGradient(n, dy), null, null, null, null],
        ["Gather"] = (n, dy) => [Indexing.GatherGradient(n, dy), null],
        ["ScatterElements"] = Indexing.ScatterElements,
        ["Pad"] = (n, dy) => [Emit("Pad", [dy, -n[1], null, n.Has(3) ? n[3] : null]), null, null, null],
        ["Resize"] = (n, dy) => [Resampling.Gradient(n, dy), null, null, null],
        ["Sqrt"] = (n, dy) => [dy / (n.Y + n.Y)],
        ["Neg"] = (n, dy) => [-dy],
        ["Identity"] = (n, dy) => [dy],
        ["Dropout"] = (n, dy) => [Passed(n, dy), null, null],
        // The cotangent of a quantised value is a float.
        ["Cast"] = (n, dy) => [new TensorType(n.X.Element, null).IsFloat ? Cast(dy, n.X.Element) : dy],
        ["QuantizeLinear"] = Quantization.Quantize,
        ["DequantizeLinear"] = Quantization.Dequantize,
        ["DynamicQuantizeLinear"] = (n, dy) => [dy / n.Output(1)],
        ["CastLike"] = (n, dy) => [Cast(dy, n.X.Element), null],
        ["Sum"] = Broadcast.Elementwise((n, dy) => [.. Enumerable.Repeat<Value?>(dy, n.Count)]),
        ["Mean"] = Broadcast.Elementwise((n, dy) => [.. Enumerable.Repeat<Value?>(dy * (1.0 / n.Count), n.Count)]),
        ["Where"] = Broadcast.Elementwise((n, dy) => [null, Where(n[0], dy, dy.Scalar(0)), Where(n[0], dy.Scalar(0), dy)]),
        ["Pow"] = Broadcast.Elementwise(Activations.Pow),
        ["Elu"] = (n, dy) => [dy * Activations.Elu(n)],
        ["Celu"] = (n, dy) => [dy * Activations.Celu(n)],
        ["Selu"] = (n, dy) => [dy * Activations.Selu(n)],
        ["ThresholdedRelu"] = (n, dy) => [dy * Step(n.X - n.Float("alpha", 1))],
        ["Softsign"] = (n, dy) => [dy * Activations.Softsign(n)],
        ["HardSwish"] = (n, dy) => [dy * Activations.HardSwish(n)],
        ["Mish"] = (n, dy) => [dy * Activations.Mish(n)],
        ["Swish"] = (n, dy) => [dy * Activations.Swish(n)],
        ["Gelu"] = (n, dy) => [dy * Activations.Gelu(n)],
        ["Erf"] = (n, dy) => [dy * Emit("Exp", [-(n.X * n.X)]) * (2 / Math.Sqrt(Math.PI))],
        ["Log"] = (n, dy) => [dy / n.X],
        ["Reciprocal"] = (n, dy) => [-(dy * n.Y * n.Y)],
        ["Abs"] = (n, dy) => [dy * Emit("Sign", [n.X])],
        ["Sin"] = (n, dy) => [dy * Emit("Cos", [n.X])],
        ["Cos"] = (n, dy) => [-(dy * Emit("Sin", [n.X]))],
        ["Tan"] = (n, dy) => [dy * (n.Y * n.Y + 1)],
        ["Asin"] = (n, dy) => [dy / Emit("Sqrt", [1 - n.X * n.X])],
        ["Acos"] = (n, dy) => [-(dy / Emit("Sqrt", [1 - n.X * n.X]))],
        ["Atan"] = (n, dy) => [dy / (n.X * n.X + 1)],
        ["Sinh"] = (n, dy) => [dy * Emit("Sqrt", [n.Y * n.Y + 1])],
        ["Cosh"] = (n, dy) => [dy * n.Y * Emit("Tanh", [n.X])],
        ["Asinh"] = (n, dy) => [dy / Emit("Sqrt", [n.X * n.X + 1])],
        ["Acosh"] = (n, dy) => [dy / Emit("Sqrt", [n.X * n.X - 1])],
        ["Atanh"] = (n, dy) => [dy / (1 - n.X * n.X)],
        ["LRN"] = (n, dy) => [Normalization.LocalResponse(n, dy)],
        ["LpNormalization"] = (n, dy) => [Normalization.Lp(n, dy)],
        ["InstanceNormalization"] = (n, dy) => [Normalization.Instance(n, dy), null, null],
        ["GroupNormalization"] = (n, dy) => [Normalization.Group(n, dy), null, null],
        ["LayerNormalization"] = (n, dy) => [Normalization.Layer(n, dy), null, null],
        ["RMSNormalization"] = (n, dy) => [Normalization.Rms(n, dy), null],
        ["SimplifiedLayerNormalization"] = (n, dy) => [Normalization.Rms(n, dy), null],
        ["MeanVarianceNormalization"] = (n, dy) => [Normalization.MeanVariance(n, dy)],
        ["LpPool"] = (n, dy) => [Pooling.LpGradient(n, dy)],
        ["GlobalLpPool"] = (n, dy) => [Pooling.GlobalLpGradient(n, dy)],
        ["ReduceMax"] = (n, dy) => [Reduction.Extreme(n, dy), null],
        ["ReduceMin"] = (n, dy) => [Reduction.Extreme(n, dy), null],
        ["ReduceProd"] = (n, dy) => [Reduction.Products(n, dy), null],
        ["ReduceL1"] = (n, dy) => [Reduction.Restore(n, dy) * Emit("Sign", [n.X]), null],
        ["ReduceL2"] = (n, dy) => [n.X * Reduction.Restore(n, dy * Normalization.NotInfinite(n.Y)), null],
        ["ReduceSumSquare"] = (n, dy) => [(n.X + n.X) * Reduction.Restore(n, dy), null],
        ["ReduceLogSum"] = (n, dy) => [ExpandLike(Reduction.Restore(n, dy) / Reduction.Total(n, n.X), n.X), null],
        ["ReduceLogSumExp"] = (n, dy) => [Emit("Exp", [n.X - Reduction.Restore(n, n.Y)]) * Reduction.Restore(n, dy), null],
        ["CumSum"] = (n, dy) => [Rearranging.CumSum(n, dy), null],
        ["Trilu"] = (n, dy) => [Emit("Trilu", [dy, n.Has(1) ? n[1] : null], Of("upper", n.Int("upper", 1))), null],
        ["Tile"] = (n, dy) => [Rearranging.Tile(n, dy), null],
        ["GatherElements"] = (n, dy) => [Rearranging.GatherElements(n, dy), null],
        ["GatherND"] = (n, dy) => [Rearranging.GatherNd(n, dy), null],
        ["ScatterND"] = Rearranging.ScatterNd,
        ["TopK"] = (n, dy) => [Rearranging.TopK(n, dy), null],
        ["DepthToSpace"] = (n, dy) => [Rearranging.DepthToSpace(n, dy)],
        ["SpaceToDepth"] = (n, dy) => [Emit("DepthToSpace", [dy], Of("blocksize", n.Int("blocksize", 1)))],
        ["Pad(mode=reflect)"] = (n, dy) => [Rearranging.Padded(n, dy), null, null, null],
        ["Pad(mode=edge)"] = (n, dy) => [Rearranging.Padded(n, dy), null, null, null],
        ["Pad(mode=wrap)"] = (n, dy) => [Rearranging.Padded(n, dy), null, null, null],
        ["Einsum"] = Contraction.Gradient,
    }.Concat(Contributed.Rules));

    private const int Training = 2;

    // In use it is the identity; in training each run draws anew, and has a gradient of its own.
    private static Value Passed(Forward n, Value dy) =>
        n.Has(Training)
        && n.Graph.Constant(n.Node.Input[Training]) is { } flag
        && (flag.RawData.Any(b => b != 0) || flag.Int32Data.Any(v => v != 0))
            ? throw new NotSupportedException(
                $"the gradient of Dropout '{n.Node.Name}' is not known: it is in training mode and draws at random"
            )
            : dy;

    // Of equal values each gets its part.
    private static Value?[] Extreme(Forward n, Value dy)
    {
        Value[] chosen = [.. Enumerable.Range(0, n.Count).Select(i => Cast(Emit("Equal", [n[i], n.Y]).As(DataType.Bool), dy.Element))];
        var share = dy / chosen.Aggregate((a, b) => a + b);
        return [.. chosen.Select(c => (Value?)(share * c))];
    }

    private static Value Inside(Forward n)
    {
        Value?[] sides = [n.Has(1) ? Step(n.Y - n[1]) : null, n.Has(2) ? Step(n[2] - n.Y) : null];
        return (sides[0], sides[1]) switch
        {
            ({ } low, { } high) => low * high,
            ({ } low, null) => low,
            (null, { } high) => high,
            _ => n.Y.Scalar(1),
        };
    }

    // The derivative of scale * (x - mean) / sqrt(var + eps) + bias is the same operator without mean and bias, whatever the rank.
    private static Value ScaleOnly(Forward n, Value dy)
    {
        var zero = n[1] - n[1];
        return Emit("BatchNormalization", [dy, n[1], zero, zero, n[4]], Of("epsilon", n.Float("epsilon", 1e-5f)));
    }

    private static long[] Invert(long[] permutation)
    {
        var inverse = new long[permutation.Length];
        for (var i = 0; i < permutation.Length; i++)
            inverse[permutation[i]] = i;
        return inverse;
    }
}
