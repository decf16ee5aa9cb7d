using Explain.Autodiff;
using Explain.Engine.Images;
using Explain.Engine.Methods;
using Explain.Engine.Models;
using Explain.Engine.Targets;

namespace Explain.Engine;

/// <summary>Says what requests will cost.</summary>
internal static class CostEstimator
{
    // As many as the timings need for a median.
    private const int Trials = 3;

    /// <summary>The cost of a request. Passes of a kind that were never seen are tried.</summary>
    public static CostEstimate Of(ExplainPlan plan, CancellationToken cancellation)
    {
        var passes = plan.Layers.Select(l => At(plan, l)).ToArray();
        var time = passes.Zip(plan.Layers, (p, layer) => Milliseconds(plan, layer, p, cancellation)).Sum();
        var all = passes.Aggregate(new PassCount(1, 0, 0), (sum, p) => sum + p);
        return new CostEstimate(
            ModelIdentity.Of(plan.Model.Description), plan.Method.Info.Id, plan.LayerName, plan.Targets.Count, all,
            Math.Round(time + Forward(plan.Model, cancellation), 3), plan.Method.StopsInTime);
    }

    private static PassCount At(ExplainPlan plan, string layer)
    {
        var (input, candidate) = (plan.Model.Description.Input, plan.Model.Description.Layers.FirstOrDefault(l => l.Name == layer));
        var passes = plan.Method.Passes(new Workload(
            candidate?.Channels ?? input.Channels, candidate?.Height ?? input.Height, candidate?.Width ?? input.Width, input.Height, input.Width, plan.Targets.Count, plan.Options));
        // Changed inputs have their own forward pass; that of the input itself comes with every request.
        return plan.Inputs == 1 ? passes : new PassCount(plan.Inputs * (passes.Forward + 1), plan.Inputs * passes.Head, plan.Inputs * passes.Backward);
    }

    private static double Milliseconds(ExplainPlan plan, string layer, PassCount passes, CancellationToken cancellation)
    {
        var (model, forward) = (plan.Model, Forward(plan.Model, cancellation));
        var time = passes.Forward * forward;
        if (passes.Head > 0) time += passes.Head * Known(model, PassKind.Head, layer, () => Head(model, layer, cancellation));
        if (passes.Backward > 0)
            time += passes.Backward * Math.Max(Known(model, PassKind.Gradient, layer, () => Gradient(model, layer, plan.Score.Function, cancellation)) - forward, 0);
        return time;
    }

    private static double Forward(Model model, CancellationToken cancellation) =>
        Known(model, PassKind.Forward, "", () => Pass.Forward(model, Blank(model), [], cancellation));

    private static double Known(Model model, PassKind kind, string layer, Func<Pass> run)
    {
        for (var trial = 0; trial < Trials && model.Timings.PerRow(kind, layer) is null; trial++) run().Dispose();
        return model.Timings.PerRow(kind, layer) ?? throw new InvalidOperationException($"passes of kind {kind} leave no timings");
    }

    private static Pass Head(Model model, string layer, CancellationToken cancellation)
    {
        using var pass = Pass.Forward(model, Blank(model), [layer], cancellation);
        return Pass.Head(model, layer, pass.Activations[layer].Copy(), cancellation);
    }

    private static Pass Gradient(Model model, string layer, ScoreFunction function, CancellationToken cancellation)
    {
        var input = Blank(model);
        IObjective[] objectives = [.. Enumerable.Repeat(new ClassObjective(new Score("", function, 1, null), Target.Predicted), (int)input.Shape[0])];
        return Pass.Backward(model, input, [layer], objectives, GradientRules.Plain, cancellation);
    }

    private static FloatTensor Blank(Model model)
    {
        var (spec, rows) = (model.Description.Input, model.BatchSize ?? 1);
        long[] shape = spec.Layout == TensorLayout.Nchw ? [rows, spec.Channels, spec.Height, spec.Width] : [rows, spec.Height, spec.Width, spec.Channels];
        return new FloatTensor(shape, new float[shape.Aggregate(1L, (a, b) => a * b)]);
    }
}
