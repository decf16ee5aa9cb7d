namespace Explain.Engine.Images;

/// <summary>The picture of a request: what was read of it for the model, and all of it for whoever draws on it.</summary>
/// <param name="read">What was read.</param>
/// <param name="whole">Reads all of it; null where that is what was read.</param>
public sealed class Picture(RgbImage read, Func<RgbImage>? whole = null)
{
    private readonly Lazy<RgbImage> _whole = new(whole ?? (() => read));

    /// <summary>Pixels in a row.</summary>
    public int Width => read.WholeWidth;

    /// <summary>Rows.</summary>
    public int Height => read.WholeHeight;

    /// <summary>Whether an EXIF orientation other than upright was applied.</summary>
    public bool OrientationApplied => read.OrientationApplied;

    /// <summary>All pixels; read when first asked for.</summary>
    /// <exception cref="Vocabulary.ExplainException">The file is damaged where it was not read before.</exception>
    public RgbImage Whole => _whole.Value;
}
