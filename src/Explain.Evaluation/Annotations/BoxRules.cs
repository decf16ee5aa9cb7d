namespace Explain.Evaluation.Annotations;

/// <summary>What boxes must be, in whatever format they came.</summary>
internal static class BoxRules
{
    /// <summary>The box, cut to its picture; the part of it outside is nobody's.</summary>
    /// <param name="box">As the annotation has it.</param>
    /// <param name="size">The picture's columns and rows; null where not known: only what is left of or above it is cut.</param>
    /// <param name="place">Where the box stands.</param>
    /// <param name="leaveOutEmpty">Whether a box without a pixel gives null rather than a failure.</param>
    /// <exception cref="FormatException">It is not finite, has no pixel, or lies outside.</exception>
    public static PixelBox? Fit(PixelBox box, (int Width, int Height)? size, Place place, bool leaveOutEmpty)
    {
        if (!double.IsFinite(box.Left) || !double.IsFinite(box.Top) || !double.IsFinite(box.Right) || !double.IsFinite(box.Bottom))
            throw place.Refusal($"has the box {Shown(box)}, which is not finite");
        if (!HasPixels(box))
        {
            return leaveOutEmpty
                ? null
                : throw place.Refusal($"has the box {Shown(box)}, which has no pixel: its end must lie behind its beginning");
        }

        var inside = Cut(box, size?.Width ?? double.MaxValue, size?.Height ?? double.MaxValue);
        if (HasPixels(inside))
            return inside;
        var picture = size is { } s ? $"its picture of {s.Width} x {s.Height} pixels" : "any picture";
        throw place.Refusal($"has the box {Shown(box)}, which lies outside {picture}");
    }

    /// <summary>Whether anything of it is left.</summary>
    public static bool HasPixels(PixelBox box) => box is { Width: > 0, Height: > 0 };

    /// <summary>Its part inside a picture.</summary>
    public static PixelBox Cut(PixelBox box, double width, double height) =>
        new(Math.Max(box.Left, 0), Math.Max(box.Top, 0), Math.Min(box.Right, width), Math.Min(box.Bottom, height));

    /// <summary>A box in words.</summary>
    public static string Shown(PixelBox box) => $"from ({box.Left}, {box.Top}) to ({box.Right}, {box.Bottom})";
}
