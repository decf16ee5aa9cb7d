using Explain.Engine.Methods.Options;
using Explain.Engine.Parameters;

namespace Explain.Engine.Explaining;

/// <summary>Prices of requests, from their plans.</summary>
internal static class Prices
{
    // Ten digits, sign, point, exponent and comma, in a buffer that doubles.
    private const int JsonNumber = 2 * 16;

    /// <summary>That of a request: one list of plans for each tensor that its targets belong to.</summary>
    /// <param name="groups">The plans.</param>
    /// <param name="output">How the answer is written; its format is known.</param>
    /// <param name="watched">Whether maps are shown while they grow, too.</param>
    public static Price Of(IReadOnlyList<IReadOnlyList<ExplainPlan>> groups, OutputParameters output, bool watched = false)
    {
        var document = output.Format == AnswerFormat.Json;
        var price = groups.Select(g => Of(g, document && output.Include.HasFlag(AnswerParts.Map), watched)).Aggregate((a, b) => a + b);
        var kind =
            output.Format == AnswerFormat.Npy ? DrawingKind.None
            : !document ? DrawingKind.Together
            : output.Include.HasFlag(AnswerParts.Image) ? DrawingKind.Each
            : DrawingKind.None;
        var drawing = new Drawing(kind, output.Size, groups[0][0].Model.Description.Input);
        return price with { Drawing = drawing with { Masks = document && output.Include.HasFlag(AnswerParts.Masks) } };
    }

    /// <summary>That of a batch: its items have one target each, and their maps are answered as numbers.</summary>
    /// <param name="plan">The plan of one item.</param>
    /// <param name="items">Batch items.</param>
    public static Price Of(ExplainPlan plan, int items)
    {
        var one = Of(
            [plan with { Targets = plan.Targets with { Objectives = [plan.Targets.Objectives[0]] } }],
            written: true,
            watched: false
        );
        return new Price(one.Passes * items, items, one.Bytes * items);
    }

    private static Price Of(IReadOnlyList<ExplainPlan> plans, bool written, bool watched)
    {
        var layers = plans.SelectMany(p => p.PossibleLayers.Select(l => p.SizeOf(l))).Distinct();
        // The gradient is that of one target at a time; where it is explained again to be measured, both are there.
        var values = layers.Sum(l => 2L * sizeof(float) * l.Channels * l.Height * l.Width) * (plans[0].Parameters.Faithfulness ? 2 : 1);
        return new Price(
            plans.Aggregate(new PassCount(1, 0, 0), (sum, p) => sum + p.Passes),
            plans.Sum(p => p.Targets.Objectives.Count),
            values + plans.Sum(p => p.Targets.Objectives.Count * MapBytes(p, written) * (watched && p.Method.StopsInTime ? 2 : 1))
        );
    }

    private static long MapBytes(ExplainPlan plan, bool written)
    {
        var numbers = plan.MapCells + (plan.Parameters.Channels ? ChannelFacts.Most * plan.MapCells : 0);
        return 2L * sizeof(float) * numbers + (written ? (long)JsonNumber * numbers : 0);
    }
}
