using Explain.Autodiff.Graphs;
using Explain.Autodiff.Rules;
using Explain.Engine.Methods.Options;
using Explain.Engine.Methods.Probing;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Explaining;

/// <summary>A plan at layers that its target depends on.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Diagnostics">What the reader should know of the layers.</param>
internal sealed record LayeredPlan(ExplainPlan Plan, IReadOnlyList<Diagnostic> Diagnostics);

/// <summary>
/// Finds the layer of a target where a model has several last feature maps, as detectors with several scales: one box depends on one of
/// them, and its gradient at the others is zero, exactly. The last layer with a gradient takes the place of the default layer; a layer
/// that was asked for stays, and the answer says what the target depends on.
/// </summary>
internal static class TargetLayer
{
    /// <summary>Whether targets may depend on other layers than those of the plan.</summary>
    public static bool MayBeAnother(ExplainPlan plan) => !plan.Method.OfInput && plan.Layers.Count > 0 && Others(plan).Length > 0;

    /// <summary>What finding it takes at most.</summary>
    public static PassCount Passes(ExplainPlan plan) =>
        !MayBeAnother(plan)
            ? new PassCount(0, 0, 0)
            : new PassCount(1, 0, 1)
                * (plan.Targets.Objectives.Count * (plan.Method.Requirements.Contains(Requirement.LayerGradient) ? 1 : 2));

    /// <summary>The plan at the layers of an item's target. One pass more where the gradient is zero, and one for the gradient where the
    /// method does not need it.</summary>
    /// <param name="plan">The plan as it was checked.</param>
    /// <param name="study">Holds the item.</param>
    /// <param name="round">Which of its objectives.</param>
    /// <param name="item">Which item.</param>
    public static LayeredPlan Of(ExplainPlan plan, Study study, int round, int item)
    {
        if (!MayBeAnother(plan) || plan.Layers.Any(l => Requirement.LayerGradient.WhyNot(plan.Model, l) is not null))
            return new LayeredPlan(plan, []);
        var others = Others(plan);
        string[] missed = [.. plan.Layers.Where(l => !study.Reaches(round, item, l))];
        if (missed.Length == 0)
            return new LayeredPlan(plan, []);
        study.Differentiate(round, others);
        string[] reached = [.. others.Where(l => study.Reaches(round, item, l))];
        if (reached.Length == 0)
            return new LayeredPlan(plan, []);
        if (plan.Parameters.Layer is null && reached.Select(plan.At).FirstOrDefault(p => p is not null) is { } other)
            return new LayeredPlan(other, [Taken(missed, other)]);
        return new LayeredPlan(plan, [.. missed.Select(l => Missed(l, reached))]);
    }

    /// <summary>
    /// What to say where nothing speaks for the target: that it is a whole number by nature, as the class of the largest score, and has no
    /// gradient anywhere.
    /// </summary>
    /// <param name="plan">The plan.</param>
    /// <param name="study">Holds the item.</param>
    /// <param name="round">Which of its objectives.</param>
    /// <param name="item">Which item.</param>
    public static IEnumerable<Diagnostic> WholeNumber(ExplainPlan plan, Study study, int round, int item)
    {
        var (model, image) = (plan.Model, plan.Model.Description.Input.Name);
        if (
            double.IsInteger(study.Objective(round, item).Value(study.Scores.Item(item)))
            && plan.Method.Requirements.Any(r => r == Requirement.LayerGradient || r == Requirement.InputGradient)
            && Paths.End(model.Graph, image, model.Description.Logit) is { } node
            && Requirement.InputGradient.WhyNot(model, image) is null
            && !study.Reaches(round, item, image)
        )
        {
            yield return new(
                "target-without-gradient",
                $"The target is a whole number by nature: it comes from {OperatorName.WithNode(node)} and has no gradient. Explain the "
                    + "score behind it, or take a method without gradients, as occlusion."
            );
        }
    }

    private static string[] Others(ExplainPlan plan) => [.. plan.Model.Output.LastLayers.Except(plan.Layers)];

    private static Diagnostic Taken(string[] missed, ExplainPlan plan) =>
        new(
            "layer-of-target",
            $"The target does not depend on the default layer {List(missed)}; the map is of {List(plan.Layers)}, the last feature map that "
                + "it depends on."
        );

    private static Diagnostic Missed(string layer, string[] reached) =>
        new(
            "layer-not-of-target",
            $"The target does not depend on this layer, '{layer}': the gradient there is zero everywhere. Of the last feature maps it "
                + $"depends on {List(reached)}."
        );

    private static string List(IEnumerable<string> layers) => string.Join(", ", layers.Select(l => $"'{l}'"));
}
