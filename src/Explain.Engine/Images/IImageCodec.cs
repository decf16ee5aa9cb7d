using Explain.Engine.Vocabulary;

namespace Explain.Engine.Images;

/// <summary>A decoded image: upright, sRGB, 8 bits, without alpha.</summary>
/// <param name="Width">Pixels in a row.</param>
/// <param name="Height">Rows.</param>
/// <param name="Pixels">Interleaved RGB, row-major, <c>Width * Height * 3</c> bytes.</param>
/// <param name="OrientationApplied">Whether an EXIF orientation other than upright was applied.</param>
public sealed record RgbImage(int Width, int Height, byte[] Pixels, bool OrientationApplied = false)
{
    /// <summary>Pixels in a row of the picture that it was read from, of which it may be a fraction.</summary>
    public int WholeWidth { get; init; } = Width;

    /// <summary>Rows of that picture.</summary>
    public int WholeHeight { get; init; } = Height;
}

/// <summary>
/// The seam to the image library: everything else works on <see cref="RgbImage"/>. PNG is written by <see cref="PngEncoder"/>.
/// </summary>
public interface IImageCodec
{
    /// <summary>
    /// Decodes JPEG, PNG, WebP, GIF (first frame), BMP or TIFF. The header is checked against <paramref name="maxPixels"/> before any pixel
    /// is decoded.
    /// </summary>
    /// <param name="encoded">The file's bytes; its name and declared type are not trusted.</param>
    /// <param name="maxPixels">Limit for width times height.</param>
    /// <param name="alpha">What becomes of its alpha channel.</param>
    /// <param name="cancellation">Stops it between lines.</param>
    /// <exception cref="ExplainException">
    /// <see cref="ExplainError.UnsupportedMediaType"/>, <see cref="ExplainError.ImageTooLarge"/> or
    /// <see cref="ExplainError.ImageCorrupt"/>.
    /// </exception>
    RgbImage Decode(ReadOnlyMemory<byte> encoded, long maxPixels, AlphaMode alpha, CancellationToken cancellation = default);

    /// <summary>Decodes an image; where it has alpha, it lies over white.</summary>
    RgbImage Decode(ReadOnlyMemory<byte> encoded, long maxPixels, CancellationToken cancellation = default);

    /// <summary>
    /// Decodes an image for a model's input: with <see cref="Decoding.Fast"/> a JPEG may come at a half, a quarter or an eighth of its
    /// size, twice the size that the input shows it in or more.
    /// </summary>
    /// <param name="encoded">The file's bytes.</param>
    /// <param name="maxPixels">Limit for width times height of the whole image.</param>
    /// <param name="spec">The input.</param>
    /// <param name="cancellation">Stops it between lines.</param>
    /// <exception cref="ExplainException">As for the whole image.</exception>
    RgbImage DecodeFor(ReadOnlyMemory<byte> encoded, long maxPixels, InputSpec spec, CancellationToken cancellation = default);

    /// <summary>Reads width times height off the header; no pixel is decoded.</summary>
    /// <param name="encoded">The file's bytes.</param>
    /// <param name="maxPixels">Limit for it.</param>
    /// <exception cref="ExplainException">
    /// <see cref="ExplainError.UnsupportedMediaType"/>, <see cref="ExplainError.ImageTooLarge"/> or
    /// <see cref="ExplainError.ImageCorrupt"/>.
    /// </exception>
    long Measure(ReadOnlyMemory<byte> encoded, long maxPixels);

    /// <summary>Encodes a JPEG without metadata, quality 90.</summary>
    /// <param name="image">The image.</param>
    /// <param name="cancellation">Stops it between lines.</param>
    /// <exception cref="ExplainException"><see cref="ExplainError.ImageTooLarge"/>: the format has no images so long.</exception>
    byte[] EncodeJpeg(RgbImage image, CancellationToken cancellation);

    /// <summary>Encodes a WebP without metadata, quality 80.</summary>
    /// <param name="image">The image.</param>
    /// <param name="cancellation">Stops it between lines.</param>
    /// <exception cref="ExplainException"><see cref="ExplainError.ImageTooLarge"/>: the format has no images so long.</exception>
    byte[] EncodeWebp(RgbImage image, CancellationToken cancellation);

    /// <summary>One line of text in the fonts of the system; null where there are none, or the library has no use for them.</summary>
    /// <param name="line">The text.</param>
    /// <param name="size">Height of the letters, pixels.</param>
    TextInk? Letters(string line, int size);
}

/// <summary>How pixels between samples are found.</summary>
public enum Interpolation
{
    /// <summary>Nearest sample.</summary>
    Nearest,

    /// <summary>Triangle filter, widened when shrinking.</summary>
    Bilinear,

    /// <summary>Catmull-Rom, widened when shrinking.</summary>
    Bicubic,

    /// <summary>Lanczos with three lobes.</summary>
    Lanczos,
}
