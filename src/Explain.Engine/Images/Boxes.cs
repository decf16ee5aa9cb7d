using Explain.Engine.Segmentation;
using Explain.Engine.Vocabulary;
using Explain.Kernels.Segmentation;

namespace Explain.Engine.Images;

/// <summary>A region of a map, and its box on the original image.</summary>
/// <param name="Region">In pixels of the model's input.</param>
/// <param name="Edges">Of its box, in pixels of the model's input (<see cref="RegionRule.Box"/>).</param>
/// <param name="Box">In original pixels.</param>
public sealed record FoundRegion(Region Region, (int Left, int Top, int Right, int Bottom) Edges, Box Box);

/// <summary>Finds where a map points, on the original image.</summary>
public static class Boxes
{
    /// <summary>
    /// The regions of a map, enlarged to the input's size, with their boxes, cut to the seen part; a region that lies on letterbox bars
    /// alone is left out, before the largest is chosen.
    /// </summary>
    /// <param name="map">Raw map over the whole input.</param>
    /// <param name="geometry">Where the input lies on the image.</param>
    /// <param name="rule">What a region is.</param>
    /// <returns>Largest score first; empty for a map without a positive value, if the rule does not say otherwise.</returns>
    public static IReadOnlyList<FoundRegion> Find(SaliencyMap map, Geometry geometry, RegionRule rule)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(geometry);
        ArgumentNullException.ThrowIfNull(rule);
        var (height, width) = (geometry.InputHeight, geometry.InputWidth);
        var enlarged = RegionFinder.Enlarge(map, height, width, rule.Convention);
        var (regions, mass) = RegionFinder.All(enlarged, height, width, rule, map.Max);
        var grid = InputGrid.Of(geometry);
        return [.. rule.Choose([.. regions.Where(IsSeen)]).Select(Found)];

        bool IsSeen(Region region)
        {
            var part = geometry.FromInput(new Rect(region.X, region.Y, region.Width, region.Height));
            return part.Width > 0 && part.Height > 0;
        }

        FoundRegion Found(Region region)
        {
            var edges = rule.Box(region, height, width);
            var box = grid.Rect(edges);
            return new FoundRegion(region, edges, new Box(box.X, box.Y, box.Width, box.Height, (float)(region.Mass / mass)));
        }
    }
}
