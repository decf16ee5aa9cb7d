using Explain.Autodiff.Backpropagation;
using Explain.Autodiff.Graphs;
using Explain.Autodiff.Rewriting;
using Explain.Autodiff.Rules;

namespace Explain.Autodiff.Export;

/// <summary>
/// A model with its reverse-mode derivative: one more input, the cotangent of a tensor, and one more output, the gradient with respect to
/// another.
/// </summary>
public static class GradientModel
{
    /// <summary>Input, shaped as the differentiated tensor; numbered where the model has a tensor of this name.</summary>
    public const string Cotangent = "cotangent";

    /// <summary>
    /// Output: Jᵀ · cotangent, shaped as the tensor that is differentiated by; numbered where the model has a tensor of this name.
    /// </summary>
    public const string Gradient = "gradient";

    /// <summary>
    /// Builds it from a model that was raised by <see cref="Upgrade"/> and <see cref="AutoPad"/>, with the types of its values declared.
    /// The model is not changed.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="of">The differentiated tensor, a float.</param>
    /// <param name="withRespectTo">The tensor to differentiate by, a float: an input or what a node computes.</param>
    /// <exception cref="MissingRuleException">An operator between the two has no rule.</exception>
    /// <exception cref="ArgumentException">One does not depend on the other.</exception>
    public static ExportedGraph Build(Graph model, string of, string withRespectTo)
    {
        var graph = model.Clone();
        RectifiedPools.MoveRelusBehind(graph, [withRespectTo, of], GradientRules.Plain);
        var output = graph[of];
        var cotangent = graph.AddInput(AddedNames.Free(graph, Cotangent), output.Type ?? new TensorType(output.Element, null));
        if (!Backward.Gradients(graph, output, cotangent, [withRespectTo], GradientRules.Plain).TryGetValue(withRespectTo, out var found))
            throw new ArgumentException($"no derivative flows from '{of}' to '{withRespectTo}'", nameof(withRespectTo));
        var gradient = Ops.Named(found, AddedNames.Free(graph, Gradient));
        graph.Declare(gradient.Name, graph.Type(withRespectTo) ?? new TensorType(found.Element, null));
        graph.AddOutput(gradient.Name, $"the gradient of the sum of {cotangent.Name} times {of} with respect to {withRespectTo}");
        AddedNames.Describe(
            graph,
            gradient.Name,
            new Dictionary<string, string>
            {
                ["form"] = "gradient",
                ["gradient-of"] = of,
                ["with-respect-to"] = withRespectTo,
                ["target"] = $"input {cotangent.Name}, shaped as {of}",
            }
        );
        return new ExportedGraph(graph, gradient.Name, cotangent.Name);
    }
}
