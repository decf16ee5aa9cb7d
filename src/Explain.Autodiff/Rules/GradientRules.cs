using System.Collections.Frozen;
using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Graphs.Ops;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Rules;

/// <summary>
/// The gradient rules, keyed by ONNX operator name. A rule is an expression over the node's inputs and outputs; accumulation, reachability
/// and pruning are the work of backpropagation. Ties follow PyTorch: a ReLU passes nothing at 0, a maximum over positions passes everything
/// to the first, one over operands parts it.
/// </summary>
public static class GradientRules
{
    /// <summary>Operators through which no derivative flows; what they compute is treated as constant.</summary>
    // csharpier-ignore
    public static FrozenSet<string> NotDifferentiable { get; } = new[]
    {
        "ArgMax", "ArgMin", "Constant", "ConstantOfShape", "Equal", "EyeLike", "Greater", "GreaterOrEqual", "Hardmax",
        "IsInf", "IsNaN", "Less", "LessOrEqual", "Ceil", "Floor", "NonMaxSuppression", "NonZero", "Not", "OneHot",
        "RandomNormalLike", "RandomUniformLike", "Range", "Round", "Shape", "Sign", "Size",
        "com.microsoft.GatherBlockQuantized", "com.microsoft.Range", "com.microsoft.WordConvEmbedding",
    }.ToFrozenSet();

    /// <summary>Operators that have bodies: a derivative passes them by the rules of what is inside.</summary>
    public static FrozenSet<string> WithBodies { get; } = new[] { "If", "Loop", "Scan" }.ToFrozenSet();

