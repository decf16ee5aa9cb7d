using System.Numerics.Tensors;
using Explain.Kernels;

namespace Explain.Engine.Methods;

/// <summary>From a method's values to the map that is answered and the heat map that is shown.</summary>
internal static class MapFinish
{
    /// <summary>A map and whether some of its values had to be replaced.</summary>
    /// <param name="Map">The raw map; finite.</param>
    /// <param name="Finite">False when the formula gave values that are no numbers; those are 0 in the map.</param>
    internal readonly record struct Result(SaliencyMap Map, bool Finite);

    /// <summary>The map of a method's values, with the sign asked for.</summary>
    /// <param name="method">The method.</param>
    /// <param name="attribution">Its values; not changed.</param>
    /// <param name="sign">Null: as the method's paper does.</param>
    public static Result Map(Method method, Attribution attribution, Sign? sign)
    {
        var map = new float[attribution.Height * attribution.Width];
        if (method.Reduce is { } reduce) reduce(attribution.Values, map);
        else attribution.Values.CopyTo(map, 0);
        var finite = MakeFinite(map);
        var positive = map.Count(v => v > 0) / (float)map.Length;
        Show(method, map, sign);
        return new Result(new SaliencyMap(attribution.Height, attribution.Width, map, positive), finite);
    }

    /// <summary>The values of a method in pixel space, with the sign asked for; finite.</summary>
    public static float[] Pixels(Method method, Attribution attribution, Sign? sign)
    {
        var values = (float[])attribution.Values.Clone();
        MakeFinite(values);
        Show(method, values, sign);
        return values;
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

    private static bool MakeFinite(float[] values)
    {
        if (TensorPrimitives.IsFiniteAll<float>(values)) return true;
        for (var i = 0; i < values.Length; i++)
            if (!float.IsFinite(values[i])) values[i] = 0;
        return false;
    }

    private static void Show(Method method, float[] values, Sign? sign)
    {
        switch (sign)
        {
            case Sign.Negative:
                TensorPrimitives.Negate(values, values);
                ChannelSum.Relu(values);
                break;
            case Sign.Positive:
            case null when method.Rectified:
                ChannelSum.Relu(values);
                break;
        }
    }
}
