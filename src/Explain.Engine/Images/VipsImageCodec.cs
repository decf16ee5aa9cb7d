using NetVips;

namespace Explain.Engine.Images;

/// <summary>
/// The codec on libvips. Embedded RGB profiles are not applied (pixel values are taken as sRGB, as PIL and torchvision do);
/// CMYK goes through its embedded profile or libvips' own. Thread-safe.
/// </summary>
/// <remarks>
/// Creating the first one configures libvips for the whole process: only the accepted formats can be loaded, one worker thread an image
/// (requests run side by side instead), no operation cache, no log output.
/// </remarks>
public sealed class VipsImageCodec : IImageCodec
{
    private const int JpegQuality = 90;

    // As good as that; at the least effort, as more takes two to four times as long for a tenth of the bytes.
    private const int WebpQuality = 80;

    private static readonly string[] Loaders = ["Jpeg", "Png", "Webp", "Nsgif", "Tiff"];

    // Kept alive: native code calls it.
    private static readonly Log.LogDelegate Silent = (_, _, _) => { };

    static VipsImageCodec()
    {
        NetVips.NetVips.Concurrency = 1;
        Cache.Max = 0;
        Log.SetLogHandler("VIPS", Enums.LogLevelFlags.All, Silent);
        Operation.Block("VipsForeignLoad", true);
        foreach (var loader in Loaders)
            Operation.Block("VipsForeignLoad" + loader, false);
    }

    /// <inheritdoc/>
    public RgbImage Decode(ReadOnlyMemory<byte> encoded, long maxPixels, AlphaMode alpha, CancellationToken cancellation = default)
    {
        var format = SourceFormats.Require(encoded);
        if (format == SourceFormat.Bmp)
            return BmpReader.Read(encoded.Span, maxPixels, alpha);
        return Open(
            encoded,
            format,
            file =>
            {
                ImageLimits.Check(file.Width, file.Height, maxPixels);
                return ToRgb(file, alpha, cancellation);
            },
            null,
            cancellation
        );
    }

    /// <inheritdoc/>
    public RgbImage DecodeFor(ReadOnlyMemory<byte> encoded, long maxPixels, InputSpec spec, CancellationToken cancellation = default)
    {
        if (spec.Decode == Decoding.Exact || SourceFormats.Require(encoded) != SourceFormat.Jpeg)
            return Decode(encoded, maxPixels, spec.Alpha, cancellation);
        var (width, height) = Open(
            encoded,
            SourceFormat.Jpeg,
            file =>
            {
                ImageLimits.Check(file.Width, file.Height, maxPixels);
                return Orientation(file) >= 5 ? (file.Height, file.Width) : (file.Width, file.Height);
            },
            null,
            cancellation
        );
        var shrunk = Open(
            encoded,
            SourceFormat.Jpeg,
            file => ToRgb(file, spec.Alpha, cancellation),
            new VOption { { "shrink", InputPlacement.Of(spec, width, height).Shrink(width, height) } },
            cancellation
        );
        return shrunk with { WholeWidth = width, WholeHeight = height };
    }

    /// <inheritdoc/>
    public RgbImage Decode(ReadOnlyMemory<byte> encoded, long maxPixels, CancellationToken cancellation = default) =>
        Decode(encoded, maxPixels, AlphaMode.White, cancellation);

    /// <inheritdoc/>
    public long Measure(ReadOnlyMemory<byte> encoded, long maxPixels)
    {
        var format = SourceFormats.Require(encoded);
        // Read by ourselves, and never larger than its file.
        if (format == SourceFormat.Bmp)
            return encoded.Length;
        return Open(
            encoded,
            format,
            file =>
            {
                ImageLimits.Check(file.Width, file.Height, maxPixels);
                return (long)file.Width * file.Height;
            },
            null,
            CancellationToken.None
        );
    }

    /// <inheritdoc/>
    public byte[] EncodeJpeg(RgbImage image, CancellationToken cancellation) =>
        Encode(image, ImageFormat.Jpeg, rgb => rgb.JpegsaveBuffer(q: JpegQuality, keep: Enums.ForeignKeep.None), cancellation);

    /// <inheritdoc/>
    public byte[] EncodeWebp(RgbImage image, CancellationToken cancellation) =>
        Encode(image, ImageFormat.Webp, rgb => rgb.WebpsaveBuffer(q: WebpQuality, effort: 0, keep: Enums.ForeignKeep.None), cancellation);

    private static byte[] Encode(RgbImage image, ImageFormat format, Func<Image, byte[]> save, CancellationToken cancellation)
    {
        ImageLimits.CheckAnswer(image, format);
        using var raw = Image.NewFromMemory(image.Pixels, image.Width, image.Height, 3, Enums.BandFormat.Uchar);
        using var rgb = raw.Copy(interpretation: Enums.Interpretation.Srgb);
        using var stop = Stop(rgb, cancellation);
        try
        {
            return save(rgb);
        }
        catch (VipsException) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
    }

    /// <inheritdoc/>
    public TextInk? Letters(string line, int size) => VipsLetters.Of(line, size);

    // Whatever is made of the image ends with the lines that are being computed.
    private static CancellationTokenRegistration Stop(Image image, CancellationToken cancellation) =>
        cancellation.Register(() => image.SetKill(true));

    private static T Open<T>(
        ReadOnlyMemory<byte> encoded,
        SourceFormat format,
        Func<Image, T> read,
        VOption? options,
        CancellationToken cancellation
    )
    {
        try
        {
            // A tile that cannot be decoded is a warning there, and what it leaves are the pixels of another.
            var strict = format == SourceFormat.Tiff ? Enums.FailOn.Warning : Enums.FailOn.Error;
            using var file = Image.NewFromBuffer(encoded.Span, access: Enums.Access.Sequential, failOn: strict, kwargs: options);
            return read(file);
        }
        catch (VipsException) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
        catch (VipsException)
        {
            throw ImageLimits.Corrupt(format.ToString().ToUpperInvariant());
        }
    }

    private static RgbImage ToRgb(Image file, AlphaMode alpha, CancellationToken cancellation)
    {
        RefuseExoticChannels(file);
        using var stop = Stop(file, cancellation);
        using var color = file.Colourspace(Enums.Interpretation.Srgb);
        using var opaque = color.HasAlpha() ? Opaque(color, alpha) : color.Copy();
        using var bytes = opaque.Cast(Enums.BandFormat.Uchar);
        if (Orientation(file) == 1)
            return new RgbImage(bytes.Width, bytes.Height, bytes.WriteToMemory<byte>());

        // Turning reads columns; the file can only be read row by row.
        using var memory = bytes.CopyMemory();
        using var upright = memory.Autorot();
        return new RgbImage(upright.Width, upright.Height, upright.WriteToMemory<byte>(), OrientationApplied: true);
    }

    private static Image Opaque(Image color, AlphaMode alpha) =>
        alpha switch
        {
            AlphaMode.White => color.Flatten(background: [255, 255, 255]),
            AlphaMode.Black => color.Flatten(background: [0, 0, 0]),
            _ => color.ExtractBand(0, n: color.Bands - 1),
        };

    private static int Orientation(Image file) =>
        file.Contains("orientation") && file.Get("orientation") is int value and >= 2 and <= 8 ? value : 1;

    private static void RefuseExoticChannels(Image file)
    {
        if (file.Bands > 5 || file.Interpretation is Enums.Interpretation.Multiband)
            throw ImageLimits.Unsupported($"The image has {file.Bands} channels that are no colours.");
    }
}