    /// <summary>The plain gradient.</summary>
    // csharpier-ignore
    public static RuleSet Plain { get; } = new RuleSet("gradient", new Dictionary<string, GradientRule>
    {
        ["Add"] = new((n, dy) => [dy, dy]) { Broadcasts = true },
        ["Sub"] = new((n, dy) => [dy, -dy]) { Broadcasts = true },
        ["Mul"] = new((n, dy) => [dy * n[1], dy * n[0]]) { Broadcasts = true },
        ["Div"] = new((n, dy) => [dy / n[1], -(dy * n.Y / n[1])]) { Broadcasts = true },
        ["Relu"] = new((n, dy) => [NativeForms.Between(dy, n.Y, 0, double.PositiveInfinity) ?? dy * Step(n.Y)]),
        ["LeakyRelu"] = new((n, dy) => [dy * Activations.LeakyRelu(n)]),
        ["PRelu"] = new((n, dy) => [dy * (Step(n.X) * (1 - n[1]) + n[1]), -(dy * Emit("Relu", [-n.X]))]) { Broadcasts = true },
        ["Clip"] = new((n, dy) => [NativeForms.Clip(n, dy) ?? dy * Inside(n), null, null]),
        ["Max"] = new(Extreme) { Broadcasts = true },
        ["Min"] = new(Extreme) { Broadcasts = true },
        ["Sigmoid"] = new((n, dy) => [dy * n.Y * (1 - n.Y)]),
        ["HardSigmoid"] = new((n, dy) => [dy * (Step(n.Y) * Below(n.Y, n.Y.Scalar(1)) * n.Float("alpha", HardSigmoidSlope))]) { EndsAt = IsStep },
        ["Tanh"] = new((n, dy) => [dy * (1 - n.Y * n.Y)]),
        ["Exp"] = new((n, dy) => [dy * n.Y]),
        ["Softplus"] = new((n, dy) => [dy * Emit("Sigmoid", [n.X])]),
        ["Softmax"] = new((n, dy) => [n.Y * (dy - Sum(dy * n.Y, n.Int("axis", -1)))]),
        ["LogSoftmax"] = new((n, dy) => [dy - Emit("Exp", [n.Y]) * Sum(dy, n.Int("axis", -1))]),
        ["BatchNormalization"] = new((n, dy) => [ScaleOnly(n, dy), null, null, null, null]),
        ["Conv"] = new((n, dy) => [NativeForms.Convolution(n, dy) ?? Convolution.InputGradient(n, dy), null, null]),
        ["ConvTranspose"] = new((n, dy) => [Convolution.TransposedGradient(n, dy), null, null]),
        ["Gemm"] = new(Linear.Gemm),
        ["MatMul"] = new(Linear.MatMul),
        ["MaxPool"] = new((n, dy) => [NativeForms.MaxPool(n, dy) ?? MaxPooling.InputGradient(n, dy)]),
        ["AveragePool"] = new((n, dy) => [Pooling.AverageGradient(n, dy)]),
        ["GlobalAveragePool"] = new((n, dy) => [Reduction.Spread(n, dy / Reduction.Ratio(n))]),
        ["GlobalMaxPool"] = new((n, dy) => [Pooling.GlobalMaxGradient(n, dy)]),
        ["ReduceMean"] = new((n, dy) => [ExpandLike(Reduction.Restore(n, dy) / Reduction.Ratio(n), n.X), null]),
        ["ReduceSum"] = new((n, dy) => [ExpandLike(Reduction.Restore(n, dy), n.X), null]),
        ["Flatten"] = new((n, dy) => [ReshapeLike(dy, n.X)]),
        ["Reshape"] = new((n, dy) => [ReshapeLike(dy, n.X), null]),
        ["Squeeze"] = new((n, dy) => [ReshapeLike(dy, n.X), null]),
        ["Unsqueeze"] = new((n, dy) => [ReshapeLike(dy, n.X), null]),
        ["Transpose"] = new((n, dy) => [n.Ints("perm") is { } perm ? Transpose(dy, Invert(n, perm)) : Emit("Transpose", [dy])]),
        ["Expand"] = new((n, dy) => [Broadcast.SumTo(dy, n.Y.Type, n.X), null]),
        ["Concat"] = new(Indexing.Concat),
        ["Split"] = new(Indexing.Split) { ReadsAllOutputs = true },
        ["Slice"] = new((n, dy) => [Indexing.SliceGradient(n, dy), null, null, null, null]),
        ["Gather"] = new((n, dy) => [Indexing.GatherGradient(n, dy), null]),
        ["ScatterElements"] = new(Indexing.ScatterElements),
        ["Pad"] = new((n, dy) => [Emit("Pad", [dy, -n[1], null, n.Has(3) ? n[3] : null]), null, null, null]),
        ["Resize"] = new((n, dy) => [Resampling.Gradient(n, dy), null, null, null]),
        ["Sqrt"] = new((n, dy) => [dy / (n.Y + n.Y)]),
        ["Neg"] = new((n, dy) => [-dy]),
        ["Identity"] = new((n, dy) => [dy]),
        ["Dropout"] = new((n, dy) => [Passed(n, dy), null, null]),
        // The cotangent of a quantised value is a float.
        ["Cast"] = new((n, dy) => [new TensorType(n.X.Element, null).IsFloat ? Cast(dy, n.X.Element) : dy]) { EndsAt = CutsToInteger },
        ["QuantizeLinear"] = new(Quantization.Quantize) { IsStraightThrough = true },
        ["DequantizeLinear"] = new(Quantization.Dequantize) { IsStraightThrough = true },
        ["DynamicQuantizeLinear"] = new((n, dy) => [dy / n.Output(1)]) { IsStraightThrough = true },
        ["CastLike"] = new((n, dy) => [Cast(dy, n.X.Element), null]) { IsStraightThrough = true },
        ["Sum"] = new((n, dy) => [.. Enumerable.Repeat<Value?>(dy, n.Count)]) { Broadcasts = true },
        ["Mean"] = new((n, dy) => [.. Enumerable.Repeat<Value?>(dy * (1.0 / n.Count), n.Count)]) { Broadcasts = true },
        ["Where"] = new((n, dy) => [null, Where(n[0], dy, dy.Scalar(0)), Where(n[0], dy.Scalar(0), dy)]) { Broadcasts = true },
        ["Pow"] = new(Activations.Pow) { Broadcasts = true },
        ["Elu"] = new((n, dy) => [dy * Activations.Elu(n)]),
        ["Celu"] = new((n, dy) => [dy * Activations.Celu(n)]),
        ["Selu"] = new((n, dy) => [dy * Activations.Selu(n)]),
        ["ThresholdedRelu"] = new((n, dy) => [dy * Step(n.X - n.Float("alpha", 1))]),
        ["Softsign"] = new((n, dy) => [dy * Activations.Softsign(n)]),
        ["HardSwish"] = new((n, dy) => [dy * Activations.HardSwish(n)]),
        ["Mish"] = new((n, dy) => [dy * Activations.Mish(n)]),
        ["Swish"] = new((n, dy) => [dy * Activations.Swish(n)]),
        ["Gelu"] = new((n, dy) => [dy * Activations.Gelu(n)]),
        ["Erf"] = new((n, dy) => [dy * Emit("Exp", [-(n.X * n.X)]) * (2 / Math.Sqrt(Math.PI))]),
        ["Log"] = new((n, dy) => [dy / n.X]),
        ["Reciprocal"] = new((n, dy) => [-(dy * n.Y * n.Y)]),
        ["Abs"] = new((n, dy) => [dy * Emit("Sign", [n.X])]),
        ["Sin"] = new((n, dy) => [dy * Emit("Cos", [n.X])]),
        ["Cos"] = new((n, dy) => [-(dy * Emit("Sin", [n.X]))]),
        ["Tan"] = new((n, dy) => [dy * (n.Y * n.Y + 1)]),
        ["Asin"] = new((n, dy) => [dy / Emit("Sqrt", [1 - n.X * n.X])]),
        ["Acos"] = new((n, dy) => [-(dy / Emit("Sqrt", [1 - n.X * n.X]))]),
        ["Atan"] = new((n, dy) => [dy / (n.X * n.X + 1)]),
        ["Sinh"] = new((n, dy) => [dy * Emit("Sqrt", [n.Y * n.Y + 1])]),
        ["Cosh"] = new((n, dy) => [dy * n.Y * Emit("Tanh", [n.X])]),
        ["Asinh"] = new((n, dy) => [dy / Emit("Sqrt", [n.X * n.X + 1])]),
        ["Acosh"] = new((n, dy) => [dy / Emit("Sqrt", [n.X * n.X - 1])]),
        ["Atanh"] = new((n, dy) => [dy / (1 - n.X * n.X)]),
        ["LRN"] = new((n, dy) => [Normalization.LocalResponse(n, dy)]),
        ["LpNormalization"] = new((n, dy) => [Normalization.Lp(n, dy)]),
        ["InstanceNormalization"] = new((n, dy) => [Normalization.Instance(n, dy), null, null]),
        ["GroupNormalization"] = new((n, dy) => [Normalization.Group(n, dy), null, null]),
        ["LayerNormalization"] = new((n, dy) => [Normalization.Layer(n, dy), null, null]),
        ["RMSNormalization"] = new((n, dy) => [Normalization.Rms(n, dy), null]),
        ["SimplifiedLayerNormalization"] = new((n, dy) => [Normalization.Rms(n, dy), null]),
        ["MeanVarianceNormalization"] = new((n, dy) => [Normalization.MeanVariance(n, dy)]),
        ["LpPool"] = new((n, dy) => [Pooling.LpGradient(n, dy)]),
        ["GlobalLpPool"] = new((n, dy) => [Pooling.GlobalLpGradient(n, dy)]),
        ["ReduceMax"] = new((n, dy) => [Reduction.Extreme(n, dy), null]),
        ["ReduceMin"] = new((n, dy) => [Reduction.Extreme(n, dy), null]),
        ["ReduceProd"] = new((n, dy) => [Reduction.Products(n, dy), null]),
        ["ReduceL1"] = new((n, dy) => [Reduction.Restore(n, dy) * Emit("Sign", [n.X]), null]),
        ["ReduceL2"] = new((n, dy) => [n.X * Reduction.Restore(n, dy * Normalization.NotInfinite(n.Y)), null]),
        ["ReduceSumSquare"] = new((n, dy) => [(n.X + n.X) * Reduction.Restore(n, dy), null]),
        ["ReduceLogSum"] = new((n, dy) => [ExpandLike(Reduction.Restore(n, dy) / Reduction.Total(n, n.X), n.X), null]),
        ["ReduceLogSumExp"] = new((n, dy) => [Emit("Exp", [n.X - Reduction.Restore(n, n.Y)]) * Reduction.Restore(n, dy), null]),
        ["CumSum"] = new((n, dy) => [Rearranging.CumSum(n, dy), null]),
        ["Trilu"] = new((n, dy) => [Emit("Trilu", [dy, n.Has(1) ? n[1] : null], Of("upper", n.Int("upper", 1))), null]),
        ["Tile"] = new((n, dy) => [Rearranging.Tile(n, dy), null]),
        ["GatherElements"] = new((n, dy) => [Rearranging.GatherElements(n, dy), null]),
        ["GatherND"] = new((n, dy) => [Rearranging.GatherNd(n, dy), null]),
        ["ScatterND"] = new(Rearranging.ScatterNd),
        ["TopK"] = new((n, dy) => [Rearranging.TopK(n, dy), null]),
        ["DepthToSpace"] = new((n, dy) => [Rearranging.DepthToSpace(n, dy)]),
        ["SpaceToDepth"] = new((n, dy) => [Emit("DepthToSpace", [dy], Of("blocksize", n.Int("blocksize", 1)))]),
        ["Pad(mode=reflect)"] = new((n, dy) => [Rearranging.Padded(n, dy), null, null, null]),
        ["Pad(mode=edge)"] = new((n, dy) => [Rearranging.Padded(n, dy), null, null, null]),
        ["Pad(mode=wrap)"] = new((n, dy) => [Rearranging.Padded(n, dy), null, null, null]),
        ["Einsum"] = new(Contraction.Gradient),
        ["AffineGrid"] = new((n, dy) => [Sampling.AffineGrid(n, dy), null]),
        ["BatchNormalization(training_mode=1)"] = Derived.From(Normalization.Batch),
        ["CenterCropPad"] = new((n, dy) => [Windows.Centred(n, dy), null]),
        ["Col2Im"] = new((n, dy) => [Windows.Columns(n, dy), null, null]),
        ["Compress"] = Derived.From(Scattering.Compress),
        ["CumProd"] = new((n, dy) => [Multiplying.CumProd(n, dy), null]),
        ["DFT"] = new((n, dy) => [Spectral.Gradient(n, dy), null, null]),
        ["DeformConv"] = Derived.From(Sampling.DeformConv),
        ["Det"] = new((n, dy) => [Multiplying.Det(n, dy)]),
        ["GridSample"] = Derived.From(Sampling.GridSample),
        ["MaxRoiPool"] = Derived.From(Regions.MaxRoiPool),
        ["MaxUnpool"] = new((n, dy) => [Scattering.MaxUnpool(n, dy), null, null]),
        // The whole part of the quotient, which is exact by the result.
        ["Mod"] = new((n, dy) => [dy, -(dy * Emit("Round", [(n.X - n.Y) / n[1]]))]) { Broadcasts = true },
        ["NegativeLogLikelihoodLoss"] = Derived.From(Losses.NegativeLogLikelihood),
        ["ReverseSequence"] = new((n, dy) => [Emit("ReverseSequence", [dy, n[1]], n.Node.Attribute.Select(a => a.Clone())), null]),
        ["RoiAlign"] = Derived.From(Regions.RoiAlign),
        ["STFT"] = Derived.From(Spectral.ShortTime),
        ["ScatterElements(reduction=max)"] = new(Scattering.Extreme),
        ["ScatterElements(reduction=min)"] = new(Scattering.Extreme),
        ["ScatterElements(reduction=mul)"] = new(Scattering.Product),
        ["ScatterND(reduction=max)"] = new(Scattering.Extreme),
        ["ScatterND(reduction=min)"] = new(Scattering.Extreme),
        ["ScatterND(reduction=mul)"] = new(Scattering.Product),
        ["Shrink"] = new((n, dy) => [dy * Activations.Shrink(n)]),
        ["SoftmaxCrossEntropyLoss"] = Derived.From(Losses.CrossEntropy),
        ["TensorScatter"] = Derived.From(Scattering.TensorScatter),
        ["Unique"] = Derived.From(Scattering.Unique),
    }.Concat(Contributed.Rules));

