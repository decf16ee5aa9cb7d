using Explain.Engine.Images;

namespace Explain.Engine.Explaining;

/// <summary>What an answer draws of its maps.</summary>
/// <param name="Kind">One image, or one for each map.</param>
/// <param name="Size">What a map is drawn on.</param>
/// <param name="Input">The model's input.</param>
internal readonly record struct Drawing(DrawingKind Kind, RenderSize Size, InputSpec Input)
{
    private const int Canvas = 3;

    // A PNG of noise is as large as its pixels: in strips, then joined.
    private const int Strips = 3;
    private const int File = 3;

    // In base64, in a buffer that doubles.
    private const int Text = 4 + 4;

    /// <summary>Whether masks are written, one after the other.</summary>
    public bool Masks { get; init; }

    /// <summary>Memory for drawing.</summary>
    /// <param name="imagePixels">Pixels of the image.</param>
    /// <param name="maps">How many maps.</param>
    public long Bytes(long imagePixels, int maps) => (Masks ? imagePixels : 0) + ImageBytes(imagePixels, maps);

    private long ImageBytes(long imagePixels, int maps)
    {
        if (Kind == DrawingKind.None)
            return 0;
        var pixels = Size.Pixels(Input, imagePixels);
        return Kind switch
        {
            DrawingKind.Each => pixels * (Canvas + Strips) + pixels * maps * (File + Text),
            _ when maps <= 1 => pixels * (Canvas + Strips + File),
            // The tiles are gone when their grid is encoded.
            _ => pixels * Canvas + Math.Min(pixels * maps, LabelledGrid.MaxPixels) * (Canvas + Strips + File),
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
