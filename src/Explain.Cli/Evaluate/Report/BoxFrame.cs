using Explain.Engine.Images;
using Explain.Evaluation.Annotations;

namespace Explain.Cli.Evaluate.Report;

/// <summary>Draws boxes so that they are seen on any picture, whoever looks: bright between dark lines.</summary>
internal static class BoxFrame
{
    private const int Thickness = 4;
    private const int Dash = 7;

    /// <summary>A true box: a white line.</summary>
    public static void DrawTrue(RgbImage image, PixelBox box) => Draw(image, box, [255, 255, 255], _ => true);

    /// <summary>A found box: yellow dashes.</summary>
    public static void DrawFound(RgbImage image, PixelBox box) => Draw(image, box, [255, 220, 0], along => along / Dash % 2 == 0);

    private static void Draw(RgbImage image, PixelBox box, ReadOnlySpan<byte> color, Func<int, bool> drawn)
    {
        var (left, top) = (Within(box.Left, image.Width), Within(box.Top, image.Height));
        var (right, bottom) = (Within(box.Right, image.Width), Within(box.Bottom, image.Height));
        for (var y = top; y < bottom; y++)
        {
            for (var x = left; x < right; x++)
            {
                var depth = Math.Min(Math.Min(x - left, right - 1 - x), Math.Min(y - top, bottom - 1 - y));
                if (depth >= Thickness || !drawn(x + y))
                    continue;
                var pixel = image.Pixels.AsSpan(3 * (y * image.Width + x), 3);
                if (depth is 0 or Thickness - 1)
                    pixel.Clear();
                else
                    color.CopyTo(pixel);
            }
        }
    }

    private static int Within(double edge, int side) => (int)Math.Round(Math.Clamp(edge, 0, side));
}
