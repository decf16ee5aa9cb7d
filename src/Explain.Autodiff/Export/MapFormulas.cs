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
/// A map as operators of a graph: from feature maps A and gradients G, both [N, C, h, w], to the raw map, [N, h, w], before a ReLU at
/// the end.
/// </summary>
public sealed class MapFormula
{
    internal MapFormula(Func<MapSource, Value> build)
    {
        Build = build;
    }

    internal Func<MapSource, Value> Build { get; }
}

/// <summary>
/// The formulas of methods as operators of a graph: the outer sum is over channels, sums and means inside it over positions.
/// </summary>
public static class MapFormulas
{
    /// <summary>Σ A · mean G.</summary>
    public static readonly MapFormula GradCam = new(s => OverChannels(s.A * Mean(s.G, 2, 3)));

    /// <summary>Σ A · G.</summary>
    public static readonly MapFormula HiResCam = new(s => OverChannels(s.A * s.G));

    /// <summary>Σ A · ReLU G.</summary>
    public static readonly MapFormula LayerCam = new(s => OverChannels(s.A * Relu(s.G)));

    /// <summary>Σ ReLU (A · G).</summary>
    public static readonly MapFormula ElementwiseGradCam = new(s => OverChannels(Relu(s.A * s.G)));

    /// <summary>Σ A · Σ (ReLU G / (G ΣA + 2)).</summary>
    public static readonly MapFormula GradCamPlusPlus = new(s =>
        OverChannels(s.A * Sum(Quotient(Relu(s.G), Sum(s.A, 2, 3) * s.G + 2), 2, 3))
    );

    /// <summary>Σ A · (Σ A G / ΣA).</summary>
    public static readonly MapFormula XGradCam = new(s => OverChannels(s.A * Quotient(Sum(s.A * s.G, 2, 3), Sum(s.A, 2, 3))));

    /// <summary>Σ A · w, the classifier's weights.</summary>
    public static readonly MapFormula Cam = new(s => OverChannels(s.A * s.Head));

    /// <summary>mean A.</summary>
    public static readonly MapFormula ActivationMap = new(s => Emit("ReduceMean", [s.A, Ints(s.A.Graph, 1)], Of("keepdims", 0)));

    /// <summary>max |G|, of the input.</summary>
    public static readonly MapFormula Saliency = new(s => Emit("ReduceMax", [Emit("Abs", [s.G]), Ints(s.G.Graph, 1)], Of("keepdims", 0)));

    /// <summary>Σ A · G, of the input.</summary>
    public static readonly MapFormula InputTimesGradient = new(s => OverChannels(s.A * s.G));

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
