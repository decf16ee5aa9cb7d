using System.Numerics.Tensors;
using Explain.Engine.Images;
using Explain.Engine.Methods.Probing;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Explaining;

/// <summary>Smoothing by augmentation: what stays when the input is mirrored and made weaker and stronger.</summary>
internal static class Augmentation
{
    private static readonly (bool Mirrored, float Factor)[] Changes =
    [
        (false, 0.9f),
        (false, 1),
        (false, 1.1f),
        (true, 0.9f),
        (true, 1),
        (true, 1.1f),
    ];

    /// <summary>How many inputs are explained for one map.</summary>
    public static int Inputs => Changes.Length;

    /// <summary>The mean heat map of the changed inputs, at the input's size; the classes are those of the input as it is.</summary>
    public static (Attribution Values, MapFinish.Result Map) Run(ExplainPlan plan, Study study, int round, int item)
    {
        var spec = plan.Model.Description.Input;
        var (height, width) = InputExtent.Of(spec, study.Input);
        var mean = new float[height * width];
        var (finite, positive) = (true, 0f);
        var runs = new List<Attribution>();
        foreach (var (mirrored, factor) in Changes)
        {
            var changed = study.Changed($"{mirrored} {factor}", input => Change(input, spec, mirrored, factor));
            var (run, result) = plan.RunPlain(changed, round, item);
            var heat = MapFinish.Heatmap(result.Map, height, width, plan.Options.Compat);
            if (mirrored)
                Mirror(heat, width);
            TensorPrimitives.Add(mean, heat, mean);
            finite &= result.Finite;
            positive += result.Map.PositiveShare / Changes.Length;
            runs.Add(run);
        }
        TensorPrimitives.Divide(mean, Changes.Length, mean);
        var values = new Attribution(null, height, width, mean)
        {
            Diagnostics = [.. runs.SelectMany(r => r.Diagnostics).Distinct()],
            Partial = runs.Any(r => r.Partial is not null)
                ? new Progress(runs.Sum(r => r.Partial?.Done ?? 0), runs.Sum(r => r.Partial?.Of ?? 0))
                : null,
        };
        return (values, new MapFinish.Result(new SaliencyMap(height, width, mean, positive), finite));
    }

    private static FloatTensor Change(FloatTensor input, InputSpec spec, bool mirrored, float factor)
    {
        var values = new float[input.Values.Length];
        TensorPrimitives.Multiply(input.Values, factor, values);
        if (mirrored)
        {
            Mirror(
                values,
                (int)input.Shape[spec.Layout == TensorLayout.Nchw ? 3 : 2],
                spec.Layout == TensorLayout.Nchw ? 1 : (int)input.Shape[3]
            );
        }

        return input with
        {
            Values = values,
        };
    }

    // Turns every row of places around; a place holds one number, or its channels.
    private static void Mirror(float[] values, int width, int place = 1)
    {
        for (var start = 0; start < values.Length; start += width * place)
        {
            values.AsSpan(start, width * place).Reverse();
            if (place == 1)
                continue;
            for (var x = 0; x < width; x++)
                values.AsSpan(start + x * place, place).Reverse();
        }
    }
}