    private const int Ratio = 1;
    private const int Training = 2;

    // A number cut to an integer has no derivative, whatever is computed from it.
    private static bool CutsToInteger(NodeProto cast) => !new TensorType((DataType)cast.Int("to", 0), null).IsFloat;

    // In use it is the identity, and in training where it drops nothing; else each run draws anew, and has a gradient of its own.
    private static Value Passed(Forward n, Value dy) =>
        n.Has(Training)
        && n.Graph.Constant(n.Node.Input[Training]) is { } flag
        && !IsZeros(flag)
        && !(n.Has(Ratio) && n.Graph.Constant(n.Node.Input[Ratio]) is { } ratio && IsZeros(ratio))
            ? throw n.Refusal("it is in training mode and draws at random")
            : dy;

    private static bool IsZeros(TensorProto tensor) =>
        tensor.RawData.All(b => b == 0)
        && tensor.Int32Data.All(v => v == 0)
        && tensor.FloatData.All(v => v == 0)
        && tensor.DoubleData.All(v => v == 0);

    // Of equal values each gets its part.
    private static Value?[] Extreme(Forward n, Value dy)
    {
        Value[] chosen = [.. Enumerable.Range(0, n.Count).Select(i => Cast(Emit("Equal", [n[i], n.Y]).As(DataType.Bool), dy.Element))];
        var share = dy / chosen.Aggregate((a, b) => a + b);
        return [.. chosen.Select(c => (Value?)(share * c))];
    }

    private static Value Inside(Forward n)
    {
        Value?[] sides = [n.Has(1) ? Above(n.Y, n[1]) : null, n.Has(2) ? Below(n.Y, n[2]) : null];
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
        var epsilon = n.Float("epsilon", 1e-5f);
        if (NativeForms.Scale(n, dy, () => n[1] / Emit("Sqrt", [n[4] + epsilon])) is { } scaled)
            return scaled;
        var zero = n[1] - n[1];
        return Emit("BatchNormalization", [dy, n[1], zero, zero, n[4]], Of("epsilon", epsilon));
    }

    private static long[] Invert(Forward n, long[] permutation)
    {
        if (permutation.Order().Index().Any(axis => axis.Item != axis.Index))
            throw n.Refusal("its perm is no permutation");
        var inverse = new long[permutation.Length];
        for (var i = 0; i < permutation.Length; i++)
            inverse[permutation[i]] = i;
        return inverse;
    }
}
