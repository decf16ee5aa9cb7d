namespace Explain.Autodiff.Rules;

/// <summary>
/// Operators by what they are as functions, for the rule sets whose rules hold for a whole kind: relevance and differences. An operator is
/// of one kind at most; those of none have a rule of their own in each set.
/// </summary>
internal static class OperatorKinds
{
    private const string Microsoft = Graphs.OperatorName.Microsoft;

    /// <summary>Each number of the result is a function of one number of the first input.</summary>
    // csharpier-ignore
    public static IReadOnlyList<string> Functions { get; } =
    [
        "Relu", "LeakyRelu", "Clip", "Sigmoid", "HardSigmoid", "HardSwish", "Tanh", "Elu", "Celu", "Selu", "Softplus", "Softsign", "Mish",
        "Swish", "Gelu", "ThresholdedRelu", "Shrink", "Neg", "Abs", "Erf", "Exp", "Log", "Sqrt", "Reciprocal", "Sin", "Cos", "Tan", "Asin", "Acos",
        "Atan", "Sinh", "Cosh", "Asinh", "Acosh", "Atanh", $"{Microsoft}.Gelu", $"{Microsoft}.QuickGelu",
    ];

    /// <summary>The same on integers of a quantised model, which count steps.</summary>
    public static IReadOnlyList<string> Quantisers { get; } = ["QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear"];

    /// <summary>A function of one number each of two inputs, the second of which is a constant as a rule.</summary>
    public static IReadOnlyList<string> Pairs { get; } = ["PRelu", "Pow", "Mod"];

    /// <summary>A function of the sum of value and bias.</summary>
    public static IReadOnlyList<string> Biased { get; } = [$"{Microsoft}.BiasGelu", $"{Microsoft}.FastGelu"];

    /// <summary>Each number of the result is a number of the first input (of any, where they are put together), or constant.</summary>
    // csharpier-ignore
    public static IReadOnlyList<string> Movers { get; } =
    [
        "Flatten", "Reshape", "Squeeze", "Unsqueeze", "Expand", "Tile", "Transpose", "Concat", "Split", "Slice", "Gather", "GatherElements",
        "GatherND", "Trilu", "Pad", "Pad(mode=reflect)", "Pad(mode=edge)", "Pad(mode=wrap)", "DepthToSpace", "SpaceToDepth", "Where",
        "TopK", "MaxUnpool", "ReverseSequence", "CenterCropPad", "Identity", "Dropout", "Cast", "CastLike",
    ];

    /// <summary>Each number of the result is the largest or the smallest of several.</summary>
    // csharpier-ignore
    public static IReadOnlyList<string> Extremes { get; } =
    [
        "MaxPool", "GlobalMaxPool", "Max", "Min", "ReduceMax", "ReduceMin", "ScatterElements(reduction=max)",
        "ScatterElements(reduction=min)", "ScatterND(reduction=max)", "ScatterND(reduction=min)",
    ];

    /// <summary>Some numbers of the first input are replaced by updates, or these are added.</summary>
    public static IReadOnlyList<string> Scatters { get; } = ["ScatterElements", "ScatterND"];

    /// <summary>Sums of values with each other.</summary>
    public static IReadOnlyList<string> Sums { get; } = ["Add", "Sub", "Sum", "Mean"];

    /// <summary>Weighted sums of the first input, whose weights the operator itself says; as a rule none is below 0.</summary>
    public static IReadOnlyList<string> Averages { get; } =
    ["AveragePool", "GlobalAveragePool", "ReduceMean", "ReduceSum", "CumSum", "Col2Im", "Resize"];

    /// <summary>Weighted sums of the first input with weights of either sign that the operator itself says.</summary>
    public static IReadOnlyList<string> Transforms { get; } = ["DFT", "AffineGrid"];

    /// <summary>Norms: what is k times as large has a result k times as large.</summary>
    public static IReadOnlyList<string> Norms { get; } = ["ReduceL1", "ReduceL2", "LpPool", "GlobalLpPool"];

    /// <summary>Linear in each factor; the third input of those with two factors is a bias.</summary>
    public static IReadOnlyList<string> Products { get; } = ["Conv", "ConvTranspose", "Gemm", "MatMul", $"{Microsoft}.FusedMatMul", Einsum];

    /// <summary>The product whose inputs are all factors.</summary>
    public const string Einsum = "Einsum";
}
