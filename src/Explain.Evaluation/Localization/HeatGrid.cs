using System.Numerics.Tensors;
using Explain.Engine.Images;
using Explain.Engine.Vocabulary;
using Explain.Kernels.Images;

namespace Explain.Evaluation.Localization;

/// <summary>A map on the grid on which it is measured: the model's input, 0 where bars are and not the picture.</summary>
public static class HeatGrid
{
    /// <summary>
    /// As the papers of CAM and Grad-CAM have it: the positive part, bilinearly enlarged, over the map's maximum: 0..1, all 0 for a map
    /// without a positive value.
    /// </summary>
    /// <param name="map">Raw map over the whole input.</param>
    /// <param name="geometry">What the model saw of the picture.</param>
    /// <returns>Row-major [input's height, input's width].</returns>
    public static float[] OfPapers(SaliencyMap map, Geometry geometry)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(geometry);
        var (positive, heat) = (new float[map.Values.Length], new float[geometry.InputHeight * geometry.InputWidth]);
        TensorPrimitives.Max(map.Values, 0f, positive);
        var peak = TensorPrimitives.Max<float>(positive);
        if (!(peak > 0))
            return heat;
        TensorPrimitives.Divide(positive, peak, positive);
        Upsample.Bilinear(positive, map.Height, map.Width, heat, geometry.InputHeight, geometry.InputWidth);
        return WithoutBars(heat, geometry);
    }

    /// <summary>
    /// As <c>wsolevaluation</c> has it: all values, enlarged by cubic convolution, then scaled to 0..1 (Choe et al. 2020); all 0 for a
    /// constant map.
    /// </summary>
    /// <param name="map">Raw map over the whole input.</param>
    /// <param name="geometry">What the model saw of the picture.</param>
    /// <returns>Row-major [input's height, input's width].</returns>
    public static float[] OfBenchmark(SaliencyMap map, Geometry geometry)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(geometry);
        var heat = new float[geometry.InputHeight * geometry.InputWidth];
        Upsample.Bicubic(map.Values, map.Height, map.Width, heat, geometry.InputHeight, geometry.InputWidth);
        Normalize.MinMax(heat, heat, 0);
        return WithoutBars(heat, geometry);
    }

    private static float[] WithoutBars(float[] heat, Geometry geometry)
    {
        var content = geometry.Content;
        for (var i = 0; i < heat.Length; i++)
        {
            var (y, x) = (i / geometry.InputWidth + 0.5, i % geometry.InputWidth + 0.5);
            if (y < content.Y || y >= content.Y + content.Height || x < content.X || x >= content.X + content.Width)
                heat[i] = 0;
        }
        return heat;
    }
}
