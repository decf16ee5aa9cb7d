using System.Collections.Frozen;
using static Explain.Autodiff.Attributes;
using static Explain.Autodiff.Ops;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff;

/// <summary>The gradient of one operator: the forward node and the cotangent of its first output give the cotangent of each input (null: none).
/// An operator with several outputs asks <see cref="Forward.Cotangent"/> for those of the others.</summary>
/// <param name="n">The forward node.</param>
/// <param name="dy">Cotangent of the first output, shaped like it.</param>
public delegate Value?[] GradientRule(Forward n, Value dy);

/// <summary>
/// The gradient rules, keyed by ONNX operator name. A rule is an expression over the node's inputs and outputs; accumulation, reachability and pruning are the
/// engine's work (<see cref="Backward"/>). Ties follow PyTorch: a ReLU passes nothing at 0, a maximum over places passes everything to the first, one over operands parts it.
/// </summary>
public static class GradientRules
{
    /// <summary>Operators through which no derivative flows; what they compute is treated as constant.</summary>
    public static FrozenSet<string> NotDifferentiable { get; } = FrozenSet.Create(
        "ArgMax", "ArgMin", "Constant", "ConstantOfShape", "Equal", "EyeLike", "Greater", "GreaterOrEqual", "IsInf", "IsNaN", "Less", "LessOrEqual",
        "NonMaxSuppression", "NonZero", "Not", "OneHot", "RandomNormalLike", "RandomUniformLike", "Range", "Shape", "Size");

    /// <summary>The plain gradient.</summary>
    public static RuleSet Plain { get; } = new("gradient", new Dictionary<string, GradientRule>
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
        ["Dropout"] = (n, dy) => [dy, null, null],
        // The cotangent of a quantised value is a float.
        ["Cast"] = (n, dy) => [new TensorType(n.X.Element, null).IsFloat ? Cast(dy, n.X.Element) : dy],
        ["QuantizeLinear"] = Quantization.Quantize,
        ["DequantizeLinear"] = Quantization.Dequantize,
        ["DynamicQuantizeLinear"] = (n, dy) => [dy / n.Output(1)],
    });

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
        for (var i = 0; i < permutation.Length; i++) inverse[permutation[i]] = i;
        return inverse;
    }
}
