using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Ops;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Rules;

/// <summary>
/// Gradients of the operators that ONNX Runtime adds to the standard (<c>com.microsoft</c>) and that files are shipped with.
/// </summary>
internal static class Contributed
{
    /// <summary>Their rules.</summary>
    // csharpier-ignore
    public static IEnumerable<KeyValuePair<string, GradientRule>> Rules { get; } = new Dictionary<string, GradientRule>
    {
        ["Gelu"] = new((n, dy) => [dy * Activations.Gelu(n.X)]),
        ["FastGelu"] = new(WithBias((n, x) => Activations.TanhGelu(x))),
        ["BiasGelu"] = new(WithBias((n, x) => Activations.Gelu(x))),
        ["QuickGelu"] = new((n, dy) => [dy * Activations.QuickGelu(n)]),
        ["Inverse"] = new(Linear.Inverse),
        // Scores that it bans are -∞, whatever they were.
        ["NGramRepeatBlock"] = new((n, dy) => [null, Where(Emit("IsInf", [n.Y]).As(DataType.Bool), dy.Scalar(0), dy)]),
        ["FusedMatMul"] = new(Linear.FusedMatMul),
        ["SkipLayerNormalization"] = new((n, dy) => Normalization.SkipLayer(n, dy, simplified: false)) { ReadsAllOutputs = true },
        ["SkipSimplifiedLayerNormalization"] = new((n, dy) => Normalization.SkipLayer(n, dy, simplified: true)) { ReadsAllOutputs = true },
    }.Select(r => KeyValuePair.Create($"{OperatorName.Microsoft}.{r.Key}", r.Value));

    private static Pullback WithBias(Func<Forward, Value, Value> derivative) =>
        (n, dy) =>
            n.Has(1)
                ? [dy * derivative(n, n.X + n[1]), Broadcast.SumTo(dy * derivative(n, n.X + n[1]), n.Y.Type, n[1])]
                : [dy * derivative(n, n.X)];
}
