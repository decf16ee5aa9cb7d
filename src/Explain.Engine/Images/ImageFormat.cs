namespace Explain.Engine.Images;

/// <summary>Formats an image can be written in.</summary>
public enum ImageFormat
{
    /// <summary>PNG, lossless.</summary>
    Png,

    /// <summary>JPEG, quality 90.</summary>
    Jpeg,

    /// <summary>WebP, quality 80.</summary>
    Webp,
}

/// <summary>Writes images in any format.</summary>
public static class ImageFormats
{
    /// <summary>Encodes without metadata.</summary>
    /// <param name="codec">The image library.</param>
    /// <param name="image">The image.</param>
    /// <param name="format">The format.</param>
    /// <param name="cancellation">Stops it in the middle.</param>
    /// <exception cref="Vocabulary.ExplainException"><see cref="Vocabulary.ExplainError.ImageTooLarge"/>: the format has no images so long.
    /// </exception>
    public static byte[] Encode(this IImageCodec codec, Raster image, ImageFormat format, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(codec);
        ArgumentNullException.ThrowIfNull(image);
        return format switch
        {
            ImageFormat.Png => PngEncoder.Encode(image, cancellation),
            ImageFormat.Jpeg => codec.EncodeJpeg(image.ToRgb(), cancellation),
            ImageFormat.Webp => codec.EncodeWebp(image.ToRgb(), cancellation),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, null),
        };
    }

    /// <summary>Encodes without metadata.</summary>
    public static byte[] Encode(this IImageCodec codec, RgbImage image, ImageFormat format, CancellationToken cancellation = default) =>
        codec.Encode(Raster.Of(image), format, cancellation);
}
