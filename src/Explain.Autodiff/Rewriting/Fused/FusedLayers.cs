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

    /// <summary>The same of maps whose channels are the last axis, with such a z; weights are those of a Conv.</summary>
    public static Parts ConvolutionOfLastChannels(Forward n)
    {
        if ((n[1].Type?.Rank ?? n.Ints("kernel_shape")?.Length + 2) is not { } rank)
            return "it is not known how many axes its weights have";
        if (FusedActivation.ByPosition(n.Node, n.Node.Floats("activation_params") ?? []) is not { } activation)
            return FusedActivation.Unknown(n.Node);
        var y = Emit("Conv", [ChannelsFirst(n.X, rank), n[1], n.Optional(2)], Own(n.Node)).WithRank(rank);
        if (n.Optional(3) is { } summand)
            y = (y + ChannelsFirst(summand, rank)).WithRank(rank);
        return [ChannelsLast(activation(y).WithRank(rank), rank)];
    }

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
        return [ChannelsLast(Emit("MaxPool", [ChannelsFirst(n.X, rank)], n.Node.Attribute.Select(a => a.Clone())).WithRank(rank), rank)];
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

    /// <summary>x + bias + skip.</summary>
    public static Parts BiasAndSkip(Forward n) => [n.X + n[1] + n[2]];

    /// <summary>Of x + bias, the first half times the GELU of the second.</summary>
    public static Parts GatedGelu(Forward n)
    {
        var halves = Node("Split", [n.X + n[1]], 2, [Of("axis", -1L), Of("num_outputs", 2L)]).Output;
        Value Half(int i) => new Value(n.Graph, halves[i], n.X.Element).As(n.X.Element).WithRank(3);
        return [Half(0) * Half(1) * ((Emit("Erf", [Half(1) * Math.Sqrt(0.5)]) + 1) * 0.5)];
    }

    /// <summary>A value, plus the input at a position if it is there.</summary>
    public static Value Plus(Forward n, int input, Value x) => n.Optional(input) is { } summand ? x + summand : x;

    private static Value ChannelsFirst(Value x, int rank) => Transpose(x, [0, rank - 1, .. Inner(rank, 1)]).WithRank(rank);

    private static Value ChannelsLast(Value x, int rank) => Transpose(x, [0, .. Inner(rank, 2), 1]).WithRank(rank);

    private static IEnumerable<long> Inner(int rank, int first) => Enumerable.Range(first, rank - 2).Select(i => (long)i);

    /// <summary>A node's attributes, less those of its activation.</summary>
    public static IEnumerable<AttributeProto> Own(NodeProto node) =>
        node.Attribute.Where(a => !a.Name.StartsWith("activation", StringComparison.Ordinal)).Select(a => a.Clone());
}
