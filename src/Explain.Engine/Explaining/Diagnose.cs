using Explain.Engine.Images;
using Explain.Engine.Methods.Probing;
using Explain.Engine.Objectives;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Explaining;

/// <summary>What a reader should know before trusting a map.</summary>
internal static class Diagnose
{
    /// <summary>Every warning that applies, whatever the item was made of.</summary>
    /// <param name="layered">The plan, at its target's layers.</param>
    /// <param name="study">Holds the item.</param>
    /// <param name="round">Which of its objectives.</param>
    /// <param name="item">Which item.</param>
    /// <param name="values">What the method gave.</param>
    /// <param name="result">The map of that.</param>
    public static IReadOnlyList<Diagnostic> Item(
        LayeredPlan layered,
        Study study,
        int round,
        int item,
        Attribution values,
        MapFinish.Result result
    )
    {
        var (plan, objective) = (layered.Plan, study.Objective(round, item));
        var predicted = objective is not ClassObjective { Target: var target } || target.Code == Ranking.Best(study.Scores.Item(item));
        return
        [
            .. PlanChecks.Ambiguity(plan),
            .. layered.Diagnostics,
            .. values.Diagnostics,
            .. Output((objective as CotangentObjective)?.Facts),
            .. result.Map.Values.All(v => v == 0) ? TargetLayer.WholeNumber(plan, study, round, item) : [],
            .. Cancellation.Of(plan, study, round, item),
            .. Map(result.Map, result.Finite, values.Partial, predicted),
        ];
    }

    /// <summary>What a reader of an image should know: a box may end where the model's view of it does.</summary>
    /// <param name="regions">Regions above the threshold.</param>
    /// <param name="geometry">Where they are.</param>
    public static IReadOnlyList<Diagnostic> Image(IReadOnlyList<FoundRegion> regions, Geometry geometry) =>
        regions.Any(r => IsClipped(InputGrid.Of(geometry).Rect(r.Region), geometry))
            ? [new("border-clipped", "A box ends where the model's view of the image ends; the object may go on.")]
            : [];

    /// <summary>What the values of a map tell.</summary>
    public static IReadOnlyList<Diagnostic> Map(SaliencyMap map, bool finite, Progress? partial, bool predicted)
    {
        var found = new List<Diagnostic>();
        if (!finite)
            found.Add(new("map-not-finite", "The formula gave values that are no numbers; they are shown as 0."));
        if (partial is not null)
            found.Add(new("partial", $"Time was up after {partial.Done} of {partial.Of} samples; the map is made of those."));
        if (map.Values.All(v => v == 0))
            found.Add(new("map-all-zero", "Nothing in this layer speaks for the target; the image is left uncoloured."));
        else if (map.Min == map.Max)
            found.Add(new("map-constant", "Every place has the same value; the map says nothing about where."));
        if (!predicted)
            found.Add(new("target-not-predicted", "The model's first choice is another class."));
        return found;
    }

    private static IReadOnlyList<Diagnostic> Output(OutputFacts? facts) =>
        facts is { RegionSize: 0 }
            ? [new("region-empty", "The region has no place in the output: the class is predicted nowhere, or the mask misses it.")]
            : [];

    private static bool IsClipped(PixelRect box, Geometry geometry)
    {
        var seen = geometry.Region;
        return (seen.X > 0 && box.X <= seen.X)
            || (seen.Y > 0 && box.Y <= seen.Y)
            || (seen.X + seen.Width < geometry.ImageWidth && box.X + box.Width >= seen.X + seen.Width)
            || (seen.Y + seen.Height < geometry.ImageHeight && box.Y + box.Height >= seen.Y + seen.Height);
    }
}
