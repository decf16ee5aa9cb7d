using System.Numerics.Tensors;
using Explain.Engine.Vocabulary;
using Explain.Kernels.Images;

namespace Explain.Engine.Methods.Probing;

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
    /// <param name="sign">Null: as the method's paper, or the convention, does.</param>
    /// <param name="compat">The convention.</param>
    public static Result Map(Method method, Attribution attribution, Sign? sign, Compat compat = Compat.None)
    {
        var map = new float[attribution.Height * attribution.Width];
        if (method.Reduce is { } reduce)
            reduce(attribution.Values, map);
        else
            attribution.Values.CopyTo(map, 0);
        var finite = MakeFinite(map);
        var positive = map.Count(v => v > 0) / (float)map.Length;
        Show(method, map, sign, compat);
        return new Result(new SaliencyMap(attribution.Height, attribution.Width, map, positive), finite);
    }

    /// <summary>The values of a method in pixel space, with the sign asked for; finite.</summary>
    public static float[] Pixels(Method method, Attribution attribution, Sign? sign)
    {
        var values = (float[])attribution.Values.Clone();
        MakeFinite(values);
        Show(method, values, sign, Compat.None);
        return values;
    }

    /// <summary>
    /// The map as it is shown: scaled to 0..1, enlarged to the input's size, 0 everywhere for a constant map. Our own way is ReLU, min-max,
    /// bilinear, min-max again; see
    /// <see cref="MapConvention"/> for those of other libraries.
    /// </summary>
    public static float[] Heatmap(SaliencyMap map, int height, int width, Compat compat = Compat.None)
    {
        var convention = MapConvention.Of(compat);
        var small = (float[])map.Values.Clone();
        if (convention.ReluFirst)
            ChannelSum.Relu(small);
        Normalize.MinMax(small, small, convention.Epsilon);
        var heat = Enlarged(map with { Values = small }, height, width, compat);
        if (convention.ScaleAgain)
            Normalize.MinMax(heat, heat, convention.Epsilon);
        return heat;
    }

    /// <summary>The raw map, enlarged to the input's size.</summary>
    public static float[] Enlarged(SaliencyMap map, int height, int width, Compat compat)
    {
        var large = new float[height * width];
        if (MapConvention.Of(compat).Nearest)
            Upsample.Nearest(map.Values, map.Height, map.Width, large, height, width);
        else
            Upsample.Bilinear(map.Values, map.Height, map.Width, large, height, width);
        return large;
    }

    private static bool MakeFinite(float[] values)
    {
        if (TensorPrimitives.IsFiniteAll<float>(values))
            return true;
        for (var i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
                values[i] = 0;
        }

        return false;
    }

    private static void Show(Method method, float[] values, Sign? sign, Compat compat)
    {
        switch (sign)
        {
            case Sign.Negative:
                TensorPrimitives.Negate(values, values);
                ChannelSum.Relu(values);
                break;
            case Sign.Positive:
            case null when method.Rectified && MapConvention.Of(compat).Rectifies:
                ChannelSum.Relu(values);
                break;
        }
    }
}
