using Explain.Kernels.Sampling;

namespace Explain.Demo.Scenes;

/// <summary>An image in the making.</summary>
internal sealed class SceneCanvas(int width, int height)
{
    private readonly Rgb[] _pixels = new Rgb[width * height];
    private readonly double _side = Math.Min(width, height);

    public void Cover((Rgb Low, Rgb High) colours, Texture texture)
    {
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                _pixels[y * width + x] = Rgb.Mix(colours.Low, colours.High, texture((x + 0.5) / _side, (y + 0.5) / _side));
            }
        }
    }

    /// <summary>Paints an object and returns its mask.</summary>
    public bool[] Paint(Placement placement, Fill fill)
    {
        var mask = new bool[_pixels.Length];
        if (fill.Shadow > 0)
            PaintShadow(placement, fill.Shadow);
        ForEachPixel(placement, placement.Radius + 1, (x, y, i) =>
        {
            var distance = Distance(placement, x, y);
            var coverage = Math.Clamp(0.5 - distance, 0, 1);
            if (coverage == 0)
                return;
            var colour = Rgb.Mix(fill.Main, fill.Accent, fill.Texture(x / _side, y / _side));
            var rim = Math.Clamp(distance + fill.Rim * placement.Radius + 0.5, 0, 1);
            if (fill.Rim > 0)
                colour = Rgb.Mix(colour, fill.Main.Scale(0.45), rim);
            _pixels[i] = Rgb.Mix(_pixels[i], colour, coverage);
            mask[i] = coverage >= 0.5;
        });
        return mask;
    }

    /// <summary>The image in bytes, with uniform grain of the given amplitude (0 to 1) on it.</summary>
    public byte[] ToBytes(SplitMix64 random, double grain)
    {
        var bytes = new byte[_pixels.Length * 3];
        for (var i = 0; i < _pixels.Length; i++)
        {
            var noise = random.Uniform(-grain, grain);
            bytes[3 * i] = Quantise(_pixels[i].R + noise);
            bytes[3 * i + 1] = Quantise(_pixels[i].G + noise);
            bytes[3 * i + 2] = Quantise(_pixels[i].B + noise);
        }
        return bytes;
    }

    private void PaintShadow(Placement placement, double darkness)
    {
        var (offset, blur) = (placement.Radius * 0.08, placement.Radius * 0.18);
        var shadow = placement with { X = placement.X + offset, Y = placement.Y + offset };
        ForEachPixel(shadow, placement.Radius + blur, (x, y, i) =>
        {
            var depth = Math.Clamp(0.5 - Distance(shadow, x, y) / (2 * blur), 0, 1);
            _pixels[i] = _pixels[i].Scale(1 - darkness * depth * depth);
        });
    }

    /// <summary>Pixels from the centre of a pixel to the object's edge, negative inside.</summary>
    private static double Distance(Placement placement, double x, double y)
    {
        var (dx, dy) = ((x - placement.X) / placement.Radius, (y - placement.Y) / placement.Radius);
        var (u, v) = (dx * placement.Tilt.X + dy * placement.Tilt.Y, dy * placement.Tilt.X - dx * placement.Tilt.Y);
        return SceneKinds.Table[placement.Kind].Shape.SignedDistance(placement.Mirrored ? -u : u, v) * placement.Radius;
    }

    private void ForEachPixel(Placement placement, double reach, Action<double, double, int> paint)
    {
        var (left, right) = (Math.Max(0, (int)(placement.X - reach)), Math.Min(width - 1, (int)(placement.X + reach)));
        var (top, bottom) = (Math.Max(0, (int)(placement.Y - reach)), Math.Min(height - 1, (int)(placement.Y + reach)));
        for (var y = top; y <= bottom; y++)
        {
            for (var x = left; x <= right; x++)
                paint(x + 0.5, y + 0.5, y * width + x);
        }
    }

    private static byte Quantise(double value) => (byte)(Math.Clamp(value, 0, 1) * 255 + 0.5);
}
