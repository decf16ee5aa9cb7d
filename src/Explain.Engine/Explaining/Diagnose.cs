using Explain.Engine.Images;
using Explain.Engine.Objectives;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Explaining;

/// <summary>What a reader should know before trusting a map.</summary>
internal static class Diagnose
{
    /// <summary>Every warning that applies.</summary>
    public static IReadOnlyList<Diagnostic> All(
        SaliencyMap map,
        bool finite,
        Progress? partial,
        bool predicted,
        IReadOnlyList<Box> boxes,
        Geometry geometry
    )
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
        if (boxes.Any(b => IsClipped(b, geometry)))
            found.Add(new("border-clipped", "A box ends where the model's view of the image ends; the object may go on."));
        return found;
    }

    /// <summary>What a reader should know of an output's scalar.</summary>
    public static IReadOnlyList<Diagnostic> Output(OutputFacts? facts) =>
        facts is { RegionSize: 0 }
            ? [new("region-empty", "The region has no place in the output: the class is predicted nowhere, or the mask misses it.")]
            : [];

    private static bool IsClipped(Box box, Geometry geometry)
    {
        var seen = geometry.Region;
        return (seen.X > 0 && box.X <= seen.X)
            || (seen.Y > 0 && box.Y <= seen.Y)
            || (seen.X + seen.Width < geometry.ImageWidth && box.X + box.Width >= seen.X + seen.Width)
            || (seen.Y + seen.Height < geometry.ImageHeight && box.Y + box.Height >= seen.Y + seen.Height);
    }
}
