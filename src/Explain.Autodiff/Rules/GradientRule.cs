using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;

namespace Explain.Autodiff.Rules;

/// <summary>From the cotangent of an operator's first output to that of each of its inputs (null: none).</summary>
/// <param name="n">The forward node.</param>
/// <param name="dy">Cotangent of the first output, shaped like it.</param>
public delegate Value?[] Pullback(Forward n, Value dy);

/// <summary>The gradient of one operator.</summary>
/// <param name="Pullback">An expression over the node's inputs and outputs.</param>
public sealed record GradientRule(Pullback Pullback)
{
    /// <summary>
    /// Whether the operator repeats its inputs until they have one shape: what the pullback gives an input is summed down to that input's
    /// own shape.
    /// </summary>
    public bool Broadcasts { get; init; }

    /// <summary>
    /// Whether the pullback asks for the cotangents of all outputs (<see cref="Forward.Cotangent"/>). Of other operators only the first
    /// output may have a part in what is differentiated.
    /// </summary>
    public bool ReadsAllOutputs { get; init; }

    /// <summary>
    /// Whether an input without a cotangent is a constant by definition, even where it depends on what is differentiated by: the scale of a
    /// quantisation, which is passed straight through however fine it is, and what only lends its type.
    /// </summary>
    public bool IsStraightThrough { get; init; }

    /// <summary>What the operator computes, where the rule is derived from that (see <see cref="Derived"/>); else null.</summary>
    internal Definition? Definition { get; init; }

    /// <summary>The nodes of the operator that end the derivative, as what they compute has none; null when there are none.</summary>
    public Func<NodeProto, bool>? EndsAt { get; init; }

    /// <summary>The cotangent of each input, shaped like it.</summary>
    /// <exception cref="NotSupportedException">The rule does not know the node.</exception>
    internal Value?[] Apply(Forward n, Value dy)
    {
        try
        {
            var cotangents = Pullback(n, dy);
            return Broadcasts
                ? [.. cotangents.Select((c, i) => c is { } cotangent ? Broadcast.SumTo(cotangent, n.Y.Type, n[i]) : (Value?)null)]
                : cotangents;
        }
        // Rules believe that a node is formed as its operator has it, and a file may say anything: the rest of the model goes on.
        catch (Exception e) when (e is not (NotSupportedException or OutOfMemoryException))
        {
            throw n.Refusal("its rule fails at this node", e);
        }
    }
}
