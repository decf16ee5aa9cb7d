using Explain.Engine.Images;
using Explain.Engine.Measures;
using Explain.Engine.Methods.Probing;
using Explain.Engine.Models;
using Explain.Engine.Models.Reading;
using Explain.Engine.Objectives;
using Explain.Engine.Segmentation;
using Explain.Engine.Telemetry;

namespace Explain.Engine.Explaining;

/// <summary>One explanation, and where it stands in the answer.</summary>
/// <param name="Plan">Which of the plans made it.</param>
/// <param name="Place">Where its target stands among all targets of the request.</param>
/// <param name="Explanation">The explanation.</param>
internal sealed record PlacedExplanation(int Plan, int Place, TargetExplanation Explanation);

/// <summary>What plans for the targets of one tensor gave.</summary>
/// <param name="Explanations">One for each target of each plan.</param>
/// <param name="Scores">The class scores, where the tensor holds them; else null.</param>
/// <param name="Running">Time spent in ONNX Runtime.</param>
internal sealed record GroupAnswer(IReadOnlyList<PlacedExplanation> Explanations, ClassScores? Scores, TimeSpan Running);

/// <summary>Explains the targets that belong to one tensor, by several methods from one forward pass.</summary>
internal static class GroupExplainer
{
    /// <summary>Explains an image.</summary>
    /// <param name="plans">The plans of one group of targets.</param>
    /// <param name="image">The image.</param>
    /// <param name="targets">How many targets all groups have together.</param>
    /// <param name="run">On whose behalf.</param>
    public static GroupAnswer Explain(IReadOnlyList<ExplainPlan> plans, PreparedInput image, int targets, RunContext run)
    {
        var (group, description) = (plans[0].Targets, plans[0].Model.Description);
        var input = ImageInput.Of(plans[0].Model, image);
        // Methods may explain different scores of the same classes.
        var objectives = plans.SelectMany(p => p.Targets.Objectives).Distinct().ToArray();
        using var study = ExplainPlan.Study(plans, input, group.Rounds(objectives, (int)input.Shape[0]), run);
        var explanations = new List<PlacedExplanation>();
        ClassScores? scores = null;
        for (var round = 0; round < objectives.Length; round++)
        {
            foreach (var (plan, target) in Asking(plans, objectives[round]))
            {
                run.Cancellation.ThrowIfCancellationRequested();
                var layered = TargetLayer.Of(plans[plan], study, round, 0);
                var growing = run.Watch is { } watch ? Growing(layered.Plan, watch, objectives, plan * targets) : null;
                var (values, map) = layered.Plan.Run(study, round, 0, growing);
                // Asked for before a method has run, they would take a forward pass of their own.
                scores ??= description.Classes > 0 ? new ClassScores(description, study.Scores.Item(0)) : null;
                var explanation = Explain(layered, study, scores, target, round, values, map, image.Geometry);
                explanations.Add(new PlacedExplanation(plan, group.Places[target], explanation));
            }
            study.Forget(round);
        }
        return new GroupAnswer(explanations, scores, study.Running);
    }

    private static IEnumerable<(int Plan, int Target)> Asking(IReadOnlyList<ExplainPlan> plans, IObjective objective) =>
        plans.SelectMany(
            (plan, p) => plan.Targets.Objectives.Index().Where(o => o.Item.Equals(objective)).Select(o => (Plan: p, Target: o.Index))
        );

    // The answer has all targets of the first plan, then all of the second.
    private static GrowingMap Growing(ExplainPlan plan, IRunWatch watch, IObjective[] objectives, int first) =>
        new(
            watch,
            plan.Method,
            plan.Parameters.Sign,
            plan.Options.Compat,
            plan.Targets.Objectives.Zip(plan.Targets.Places).ToLookup(o => Array.IndexOf(objectives, o.First), o => first + o.Second)
        );

    private static TargetExplanation Explain(
        LayeredPlan layered,
        Study study,
        ClassScores? scores,
        int target,
        int round,
        Attribution values,
        MapFinish.Result result,
        Geometry geometry
    )
    {
        var (plan, objective) = (layered.Plan, study.Objective(round, 0));
        var explained = objective is ClassObjective { Target: var resolved } ? scores!.Of((int)resolved.Code) : null;
        var facts = (objective as CotangentObjective)?.Facts;
        var rule = RegionRules.Of(plan.Parameters.Boxes, plan.Parameters.Threshold, plan.Method.Info.Threshold);
        // The code of wsolevaluation takes every map as it is.
        var map = rule.Convention == RegionConvention.Plain ? PixelMapSmoothing.Joined(plan.Method, result.Map) : result.Map;
        var regions = Boxes.Find(map, geometry, rule);
        var (channels, features) = ChannelFacts.Of(plan, study, round, values);
        return new TargetExplanation(
            plan.Method.Info.Id,
            plan.LayerName,
            plan.Targets.ScoreName(target),
            explained,
            result.Map,
            regions,
            [.. Diagnose.Item(layered, study, round, 0, values, result), .. Diagnose.Image(regions, geometry)]
        )
        {
            Output = facts is null ? null : facts with { Value = objective.Value(study.Scores.Item(0)) },
            Partial = values.Partial,
            Completeness = values.Completeness,
            Channels = channels,
            Features = features,
            Faithfulness = plan.Parameters.Faithfulness ? Faithfulness(plan, study, round, values, result) : null,
        };
    }

    private static Faithfulness Faithfulness(ExplainPlan plan, Study study, int round, Attribution values, MapFinish.Result result) =>
        FaithfulnessMeter.Measure(study, round, 0, Measured(plan, study, values, result), other =>
        {
            var (again, map) = plan.Run(other, 0, 0);
            return Measured(plan, other, again, map);
        });

    private static MeasuredMap Measured(ExplainPlan plan, Study study, Attribution values, MapFinish.Result result)
    {
        var (height, width) = InputExtent.Of(plan.Model.Description.Input, study.Input);
        var compat = plan.Options.Compat;
        return new MeasuredMap(
            MapFinish.Heatmap(result.Map, height, width, compat),
            MapFinish.Enlarged(result.Map, height, width, compat),
            values.Partial is null && !plan.Method.IsGiven
        );
    }
}
