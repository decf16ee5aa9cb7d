using System.Collections.Frozen;
using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Graphs.Ops;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Rewriting.Fused;

/// <summary>
/// com.microsoft's mixture of experts (Shazeer et al. 2017, section 2), each of two linear layers: here every expert sees every token, and
/// what a token is not sent to counts 0.
/// </summary>
internal static class Experts
{
    private const int Router = 1;

    // csharpier-ignore
    private static readonly FrozenDictionary<string, Func<Value, Value>> Activations = new Dictionary<string, Func<Value, Value>>
    {
        ["relu"] = x => Emit("Relu", [x]),
        ["gelu"] = x => x * (Emit("Tanh", [(x + x * x * x * 0.044715) * Math.Sqrt(2 / Math.PI)]) + 1) * 0.5,
        ["silu"] = x => x * Emit("Sigmoid", [x]),
        ["identity"] = x => x,
    }.ToFrozenDictionary();

    /// <summary>Tokens are [tokens, size] or [batch, positions, size].</summary>
    public static Parts Apply(Forward n)
    {
        if (!Activations.TryGetValue(n.Node.String("activation_type", "relu"), out var activation))
            return $"its activation '{n.Node.String("activation_type", "")}' is not known";
        if (n.Has(6) || n.Has(7))
            return "its experts have a third layer";
        if (n.Int("use_sparse_mixer", 0) != 0)
            return "its router is a sparse mixer";
        var tokens = Extents.Reshaped(n.X, 2, Ints(n.Graph, -1), Extents.Along(n.X, -1));
        var hidden = activation(Layer(Unsqueeze(tokens, Ints(n.Graph, 0)).WithRank(3), n[2], n.Optional(3))).WithRank(3);
        var weights = Unsqueeze(Transpose(Gates(n), 1, 0), Ints(n.Graph, 2)).WithRank(3);
        return [ReshapeLike(Sum(Layer(hidden, n[4], n.Optional(5)) * weights, Ints(n.Graph, 0), keep: false), n.X)];
    }

    // One product for each expert: [experts, tokens, numbers].
    private static Value Layer(Value x, Value weights, Value? bias)
    {
        var product = MatMul(x, TransposeMatrix(weights.WithRank(3), 3)).WithRank(3);
        return bias is { } b ? (product + Unsqueeze(b, Ints(x.Graph, 1))).WithRank(3) : product;
    }

    // How much of a token each expert has, [tokens, experts]: 0 for all but the likeliest ones.
    private static Value Gates(Forward n)
    {
        var probabilities = Emit("Softmax", [n[Router]], Of("axis", -1L)).WithRank(2);
        var likeliest = Node("TopK", [probabilities, Ints(n.Graph, n.Int("k", 1))], 2, [Of("axis", -1L)]).Output[1];
        var places = new Value(n.Graph, likeliest, DataType.Int64).As(DataType.Int64).WithRank(2);
        var marks = Emit("OneHot", [places, Extents.Along(probabilities, 1), n.Graph.Add(Tensors.Float([2], [0, 1]))]).As(DataType.Float);
        var gates = (probabilities * Sum(marks, Ints(n.Graph, 1), keep: false)).WithRank(2);
        return n.Int("normalize_routing_weights", 0) != 0 ? (gates / Sum(gates, 1)).WithRank(2) : gates;
    }
}
