using System.Numerics.Tensors;
using Explain.Engine.Vocabulary;
using Explain.Kernels.Images;

namespace Explain.Engine.Methods.Probing;

/// <summary>Makes one map of those of several layers.</summary>
/// <param name="maps">The layers' maps, from the request's first layer to its last.</param>
/// <param name="height">Rows of the input.</param>
/// <param name="width">Columns of the input.</param>
/// <param name="compat">The convention.</param>
internal delegate (int Height, int Width, float[] Values) LayerFusion(
    IReadOnlyList<SaliencyMap> maps,
    int height,
    int width,
    Compat compat
);

/// <summary>The ways to fuse layers.</summary>
internal static class Fusion
{
    // torch-cam, for LayerCAM: values near the maximum of a layer all count as much.
    private const float LayerCamGain = 2;

    /// <summary>
    /// The mean of the layers' heat maps at the input's size (pytorch-grad-cam); torch-cam takes the largest of the scaled maps, at the
    /// size of the largest one.
    /// </summary>
    public static (int, int, float[]) Mean(IReadOnlyList<SaliencyMap> maps, int height, int width, Compat compat)
    {
        if (compat == Compat.TorchCam)
            return Combined(maps, v => v, TensorPrimitives.Max);
        var mean = new float[height * width];
        foreach (var map in maps)
            TensorPrimitives.Add(mean, MapFinish.Heatmap(map, height, width, compat), mean);
        TensorPrimitives.Divide(mean, maps.Count, mean);
        return (height, width, mean);
    }

    /// <summary>As <see cref="Mean"/>, but torch-cam compresses each map first: tanh(2 M) (Jiang et al. 2021, section III-C).</summary>
    public static (int, int, float[]) LayerCam(IReadOnlyList<SaliencyMap> maps, int height, int width, Compat compat) =>
        compat == Compat.TorchCam
            ? Combined(maps, v => MathF.Tanh(LayerCamGain * v), TensorPrimitives.Max)
            : Mean(maps, height, width, compat);

    /// <summary>The product of the layers' heat maps: where all layers agree; torch-cam's is at the size of the largest map.</summary>
    public static (int, int, float[]) Product(IReadOnlyList<SaliencyMap> maps, int height, int width, Compat compat)
    {
        if (compat == Compat.TorchCam)
            return Combined(maps, v => v, TensorPrimitives.Multiply);
        var product = MapFinish.Heatmap(maps[0], height, width, compat);
        foreach (var map in maps.Skip(1))
            TensorPrimitives.Multiply(product, MapFinish.Heatmap(map, height, width, compat), product);
        return (height, width, product);
    }

    private delegate void Combine(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> destination);

    private static (int, int, float[]) Combined(IReadOnlyList<SaliencyMap> maps, Func<float, float> compress, Combine combine)
    {
        var (height, width) = (maps.Max(m => m.Height), maps.Max(m => m.Width));
        float[]? all = null;
        foreach (var map in maps)
        {
            var small = (float[])map.Values.Clone();
            Normalize.MinMax(small, small, MapConvention.Of(Compat.TorchCam).Epsilon);
            var large = new float[height * width];
            Upsample.Bilinear(Array.ConvertAll(small, v => compress(v)), map.Height, map.Width, large, height, width);
            if (all is null)
                all = large;
            else
                combine(all, large, all);
        }
        return (height, width, all!);
    }
}
