using Explain.Autodiff.Rules;

namespace Explain.Autodiff.Backpropagation;

/// <summary>What is to be differentiated by what.</summary>
/// <param name="Scores">Tensor that is explained: the class scores, [N, K] or [N, K, 1, …]; with <see cref="Dense"/>, a float tensor of any
/// shape.</param>
/// <param name="Layers">Tensors to differentiate by; graph inputs are allowed.</param>
public sealed record GradientQuery(string Scores, IReadOnlyList<string> Layers)
{
    /// <summary>What of the scores is differentiated.</summary>
    public ScoreFunction Function { get; init; } = ScoreFunction.Logit;

    /// <summary>
    /// False: the targets are classes, given by <see cref="ExplainGraph.Classes"/> and <see cref="ExplainGraph.Weights"/>. True: they are
    /// one tensor shaped like the scores, <see cref="ExplainGraph.Cotangent"/>.
    /// </summary>
    public bool Dense { get; init; }

    /// <summary>False: scores and feature maps only, no backward pass, so that operators without a rule do not matter.</summary>
    public bool Gradients { get; init; } = true;

    /// <summary>
    /// Whether the graph starts at the layers, which become its inputs: for further targets of a forward pass that was already made. Its
    /// classes are indices, and its only outputs are the gradients.
    /// </summary>
    public bool FromLayers { get; init; }

    /// <summary>
    /// Whether the curvature along each layer is wanted, too: <see cref="ExplainGraph.CurvatureOf"/>. It is found by differentiating the
    /// backward pass of the plain gradient once more.
    /// </summary>
    public bool Curvature { get; init; }

    /// <summary>The gradient rules.</summary>
    public RuleSet Rules { get; init; } = GradientRules.Plain;

    /// <summary>
    /// Whether the graph may have nodes that only the engine's own sessions can run (<see cref="Graphs.NativeNodes"/>). Differentiated
    /// again, it has none: such nodes have no rules.
    /// </summary>
    public bool Native { get; init; }

    /// <summary>Equal for queries that the same graph answers.</summary>
    public string Key =>
        $"{Scores}|{Function}|{Dense}|{FromLayers}|{Gradients}|{Curvature}|{Native}|{Rules.Name}|{string.Join('|', Layers)}";
}
