using System.Collections.Frozen;
using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Graphs.Ops;

namespace Explain.Autodiff.Export;

/// <summary>Where a formula finds what it reads; nodes are appended for what it asks for alone.</summary>
/// <param name="activation">The layer's value, [N, C, h, w].</param>
/// <param name="gradient">Appends the gradient of the score with respect to the layer, shaped alike.</param>
/// <param name="headWeights">Appends the row of the classifier's weights that belongs to each batch item's class, [N, C, 1, 1].</param>
internal sealed class MapSource(Value activation, Func<Value> gradient, Func<Value> headWeights)
{
    private readonly Lazy<Value> _gradient = new(gradient);

    public Value A => activation;

    public Value G => _gradient.Value;

    public Value Head => headWeights();
}

/// <summary>
/// The methods that can be written as operators of a graph: from feature maps A and gradients G, both [N, C, h, w], to the raw map, [N, h,
/// w].
/// </summary>
public static class MapFormulas
{
    internal delegate Value Formula(MapSource source);

    // csharpier-ignore
    private static readonly FrozenDictionary<string, Formula> Table = new Dictionary<string, Formula>
    {
        ["gradcam"] = s => Relu(OverChannels(s.A * Mean(s.G, 2, 3))),
        ["hirescam"] = s => Relu(OverChannels(s.A * s.G)),
        ["layercam"] = s => Relu(OverChannels(s.A * Relu(s.G))),
        ["gradcam-elementwise"] = s => Relu(OverChannels(Relu(s.A * s.G))),
        ["gradcam++"] = s => Relu(OverChannels(s.A * Sum(Quotient(Relu(s.G), Sum(s.A, 2, 3) * s.G + 2), 2, 3))),
        ["xgradcam"] = s => Relu(OverChannels(s.A * Quotient(Sum(s.A * s.G, 2, 3), Sum(s.A, 2, 3)))),
        ["cam"] = s => OverChannels(s.A * s.Head),
        ["activationmap"] = s => Emit("ReduceMean", [s.A, Ints(s.A.Graph, 1)], Of("keepdims", 0)),
        ["saliency"] = s => Emit("ReduceMax", [Emit("Abs", [s.G]), Ints(s.G.Graph, 1)], Of("keepdims", 0)),
        ["inputxgradient"] = s => OverChannels(s.A * s.G),
    }.ToFrozenDictionary();

    /// <summary>Their ids, in alphabetical order.</summary>
    public static IReadOnlyList<string> Methods { get; } = [.. Table.Keys.Order(StringComparer.Ordinal)];

    internal static Formula For(string method) => Table[method];

    private static Value Relu(Value x) => Emit("Relu", [x]);

    private static Value Mean(Value x, params ReadOnlySpan<long> axes) => Emit("ReduceMean", [x, Ints(x.Graph, axes)]);

    private static Value OverChannels(Value x) => Ops.Sum(x, Ints(x.Graph, 1), keep: false);

    // 0 where the divisor is 0.
    private static Value Quotient(Value dividend, Value divisor)
    {
        var zero = divisor.Scalar(0);
        return Emit("Where", [Emit("Equal", [divisor, zero]).As(Onnx.TensorProto.Types.DataType.Bool), zero, dividend / divisor])
            .As(dividend.Element);
    }
}
