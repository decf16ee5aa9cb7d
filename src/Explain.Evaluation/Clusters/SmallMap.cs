using System.Numerics.Tensors;
using Explain.Engine.Images;
using Explain.Engine.Vocabulary;

namespace Explain.Evaluation.Clusters;

/// <summary>A map on a small grid that all pictures share: the share of its positive part that lies in each cell.</summary>
public static class SmallMap
{
    /// <summary>Rows and columns.</summary>
    public const int Side = 16;

    /// <summary>Cells.</summary>
    public const int Cells = Side * Side;

    /// <summary>A map over the part of the picture that the model saw.</summary>
    /// <param name="map">Raw map over the whole input.</param>
    /// <param name="geometry">What the model saw of the picture.</param>
    /// <returns>Row-major [<see cref="Side"/>, <see cref="Side"/>], with a sum of 1; all 0 for a map without a positive value.</returns>
    public static float[] Of(SaliencyMap map, Geometry geometry)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(geometry);
        var (x, y) = (map.Width / (double)geometry.InputWidth, map.Height / (double)geometry.InputHeight);
        var content = geometry.Content;
        return Of(map.Values, map.Height, map.Width, new Rect(content.X * x, content.Y * y, content.Width * x, content.Height * y));
    }

    /// <summary>A map over a part of the picture, as two models share that see different parts.</summary>
    /// <param name="map">Raw map over the whole input.</param>
    /// <param name="geometry">What the model saw of the picture.</param>
    /// <param name="part">The part, in original pixels; what the model did not see of it is without heat.</param>
    /// <returns>As of the other.</returns>
    public static float[] Of(SaliencyMap map, Geometry geometry, PixelRect part)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(geometry);
        var window = geometry.MapWindow(part, map.Width, map.Height);
        return Of(map.Values, map.Height, map.Width, new Rect(window.X, window.Y, window.Width, window.Height));
    }

    /// <summary>A part of a map.</summary>
    /// <param name="values">Row-major [height, width].</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="part">Which part, in cells of the map.</param>
    /// <returns>As of the others.</returns>
    public static float[] Of(ReadOnlySpan<float> values, int height, int width, Rect part)
    {
        var shares = new float[Cells];
        for (var row = 0; row < Side; row++)
        {
            for (var column = 0; column < Side; column++)
            {
                var (top, left) = (part.Y + row * part.Height / Side, part.X + column * part.Width / Side);
                shares[row * Side + column] = (float)Sum(values, height, width, new Rect(left, top, part.Width / Side, part.Height / Side));
            }
        }
        var all = TensorPrimitives.Sum<float>(shares);
        if (all > 0)
            TensorPrimitives.Divide(shares, all, shares);
        return shares;
    }

    // Every cell counts by the area of it that is in the rectangle.
    private static double Sum(ReadOnlySpan<float> values, int height, int width, Rect part)
    {
        var sum = 0.0;
        for (var y = Math.Max((int)part.Y, 0); y < Math.Min(part.Y + part.Height, height); y++)
        {
            var down = Math.Min(y + 1, part.Y + part.Height) - Math.Max(y, part.Y);
            for (var x = Math.Max((int)part.X, 0); x < Math.Min(part.X + part.Width, width); x++)
                sum += down * (Math.Min(x + 1, part.X + part.Width) - Math.Max(x, part.X)) * Math.Max(values[y * width + x], 0);
        }
        return sum;
    }
}
