using Explain.Engine.Images;
using Explain.Engine.Vocabulary;
using Explain.Kernels.Images;

namespace Explain.Demo.Evaluation;

/// <summary>Finds where on the image a map points.</summary>
public static class MapPeak
{
    /// <summary>
    /// The pixel of the original image with the largest value of the map, bilinearly enlarged; the first in reading order among equals.
    /// Null when the map points nowhere: it has no positive value, or only one value.
    /// </summary>
    /// <param name="map">Raw map over the whole input.</param>
    /// <param name="geometry">Where the input lies on the image.</param>
    public static (int X, int Y)? Find(SaliencyMap map, Geometry geometry)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(geometry);
        if (!(map.Max > 0) || map.Max == map.Min)
            return null;
        var seen = geometry.Region;
        var enlarged = new float[seen.Height * seen.Width];
        Upsample.Bilinear(
            map.Values,
            map.Height,
            map.Width,
            geometry.MapWindow(seen, map.Width, map.Height),
            enlarged,
            seen.Height,
            seen.Width
        );
        var (y, x) = Math.DivRem(enlarged.IndexOf(enlarged.Max()), seen.Width);
        return (seen.X + x, seen.Y + y);
    }
}
