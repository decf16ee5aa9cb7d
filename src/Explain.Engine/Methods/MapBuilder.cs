using System.Buffers;
using System.Numerics.Tensors;
using Explain.Engine.Models;
using Explain.Kernels;

namespace Explain.Engine.Methods;

/// <summary>Feature maps and gradients to the raw map.</summary>
internal static class MapBuilder
{
    /// <summary>A map and whether some of its values had to be replaced.</summary>
    /// <param name="Map">The raw map; finite.</param>
    /// <param name="Finite">False when the formula gave values that are no numbers; those are 0 in the map.</param>
    internal readonly record struct Result(SaliencyMap Map, bool Finite);

    /// <summary>The map of one row of a batch.</summary>
    /// <param name="method">The method.</param>
    /// <param name="activations">[N, C, h, w].</param>
    /// <param name="gradients">Shaped like the activations; null for methods that need none.</param>
    /// <param name="headWeights">[C]; empty for methods that need none.</param>
    /// <param name="row">Which entry of the batch.</param>
    /// <param name="sign">Null: as the method's paper does.</param>
    public static Result Build(Method method, RunTensor activations, RunTensor? gradients, ReadOnlySpan<float> headWeights, int row, Sign? sign)
    {
        var (channels, height, width) = ((int)activations.Shape[1], (int)activations.Shape[2], (int)activations.Shape[3]);
        var area = height * width;
        var map = new float[area];
        var weights = new float[method.Weight is null ? 0 : channels];
        var scratch = ArrayPool<float>.Shared.Rent(2 * area);
        var a = activations.Row(row);
        var g = gradients is null ? [] : gradients.Row(row);
        for (var c = 0; c < channels; c++)
        {
            var channel = new Channel
            {
                Activation = a.Slice(c * area, area),
                Gradient = g.IsEmpty ? [] : g.Slice(c * area, area),
                HeadWeight = headWeights.IsEmpty ? 0 : headWeights[c],
                Scratch = scratch.AsSpan(0, area),
                Scratch2 = scratch.AsSpan(area, area),
            };
            if (method.Weight is not null) weights[c] = method.Weight(channel);
            method.Add?.Invoke(channel, map);
        }
        ArrayPool<float>.Shared.Return(scratch);
        if (method.Weight is not null) ChannelSum.Weighted(a, weights, map);
        var finite = Normalize.RangeOf(map).IsFinite;
        if (!finite) Array.ForEach(Enumerable.Range(0, area).Where(i => !float.IsFinite(map[i])).ToArray(), i => map[i] = 0);
        var positive = map.Count(v => v > 0) / (float)area;
        switch (sign)
        {
            case Sign.Negative:
                TensorPrimitives.Negate(map, map);
                ChannelSum.Relu(map);
                break;
            case Sign.Positive:
            case null when method.Rectified:
                ChannelSum.Relu(map);
                break;
        }
        return new Result(new SaliencyMap(height, width, map, positive), finite);
    }

    /// <summary>The map as it is shown: ReLU, min-max, bilinear to the input's size, min-max again; all zeros for a constant map.</summary>
    public static float[] Heatmap(SaliencyMap map, int height, int width)
    {
        var small = (float[])map.Values.Clone();
        ChannelSum.Relu(small);
        Normalize.MinMax(small, small);
        var heat = new float[height * width];
        Upsample.Bilinear(small, map.Height, map.Width, heat, height, width);
        Normalize.MinMax(heat, heat);
        return heat;
    }
}
