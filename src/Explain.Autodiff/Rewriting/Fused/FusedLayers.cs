using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Graphs.Ops;

namespace Explain.Autodiff.Rewriting.Fused;

/// <summary>Layers that ONNX Runtime's optimiser writes into files as one operator: a product, a summand, an activation.</summary>
internal static class FusedLayers
{
    /// <summary>activation(Conv(x, w, b) + z).</summary>
    public static Parts Convolution(Forward n) =>
        FusedActivation.ByPosition(n.Node, n.Node.Floats("activation_params") ?? []) is not { } activation
            ? FusedActivation.Unknown(n.Node)
            : [activation(Plus(n, 3, Emit("Conv", [n.X, n[1], n.Optional(2)], Own(n.Node))))];

    /// <summary>activation(Gemm(a, b, c)).</summary>
    public static Parts Gemm(Forward n) =>
        FusedActivation.ByName(n.Node) is not { } activation
            ? FusedActivation.Unknown(n.Node)
            : [activation(Emit("Gemm", [n.X, n[1], n.Optional(2)], Own(n.Node)).WithRank(2))];

    /// <summary>The largest of each window of maps whose channels are the last axis.</summary>
    public static Parts MaxPoolOfLastChannels(Forward n)
    {
        if (n.X.Type?.Rank is not { } rank)
            return "it is not known how many axes its input has";
        long[] inner = [.. Enumerable.Range(1, rank - 2).Select(i => (long)i)];
        var maps = Transpose(n.X, [0, rank - 1, .. inner]).WithRank(rank);
        var pooled = Emit("MaxPool", [maps], n.Node.Attribute.Select(a => a.Clone())).WithRank(rank);
        return [Transpose(pooled, [0, .. inner.Select(i => i + 1), 1]).WithRank(rank)];
    }

    /// <summary>A transposed convolution whose pads are an input.</summary>
    public static Parts TransposedConvolution(Forward n) =>
        n.Has(2) && Tensors.ReadInts(n.Graph.Constant(n.Node.Input[2])) is not { }
            ? "its pads are no constant"
            :
            [
                Emit(
                    "ConvTranspose",
                    [n.X, n[1], n.Optional(3)],
                    [
                        .. Own(n.Node),
                        .. n.Has(2) ? [Of("pads", Tensors.ReadInts(n.Graph.Constant(n.Node.Input[2]))!)] : Array.Empty<AttributeProto>(),
                    ]
                ),
            ];

    /// <summary>A value, plus the input at a position if it is there.</summary>
    public static Value Plus(Forward n, int input, Value x) => n.Optional(input) is { } summand ? x + summand : x;

    /// <summary>A node's attributes, less those of its activation.</summary>
    public static IEnumerable<AttributeProto> Own(NodeProto node) =>
        node.Attribute.Where(a => !a.Name.StartsWith("activation", StringComparison.Ordinal)).Select(a => a.Clone());
}
