using Explain.Engine.Images;
using Explain.Engine.Segmentation;
using Explain.Engine.Vocabulary;
using Explain.Evaluation.Annotations;

namespace Explain.Evaluation.Localization;

/// <summary>How one map stands to the objects of its class.</summary>
/// <param name="Overlap">Of the box around the largest region above the method's own share of the maximum (CAM 20 %, Grad-CAM 15 %, as
/// their papers have it) with the object's box that it fits best; 0..1.</param>
/// <param name="Curve">The same at every threshold, by the rules of <c>wsolevaluation</c>.</param>
/// <param name="Points">Whether the map's maximum is in an object.</param>
/// <param name="PointsNear">Whether it is not farther from one than <see cref="PointingGame.Tolerance"/>.</param>
/// <param name="Energy">The share of the map's positive part that is in objects, 0..1; not a number for a map without one.</param>
/// <param name="Pixels">Heat by steps, inside and outside the objects; null where their pixels are not known.</param>
public sealed record MapPlaces(double Overlap, BoxCurve Curve, bool Points, bool PointsNear, double Energy, PixelScores? Pixels)
{
    /// <summary>Measures a map.</summary>
    /// <param name="map">Raw map over the whole input.</param>
    /// <param name="geometry">What the model saw of the picture.</param>
    /// <param name="truth">The objects of the class that the map explains.</param>
    /// <param name="threshold">The method's own share of the maximum, 0..1.</param>
    public static MapPlaces Of(SaliencyMap map, Geometry geometry, Truth truth, float threshold)
    {
        ArgumentNullException.ThrowIfNull(truth);
        var heat = HeatGrid.OfPapers(map, geometry);
        var scaled = HeatGrid.OfBenchmark(map, geometry);
        return new MapPlaces(
            BoxOverlap.Best(BoxOf(heat, truth, threshold) is { } box ? [box] : [], truth.Boxes),
            BoxCurve.Of(scaled, truth),
            PointingGame.Hits(heat, truth),
            PointingGame.Hits(heat, truth, PointingGame.Tolerance),
            Localization.Energy.Share(heat, truth.Inside),
            truth.HasPixels ? PixelScores.Of(scaled, truth.Inside) : null
        );
    }

    /// <summary>The box around the largest region of what reaches a share of the maximum; null for a map without heat.</summary>
    /// <param name="heat">Row-major, as of <see cref="HeatGrid.OfPapers"/>.</param>
    /// <param name="truth">Has the extents of the grid.</param>
    /// <param name="threshold">The share, 0..1.</param>
    public static PixelBox? BoxOf(ReadOnlySpan<float> heat, Truth truth, float threshold)
    {
        ArgumentNullException.ThrowIfNull(truth);
        var rule = new RegionRule(RegionThreshold.Share(threshold)) { Largest = true };
        return RegionFinder.Find(heat, truth.Height, truth.Width, rule) is [var region]
            ? new PixelBox(region.X, region.Y, region.X + region.Width, region.Y + region.Height)
            : null;
    }
}
