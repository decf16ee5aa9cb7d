using Explain.Engine.Images;
using NetVips;

namespace Explain.Engine.Tests.Images;

/// <summary>Images made in code, and ways to encode them that the product itself does not need.</summary>
internal static class TestImages
{
    public static readonly VipsImageCodec Codec = new();

    public static RgbImage Of(int width, int height, Func<int, int, (int R, int G, int B)> pixel)
    {
        var pixels = new byte[width * height * 3];
        for (var i = 0; i < width * height; i++)
        {
            var (r, g, b) = pixel(i % width, i / width);
            (pixels[3 * i], pixels[3 * i + 1], pixels[3 * i + 2]) = ((byte)r, (byte)g, (byte)b);
        }
        return new RgbImage(width, height, pixels);
    }

    public static RgbImage Plain(int width, int height, int r, int g, int b) => Of(width, height, (_, _) => (r, g, b));

    public static RgbImage Noise(int width, int height) => Of(width, height, (x, y) => (Mix(x, y, 0), Mix(x, y, 1), Mix(x, y, 2)));

    public static (int R, int G, int B) At(RgbImage image, int x, int y)
    {
        var i = 3 * (y * image.Width + x);
        return (image.Pixels[i], image.Pixels[i + 1], image.Pixels[i + 2]);
    }

    public static Image Vips(RgbImage image) =>
        Samples(image.Pixels, image.Width, image.Height, Enums.BandFormat.Uchar, Enums.Interpretation.Srgb);

    /// <summary>One colour of any number and kind of channels.</summary>
    public static Image Samples<T>(T[] values, int width, int height, Enums.BandFormat format, Enums.Interpretation interpretation)
        where T : unmanaged =>
        Image.NewFromMemory(values, width, height, values.Length / (width * height), format).Copy(interpretation: interpretation);

    public static T[] Repeat<T>(int count, params T[] pixel) => [.. Enumerable.Range(0, count).SelectMany(_ => pixel)];

    public static void AssertNear((int R, int G, int B) expected, (int R, int G, int B) actual, int tolerance) =>
        Assert.True(
            Math.Abs(expected.R - actual.R) <= tolerance
                && Math.Abs(expected.G - actual.G) <= tolerance
                && Math.Abs(expected.B - actual.B) <= tolerance,
            $"expected {expected} within {tolerance}, got {actual}"
        );

    private static int Mix(int x, int y, int c) => (x * 37 + y * y * 11 + c * 71 + x * y * 5) % 256;
}
