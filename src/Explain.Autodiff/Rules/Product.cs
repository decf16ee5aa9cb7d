using Explain.Autodiff.Graphs;

namespace Explain.Autodiff.Rules;

/// <summary>An operator that multiplies a value with weights and adds a bias.</summary>
/// <param name="Node">The operator.</param>
/// <param name="Plain">Its gradient rule.</param>
/// <param name="Index">Which of its first two inputs is the value; the other holds the weights.</param>
internal readonly record struct Product(Forward Node, GradientRule Plain, int Index)
{
    /// <summary>What is multiplied.</summary>
    public Value Value => Node[Index];

    /// <summary>What it is multiplied with.</summary>
    public Value Weights => Node[1 - Index];

    /// <summary>What is added.</summary>
    public Value? Bias => Node.Has(2) ? Node[2] : null;

    /// <summary>The result.</summary>
    public Value Output => Node.Y;

    /// <summary>Reads an operator: its weights are the factor that no input of the model has a part in.</summary>
    /// <exception cref="NotSupportedException">Both factors are computed: how relevance parts between them is not defined.</exception>
    public static Product Of(Forward n, GradientRule plain) =>
        IsConstant(n.Graph, n.Node.Input[1]) ? new(n, plain, 0)
        : IsConstant(n.Graph, n.Node.Input[0]) ? new(n, plain, 1)
        : throw new NotSupportedException(
            $"{n.Node.OpType} '{n.Node.Name}' multiplies two values that both depend on the input; relevance has no rule for that"
        );

    /// <summary>
    /// Whether a value is a constant, one computed from constants, a selection of one, or a number without derivative, such as a mask.
    /// </summary>
    public static bool IsConstant(Graph graph, string value) =>
        graph.IsConstant(value)
        || (
            graph.Producer(value) is { Input.Count: > 0 } node
            && (
                GradientRules.NotDifferentiable.Contains(node.OpType)
                || (
                    node.OpType is "Gather" or "Reshape" or "Expand"
                        ? IsConstant(graph, node.Input[0])
                        : node.Input.All(i => i.Length == 0 || IsConstant(graph, i))
                )
            )
        );

    /// <summary>The same operator on other numbers.</summary>
    public Product With(Value value, Value weights, Value? bias)
    {
        var (first, second) = Index == 0 ? (value, weights) : (weights, value);
        var node = Ops.Node(
            Node.Node.OpType,
            bias is null ? [first, second] : [first, second, bias],
            1,
            Node.Node.Attribute.Select(a => a.Clone())
        );
        Relevance.Typed(Node.Graph[node.Output[0]], Output);
        return new(new Forward(Node.Graph, node), Plain, Index);
    }

    /// <summary>What each number contributes to the results, these weighed by <paramref name="s"/>: x · Jᵀs.</summary>
    /// <exception cref="NotSupportedException">The value stands where the operator has weights.</exception>
    public Value Contributions(Value s) =>
        Plain.Apply(Node, Relevance.Typed(s, Output))[Index] is { } cotangent
            ? Value * cotangent
            : throw Node.Refusal($"its input {Index} depends on what is differentiated by, and the rule takes it for a constant");
}
