using Explain.Engine.Vocabulary;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Formats.Tiff;
using SixLabors.ImageSharp.Formats.Webp;
using SixLabors.ImageSharp.Memory;
using SixLabors.ImageSharp.Metadata;
using SixLabors.ImageSharp.Metadata.Profiles.Exif;
using SixLabors.ImageSharp.PixelFormats;

namespace Explain.Engine.Images;

/// <summary>
/// The codec on ImageSharp, without native code. Profiles are not applied, of CMYK neither. What a file lacks is found before it is
/// decoded: ImageSharp would go on with black or grey. Thread-safe.
/// </summary>
public sealed class ImageSharpCodec : IImageCodec
{
    private const int JpegQuality = 90;
    private const int WebpQuality = 80;

    // Of a TIFF: none, LZW, PackBits; white is zero, black is zero, RGB, palette.
    private static readonly int[] Compressions = [1, 5, 32773];
    private static readonly int[] Colours = [0, 1, 2, 3];

    // Requests run side by side instead; what the pool keeps is kept for ever.
    private static readonly Configuration Alone = new()
    {
        MaxDegreeOfParallelism = 1,
        MemoryAllocator = MemoryAllocator.Create(new MemoryAllocatorOptions { MaximumPoolSizeMegabytes = 64 }),
    };

    /// <inheritdoc/>
    public RgbImage Decode(ReadOnlyMemory<byte> encoded, long maxPixels, AlphaMode alpha, CancellationToken cancellation = default)
    {
        var format = SourceFormats.Require(encoded);
        if (format == SourceFormat.Bmp)
            return BmpReader.Read(encoded.Span, maxPixels, alpha);
        return Reading(format, () =>
        {
            var header = Header(encoded, format, maxPixels);
            if (!WholeFiles.IsWhole(encoded.Span, format))
                throw ImageLimits.Corrupt(Name(format));
            // Of the rest of the formats some have alpha.
            using Image image =
                format == SourceFormat.Jpeg
                    ? Decoder(format).Decode<Rgb24>(Alone, Stream(encoded), cancellation)
                    : Decoder(format).Decode<Rgba32>(Alone, Stream(encoded), cancellation);
            var rgb = image is Image<Rgba32> rgba ? Opaque(rgba, alpha) : Pixels((Image<Rgb24>)image);
            var orientation = Orientation(image.Metadata.ExifProfile ?? image.Frames.RootFrame.Metadata.ExifProfile);
            return Upright.Turn(new RgbImage(header.Width, header.Height, rgb), orientation);
        });
    }

    /// <inheritdoc/>
    public RgbImage Decode(ReadOnlyMemory<byte> encoded, long maxPixels, CancellationToken cancellation = default) =>
        Decode(encoded, maxPixels, AlphaMode.White, cancellation);

    /// <inheritdoc/>
    public RgbImage DecodeFor(ReadOnlyMemory<byte> encoded, long maxPixels, InputSpec spec, CancellationToken cancellation = default) =>
        Decode(encoded, maxPixels, spec.Alpha, cancellation);

    /// <inheritdoc/>
    public long Measure(ReadOnlyMemory<byte> encoded, long maxPixels)
    {
        var format = SourceFormats.Require(encoded);
        // Read by ourselves, and never larger than its file.
        if (format == SourceFormat.Bmp)
            return encoded.Length;
        var header = Reading(format, () => Header(encoded, format, maxPixels));
        return (long)header.Width * header.Height;
    }

    /// <inheritdoc/>
    public byte[] EncodeJpeg(RgbImage image, CancellationToken cancellation) =>
        Encode(image, ImageFormat.Jpeg, new JpegEncoder { Quality = JpegQuality, ColorType = JpegColorType.YCbCrRatio444 }, cancellation);

    /// <inheritdoc/>
    public byte[] EncodeWebp(RgbImage image, CancellationToken cancellation) =>
        Encode(
            image,
            ImageFormat.Webp,
            new WebpEncoder
            {
                Quality = WebpQuality,
                FileFormat = WebpFileFormatType.Lossy,
                Method = WebpEncodingMethod.Level0,
            },
            cancellation
        );

    /// <inheritdoc/>
    /// <remarks>None: its fonts are another library.</remarks>
    public TextInk? Letters(string line, int size) => null;

