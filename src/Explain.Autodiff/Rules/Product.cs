using Explain.Autodiff.Graphs;

namespace Explain.Autodiff.Rules;

/// <summary>An operator that is linear in a value, as seen from there: what it is multiplied with are weights.</summary>
/// <param name="Node">The operator.</param>
/// <param name="Plain">Its gradient rule.</param>
/// <param name="Index">Which of its inputs is the value.</param>
/// <param name="Factors">How many of its inputs are multiplied; 1 where the weights are the operator's own.</param>
internal readonly record struct Product(Forward Node, GradientRule Plain, int Index, int Factors)
{
    /// <summary>What is multiplied.</summary>
    public Value Value => Node[Index];

    /// <summary>What it is multiplied with; null where that is no single input.</summary>
    public Value? Weights => Factors == 2 ? Node[1 - Index] : null;

    /// <summary>Whether something is added.</summary>
    public bool HasBias => Factors == 2 && Node.Has(2);

    /// <summary>The result.</summary>
    public Value Output => Node.Y;

    /// <summary>An operator as seen from each of its factors that an input of the model has a part in.</summary>
    public static Product[] Of(Forward n, GradientRule plain)
    {
        var factors =
            n.Node.OpType == OperatorKinds.Einsum ? n.Count
            : OperatorKinds.Products.Contains(OperatorName.Of(n.Node)) ? 2
            : 1;
        return
        [
            .. Enumerable.Range(0, factors).Where(i => factors == 1 || !n.IsConstant(i)).Select(i => new Product(n, plain, i, factors)),
        ];
    }

    /// <summary>The same operator on other numbers; without weights that it has itself.</summary>
    public Product With(Value value, Value? weights, bool bias)
    {
        List<string> inputs = [.. Node.Node.Input];
        inputs[Index] = value.Name;
        if (weights is { } other)
            inputs[1 - Index] = other.Name;
        if (HasBias && !bias)
            inputs.RemoveAt(2);
        return this with { Node = Node.Again(inputs) };
    }

    /// <summary>What each number contributes to the results, these weighed by <paramref name="s"/>: x · Jᵀs.</summary>
    /// <exception cref="NotSupportedException">The value stands where the operator has weights.</exception>
    public Value Contributions(Value s) =>
        Plain.Apply(Node, Relevance.Typed(s, Output))[Index] is { } cotangent
            ? Value * cotangent
            : throw Node.Refusal($"its input {Index} depends on what is differentiated by, and the rule takes it for a constant");
}
