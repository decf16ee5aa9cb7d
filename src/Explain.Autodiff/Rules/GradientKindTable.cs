namespace Explain.Autodiff.Rules;

/// <summary>What each <see cref="GradientKind"/> is called and means, for people.</summary>
public static class GradientKindTable
{
    /// <summary>In the order in which they should be shown.</summary>
    // csharpier-ignore
    public static IReadOnlyList<(GradientKind Kind, string Name, string Meaning)> All { get; } =
    [
        (GradientKind.Rule, "rule", "the derivative passes by a rule, or by that of the operators it is rewritten to"),
        (GradientKind.Zero, "zero", "by definition: what it computes is piecewise constant, or does not depend on "
 + "values: the derivative ends there, and "
 + "everything else goes on"),
        (GradientKind.NotDifferentiable, "not differentiable", "bits, text, sequences, draws: there is no derivative to pass on"),
        (GradientKind.Missing, "missing", "it has a derivative, but no rule: methods that need one say so by "
 + "operator and node when the model is loaded"),
    ];

    /// <summary>What a kind is called.</summary>
    public static string NameOf(GradientKind kind) => All.Single(k => k.Kind == kind).Name;
}
