using System.Buffers;
using System.Numerics.Tensors;
using Explain.Engine.Vocabulary;
using Explain.Kernels.Images;
using Explain.Kernels.Segmentation;

namespace Explain.Engine.Images;

/// <summary>Finds where a map points, as boxes on the original image.</summary>
public static class Boxes
{
    /// <summary>
    /// The connected regions where the map's positive part, bilinearly enlarged to the input's size, is at least
    /// <paramref name="thresholdShare"/> of the map's maximum. Cut to the seen part; a region that lies on letterbox bars alone is left
    /// out. Largest score first; empty for a map without a positive value.
    /// </summary>
    /// <param name="map">Raw map over the whole input.</param>
    /// <param name="geometry">Where the input lies on the image.</param>
    /// <param name="thresholdShare">0..1.</param>
    public static IReadOnlyList<Box> Find(SaliencyMap map, Geometry geometry, float thresholdShare)
    {
        var positive = new float[map.Values.Length];
        TensorPrimitives.Max(map.Values, 0f, positive);
        var peak = TensorPrimitives.Max<float>(positive);
        if (!(peak > 0))
            return [];

        var (height, width) = (geometry.InputHeight, geometry.InputWidth);
        var rented = ArrayPool<float>.Shared.Rent(height * width);
        var enlarged = rented.AsSpan(0, height * width);
        Upsample.Bilinear(positive, map.Height, map.Width, enlarged, height, width);
        var mass = Mass(enlarged, width);

        // The kernel keeps what is strictly greater; the mask keeps what is equal too.
        var regions = Regions.Find(enlarged, height, width, MathF.BitDecrement(thresholdShare * peak));
        ArrayPool<float>.Shared.Return(rented);
        return
        [
            .. from region in regions
            let part = geometry.FromInput(new Rect(region.X, region.Y, region.Width, region.Height))
            where part.Width > 0 && part.Height > 0
            let box = geometry.Pixels(part)
            select new Box(box.X, box.Y, box.Width, box.Height, (float)(region.Mass / mass)),
        ];
    }

    private static double Mass(ReadOnlySpan<float> map, int width)
    {
        var (mass, row) = (0.0, new double[width]);
        for (; !map.IsEmpty; map = map[width..])
        {
            TensorPrimitives.ConvertTruncating(map[..width], row.AsSpan());
            mass += TensorPrimitives.Sum<double>(row);
        }
        return mass;
    }
}
