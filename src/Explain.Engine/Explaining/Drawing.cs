using Explain.Engine.Images;

namespace Explain.Engine.Explaining;

/// <summary>What an answer draws of its maps.</summary>
/// <param name="Kind">One image, or one for each map.</param>
/// <param name="Pixels">Pixels of what one map is drawn on; null for those of the image.</param>
internal readonly record struct Drawing(DrawingKind Kind, long? Pixels)
{
    // The canvas in RGB and one float for the heat.
    private const int Canvas = 3 + 4;

    // A tile of a grid and its place in the grid.
    private const int Tile = 3 + 3;

    // A PNG of noise is as large as its pixels; then it is written in base64, into a buffer that doubles.
    private const int Written = 3 + 4 + 4;

    /// <summary>Memory for drawing.</summary>
    /// <param name="imagePixels">Pixels of the image.</param>
    /// <param name="maps">How many maps.</param>
    public long Bytes(long imagePixels, int maps)
    {
        var pixels = Pixels ?? imagePixels;
        return Kind switch
        {
            DrawingKind.None => 0,
            DrawingKind.Each => pixels * Canvas + pixels * maps * Written,
            _ when maps <= 1 => pixels * Canvas + pixels * 3,
            _ => pixels * Canvas + Math.Min(pixels * maps, LabelledGrid.MaxPixels) * Tile,
        };
    }
}

/// <summary>How maps are drawn.</summary>
internal enum DrawingKind
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>All in one image.</summary>
    Together,

    /// <summary>Each in an image of its own, one after the other, kept for the document.</summary>
    Each,
}
