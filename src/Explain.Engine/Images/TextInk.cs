namespace Explain.Engine.Images;

/// <summary>A line of text as how much of each pixel its letters cover.</summary>
/// <param name="Width">Pixels in a row.</param>
/// <param name="Height">Rows.</param>
/// <param name="Left">Where it begins, pixels from the left end of the line.</param>
/// <param name="Top">Where it begins, pixels from the top of the line.</param>
/// <param name="Alpha">From 0, nothing, to 255, all; row-major.</param>
public sealed record TextInk(int Width, int Height, int Left, int Top, byte[] Alpha)
{
    /// <summary>Where it ends, pixels from the left end of the line.</summary>
    public int Right => Left + Width;
}
