namespace Explain.Engine.Images;

/// <summary>Pixels as a file holds them: 8 bits a sample, interleaved, row-major.</summary>
/// <param name="Width">Pixels in a row, positive.</param>
/// <param name="Height">Rows, positive.</param>
/// <param name="Channels">Samples a pixel: 1 for grey, 2 with alpha, 3 for RGB, 4 with alpha; 1 with a palette.</param>
/// <param name="Samples"><c>Width * Height * Channels</c> bytes.</param>
/// <param name="Palette">The colours that the samples number; null: they are colours themselves.</param>
public sealed record Raster(int Width, int Height, int Channels, byte[] Samples, Palette? Palette = null)
{
    /// <summary>An image, as it is.</summary>
    public static Raster Of(RgbImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return new(image.Width, image.Height, 3, image.Pixels);
    }

    /// <summary>The image in RGB; what is transparent lies over black.</summary>
    /// <exception cref="InvalidOperationException">It has neither a palette nor three channels.</exception>
    public RgbImage ToRgb()
    {
        if (Palette is null)
        {
            return Channels == 3
                ? new RgbImage(Width, Height, Samples)
                : throw new InvalidOperationException($"{Channels} channels are no RGB");
        }
        var pixels = new byte[checked(3 * Samples.Length)];
        var colors = Palette.OverBlack();
        for (var i = 0; i < Samples.Length; i++)
            colors.AsSpan(3 * Samples[i], 3).CopyTo(pixels.AsSpan(3 * i));
        return new RgbImage(Width, Height, pixels);
    }
}

/// <summary>Colours that are numbered.</summary>
/// <param name="Rgb">Three bytes each, 256 colours at most.</param>
/// <param name="Alpha">One byte for each, 255 for opaque; null when all are.</param>
public sealed record Palette(byte[] Rgb, byte[]? Alpha = null)
{
    /// <summary>The colours as they look before black, three bytes each.</summary>
    internal byte[] OverBlack() => Alpha is { } alpha ? [.. Rgb.Select((c, i) => (byte)((c * alpha[i / 3] + 127) / 255))] : Rgb;
}
