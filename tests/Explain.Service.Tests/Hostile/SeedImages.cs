using System.Buffers.Binary;
using Explain.Engine.Images;
using NetVips;

namespace Explain.Service.Tests.Hostile;

/// <summary>Small images of every format that is read, in the ways in which files of it are written.</summary>
internal static class SeedImages
{
    private const int Width = 40;
    private const int Height = 30;

    public static IReadOnlyList<byte[]> All { get; } = Make();

    private static byte[][] Make()
    {
        // Whoever makes the first codec sets libvips up.
        var codec = new VipsImageCodec();
        var pixels = new byte[Width * Height * 3];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)(i * 7 / 3 + i % Width * 2);
        using var raw = Image.NewFromMemory(pixels, Width, Height, 3, Enums.BandFormat.Uchar);
        using var rgb = raw.Copy(interpretation: Enums.Interpretation.Srgb);
        using var grey = rgb.Colourspace(Enums.Interpretation.Bw);
        using var deep = rgb.Colourspace(Enums.Interpretation.Rgb16);
        using var ink = rgb.Colourspace(Enums.Interpretation.Cmyk);
        using var clear = rgb.Bandjoin(120);
        return
        [
            codec.Encode(new RgbImage(Width, Height, pixels), ImageFormat.Png),
            codec.Encode(new RgbImage(Width, Height, pixels), ImageFormat.Jpeg),
            codec.Encode(new RgbImage(Width, Height, pixels), ImageFormat.Webp),
            rgb.PngsaveBuffer(interlace: true),
            rgb.PngsaveBuffer(palette: true),
            deep.PngsaveBuffer(),
            clear.PngsaveBuffer(),
            grey.PngsaveBuffer(),
            rgb.JpegsaveBuffer(interlace: true),
            ink.JpegsaveBuffer(),
            grey.JpegsaveBuffer(),
            rgb.WebpsaveBuffer(lossless: true),
            clear.WebpsaveBuffer(),
            rgb.GifsaveBuffer(),
            rgb.TiffsaveBuffer(),
            rgb.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Lzw),
            deep.TiffsaveBuffer(tile: true),
            rgb.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Jpeg),
            Bmp(24, pixels),
            Bmp(32, pixels),
            Bmp(16, pixels),
            Bmp(8, pixels),
            // Longer than some formats of answers allow.
            codec.Encode(new RgbImage(20_000, 2, new byte[120_000]), ImageFormat.Png),
        ];
    }

    private static byte[] Bmp(int bits, byte[] pixels)
    {
        var (palette, stride) = (bits == 8 ? 1024 : 0, (Width * bits + 31) / 32 * 4);
        var file = new byte[54 + palette + stride * Height];
        "BM"u8.CopyTo(file);
        foreach (
            var (at, value) in new[]
            {
                (2, file.Length),
                (10, 54 + palette),
                (14, 40),
                (18, Width),
                (22, Height),
                (26, 1 | (bits << 16)),
                (34, stride * Height),
            }
        )
        {
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at), value);
        }

        for (var i = 54; i < file.Length; i++)
            file[i] = pixels[i % pixels.Length];
        return file;
    }
}
