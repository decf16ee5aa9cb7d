using System.Numerics.Tensors;

namespace Explain.Engine.Methods;

/// <summary>Several layers, one map.</summary>
internal static class Fusion
{
    /// <summary>The mean of the layers' heat maps, at the input's size (pytorch-grad-cam's fusion).</summary>
    public static (Attribution Values, MapFinish.Result Map) Mean(ExplainPlan plan, Study study, int round, int row)
    {
        var (height, width) = InputExtent.Of(plan.Model.Description.Input, study.Input);
        var sum = new float[height * width];
        var (finite, positive) = (true, 0f);
        var parts = new List<Attribution>();
        foreach (var layer in plan.Layers)
        {
            parts.Add(plan.Method.Run(new Probe(study, round, row, layer)));
            var part = MapFinish.Map(plan.Method, parts[^1], plan.Parameters.Sign);
            finite &= part.Finite;
            positive += part.Map.PositiveShare / plan.Layers.Count;
            TensorPrimitives.Add(sum, MapFinish.Heatmap(part.Map, height, width), sum);
        }
        TensorPrimitives.Divide(sum, plan.Layers.Count, sum);
        var values = new Attribution(null, height, width, sum)
        {
            Diagnostics = [.. parts.SelectMany(p => p.Diagnostics).Distinct()],
            Partial = parts.Any(p => p.Partial is not null) ? new Progress(parts.Sum(p => p.Partial?.Done ?? 0), parts.Sum(p => p.Partial?.Of ?? 0)) : null,
        };
        return (values, new MapFinish.Result(new SaliencyMap(height, width, sum, positive), finite));
    }
}
