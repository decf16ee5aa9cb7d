using Explain.Autodiff.Rules;
using Explain.Engine.Images;
using Explain.Engine.Methods.Options;
using Explain.Engine.Models;
using Explain.Engine.Models.Scheduling;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Explaining;

/// <summary>Says what requests will cost.</summary>
internal static class CostEstimator
{
    // As many as the timings need for a median.
    private const int Trials = 3;

    /// <summary>
    /// The cost of a request: one plan for each tensor that its targets belong to. Passes of a kind that were never seen are tried.
    /// </summary>
    public static CostEstimate Of(IReadOnlyList<ExplainPlan> plans, Price price, RunContext run)
    {
        var method = plans[0].Method;
        return new CostEstimate(
            ModelIdentity.Of(plans[0].Model.Description),
            method.Info.Id,
            string.Join(',', plans.SelectMany(p => p.Layers).Distinct()),
            plans.Sum(p => p.Targets.Objectives.Count),
            price.Passes,
            Math.Round(plans.Sum(p => Milliseconds(p, run)), 3),
            method.StopsInTime
        )
        {
            Work = price.Work,
            Bytes = price.Bytes,
        };
    }

    private static double Milliseconds(ExplainPlan plan, RunContext run) =>
        plan.Layers.Sum(layer => Milliseconds(plan, layer, plan.PassesAt(layer), run))
        + (1 + plan.MeasuringPasses) * Forward(plan.Model, run);

    private static double Milliseconds(ExplainPlan plan, string layer, PassCount passes, RunContext run)
    {
        var (model, forward) = (plan.Model, Forward(plan.Model, run));
        var time = passes.Forward * forward;
        if (passes.Head > 0)
            time += passes.Head * Known(model, PassKind.Head, layer, () => Head(model, layer, run));
        if (passes.Backward > 0)
        {
            time += passes.Backward * Math.Max(Known(model, PassKind.Gradient, layer, () => Gradient(plan, layer, run)) - forward, 0);
        }

        return time;
    }

    private static double Forward(Model model, RunContext run) =>
        Known(model, PassKind.Forward, "", () => Passes.Forward(model, Blank(model), [], run));

    private static double Known(Model model, PassKind kind, string layer, Func<Pass> pass)
    {
        for (var trial = 0; trial < Trials && model.Timings.PerItem(kind, layer) is null; trial++)
            pass().Dispose();
        return model.Timings.PerItem(kind, layer) ?? throw new InvalidOperationException($"passes of kind {kind} leave no timings");
    }

    private static Pass Head(Model model, string layer, RunContext run)
    {
        using var pass = Passes.Forward(model, Blank(model), [layer], run);
        return Passes.Head(model, layer, pass.Activations[layer].Copy(), pass.Scores!.ItemCount, run);
    }

    // Of the first target: what it is for this input may be known after a forward pass only.
    private static Pass Gradient(ExplainPlan plan, string layer, RunContext run)
    {
        var input = Blank(plan.Model);
        using var pass = Passes.Forward(plan.Model, input, [], run);
        var objectives = plan
            .Targets.Rounds(plan.Targets.Objectives.Take(1), (int)input.Shape[0])[0]
            .Select((o, n) => o.Resolve(pass.Scores!.Shape[1..], pass.Scores.Item(n)))
            .ToArray();
        return Passes.Backward(plan.Model, input, [layer], objectives, GradientRules.Plain, run);
    }

    private static FloatTensor Blank(Model model)
    {
        var (spec, items) = (model.Description.Input, model.BatchSize ?? 1);
        long[] shape =
            spec.Layout == TensorLayout.Nchw
                ? [items, spec.Channels, spec.Height, spec.Width]
                : [items, spec.Height, spec.Width, spec.Channels];
        return new FloatTensor(shape, new float[shape.Aggregate(1L, (a, b) => a * b)]);
    }
}
