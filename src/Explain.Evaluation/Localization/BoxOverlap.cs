using Explain.Evaluation.Annotations;

namespace Explain.Evaluation.Localization;

/// <summary>How far boxes cover each other.</summary>
public static class BoxOverlap
{
    /// <summary>
    /// Intersection over union, 0..1. For boxes whose last pixel is inclusive, as in ILSVRC's evaluation, it is the one with a pixel added
    /// to each extent. 0 where neither box has an area.
    /// </summary>
    public static double Of(PixelBox a, PixelBox b)
    {
        var width = Math.Min(a.Right, b.Right) - Math.Max(a.Left, b.Left);
        var height = Math.Min(a.Bottom, b.Bottom) - Math.Max(a.Top, b.Top);
        var common = Math.Max(width, 0) * Math.Max(height, 0);
        var union = a.Area + b.Area - common;
        return union > 0 ? common / union : 0;
    }

    /// <summary>The largest overlap of any of some boxes with any of others; 0 where there are none.</summary>
    public static double Best(IReadOnlyList<PixelBox> found, IReadOnlyList<PixelBox> truth)
    {
        ArgumentNullException.ThrowIfNull(found);
        ArgumentNullException.ThrowIfNull(truth);
        return found.SelectMany(f => truth.Select(t => Of(f, t))).DefaultIfEmpty(0).Max();
    }
}