    private static byte[] Encode(RgbImage image, ImageFormat format, IImageEncoder encoder, CancellationToken cancellation)
    {
        ImageLimits.CheckAnswer(image, format);
        using var pixels = Image.WrapMemory<Rgb24>(Alone, image.Pixels.AsMemory(), image.Width, image.Height);
        using var file = new MemoryStream();
        // Ends before it returns: nothing is waited for.
        encoder.EncodeAsync(pixels, file, cancellation).GetAwaiter().GetResult();
        return file.ToArray();
    }

    // The first frame or page alone: the others may be many.
    private static IImageDecoder Decoder(SourceFormat format) =>
        format switch
        {
            SourceFormat.Jpeg => new JpegDecoder(),
            SourceFormat.Png => new PngDecoder(),
            SourceFormat.Webp => new WebpDecoder(),
            SourceFormat.Gif => new GifDecoder { DecodingMode = FrameDecodingMode.First },
            SourceFormat.Tiff => new TiffDecoder { DecodingMode = FrameDecodingMode.First },
            _ => throw new ArgumentOutOfRangeException(nameof(format)),
        };

    // What it refuses with many words, and what it answers with black where the file is damaged.
    private static string? WhyNot(ReadOnlySpan<byte> file, SourceFormat format) =>
        format switch
        {
            SourceFormat.Webp when IsAnimated(file) => "an animated WebP",
            SourceFormat.Tiff when TiffTags.Of(file) is { } tags => tags.Tiled ? "a TIFF of tiles"
            : !Compressions.Contains(tags.Compression) ? $"a TIFF of compression {tags.Compression}"
            : !Colours.Contains(tags.Photometric) ? $"a TIFF of photometric interpretation {tags.Photometric}"
            : null,
            _ => null,
        };

    // The flag of the extended header (RFC 9649, section 2.7).
    private static bool IsAnimated(ReadOnlySpan<byte> file) =>
        file.Length > 20 && file.Slice(12, 4).SequenceEqual("VP8X"u8) && (file[20] & 2) != 0;

    private static IImageInfo Header(ReadOnlyMemory<byte> encoded, SourceFormat format, long maxPixels)
    {
        if (WhyNot(encoded.Span, format) is { } kind)
            throw ImageLimits.Unsupported($"The image is {kind}, which is not supported.");
        var header = ((IImageInfoDetector)Decoder(format)).Identify(Alone, Stream(encoded), CancellationToken.None)
            ?? throw ImageLimits.Corrupt(Name(format));
        ImageLimits.Check(header.Width, header.Height, maxPixels);
        return header;
    }

    private static T Reading<T>(SourceFormat format, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (NotSupportedException)
        {
            throw ImageLimits.Unsupported($"The image is a {Name(format)} of a kind that is not supported.");
        }
        // A damaged file gets it into any state.
        catch (Exception e) when (e is not (ExplainException or OperationCanceledException or OutOfMemoryException))
        {
            throw ImageLimits.Corrupt(Name(format));
        }
    }

    private static byte[] Pixels(Image<Rgb24> image)
    {
        var pixels = new byte[image.Width * image.Height * 3];
        image.CopyPixelDataTo(pixels);
        return pixels;
    }

    private static byte[] Opaque(Image<Rgba32> image, AlphaMode mode)
    {
        var pixels = new byte[image.Width * image.Height * 3];
        var under = mode == AlphaMode.White ? 255 : 0;
        image.ProcessPixelRows(rows =>
        {
            var at = 0;
            for (var y = 0; y < rows.Height; y++)
            {
                foreach (ref readonly var pixel in rows.GetRowSpan(y))
                {
                    var alpha = mode == AlphaMode.Drop ? 255 : pixel.A;
                    pixels[at++] = Over(pixel.R, alpha, under);
                    pixels[at++] = Over(pixel.G, alpha, under);
                    pixels[at++] = Over(pixel.B, alpha, under);
                }
            }
        });
        return pixels;
    }

    private static byte Over(int value, int alpha, int under) => (byte)((value * alpha + under * (255 - alpha) + 127) / 255);

    private static int Orientation(ExifProfile? exif) =>
        exif?.GetValue(ExifTag.Orientation)?.Value is { } value and >= 2 and <= 8 ? value : 1;

    private static string Name(SourceFormat format) => format.ToString().ToUpperInvariant();

    private static MemoryStream Stream(ReadOnlyMemory<byte> encoded) =>
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(encoded, out var array)
            ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
            : new MemoryStream(encoded.ToArray(), writable: false);
}
