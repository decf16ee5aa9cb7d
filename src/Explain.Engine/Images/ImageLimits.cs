using Explain.Engine.Vocabulary;

namespace Explain.Engine.Images;

/// <summary>Refusals that every decoder shares.</summary>
internal static class ImageLimits
{
    /// <summary>Longest side that is read: the JPEG format's own limit. It bounds the cost of an image one pixel wide.</summary>
    public const int MaxSide = 65535;

    /// <summary>Refuses a header that announces too much.</summary>
    /// <exception cref="ExplainException"><see cref="ExplainError.ImageTooLarge"/>.</exception>
    public static void Check(long width, long height, long maxPixels)
    {
        if (width > MaxSide || height > MaxSide)
        {
            throw new ExplainException(
                ExplainError.ImageTooLarge,
                $"The image has {width} x {height} pixels; no side may be longer than {MaxSide}."
            );
        }

        if (width * height > maxPixels)
        {
            throw new ExplainException(
                ExplainError.ImageTooLarge,
                $"The image has {width} x {height} = {width * height} pixels; the limit is {maxPixels}."
            );
        }
    }

    /// <summary>Refuses to write what the format, or its library, has no room for.</summary>
    /// <exception cref="ExplainException"><see cref="ExplainError.ImageTooLarge"/>.</exception>
    public static void CheckAnswer(RgbImage image, ImageFormat format)
    {
        var longest = format switch
        {
            ImageFormat.Jpeg => 65500,
            ImageFormat.Webp => 16383,
            _ => int.MaxValue,
        };
        if (image.Width > longest || image.Height > longest)
        {
            throw new ExplainException(
                ExplainError.ImageTooLarge,
                $"The answer has {image.Width} x {image.Height} pixels; no side of a {format.ToString().ToUpperInvariant()} may "
                    + $"be longer than {longest}: ask for a smaller size, or for PNG."
            );
        }
    }

    public static ExplainException Corrupt(string format) =>
        new(ExplainError.ImageCorrupt, $"The {format} image is damaged or cut short: it cannot be decoded to its end.");

    public static ExplainException Unsupported(string reason) =>
        new(ExplainError.UnsupportedMediaType, $"{reason} Accepted are {SourceFormats.Accepted}.");
}
