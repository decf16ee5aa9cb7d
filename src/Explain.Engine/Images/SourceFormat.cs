using Explain.Engine.Vocabulary;

namespace Explain.Engine.Images;

/// <summary>File formats that are read.</summary>
internal enum SourceFormat
{
    /// <summary>None of the others.</summary>
    Unknown,

    Jpeg,
    Png,
    Webp,
    Gif,
    Bmp,
    Tiff,
}

/// <summary>Recognises a file by its first bytes.</summary>
internal static class SourceFormats
{
    /// <summary>What is accepted, for messages.</summary>
    public const string Accepted = "JPEG, PNG, WebP, GIF, BMP or TIFF";

    public static SourceFormat Detect(ReadOnlySpan<byte> file) =>
        file switch
        {
            [0xFF, 0xD8, 0xFF, ..] => SourceFormat.Jpeg,
            [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => SourceFormat.Png,
            [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => SourceFormat.Webp,
            [(byte)'G', (byte)'I', (byte)'F', (byte)'8', (byte)'7' or (byte)'9', (byte)'a', ..] => SourceFormat.Gif,
            [(byte)'I', (byte)'I', 0x2A or 0x2B, 0, ..] or [(byte)'M', (byte)'M', 0, 0x2A or 0x2B, ..] => SourceFormat.Tiff,
            // Two letters alone would also match text; the size of the second header is one of a few small numbers.
            [(byte)'B', (byte)'M', _, _, _, _, _, _, _, _, _, _, _, _, 12 or 40 or 52 or 56 or 64 or 108 or 124, 0, 0, 0, ..] =>
                SourceFormat.Bmp,
            _ => SourceFormat.Unknown,
        };

    /// <summary>The format of a file that is read.</summary>
    /// <exception cref="ExplainException"><see cref="ExplainError.UnsupportedMediaType"/>: it is none, or of a kind that is not read.
    /// </exception>
    public static SourceFormat Require(ReadOnlyMemory<byte> encoded)
    {
        if (encoded.IsEmpty)
            throw ImageLimits.Unsupported("The image is empty (0 bytes).");
        var format = Detect(encoded.Span);
        if (format == SourceFormat.Unknown)
        {
            throw ImageLimits.Unsupported(
                ForeignFormats.NameOf(encoded.Span) is { } name
                    ? $"The image is {name}, which is not supported."
                    : "The bytes are not an image of a known format."
            );
        }
        if (format == SourceFormat.Tiff && TiffTags.WhyNot(encoded.Span) is { } kind)
            throw ImageLimits.Unsupported($"The image is {kind}, which is not supported.");
        return format;
    }
}
