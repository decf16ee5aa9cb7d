using Explain.Engine.Images;
using Explain.Engine.Vocabulary;
using Explain.Kernels.Images;

namespace Explain.Engine.Methods.Probing;

/// <summary>
/// What makes values in pixel space readable: neighbours there differ as grains of sand do, and a few are far larger than all others.
/// </summary>
internal static class PixelMapSmoothing
{
    // Standard deviation as a share of a side: 7 pixels of 224, the size of the smallest parts that a box is for.
    private const double Blur = 0.03;

    /// <summary>Percentiles to which a method's map is clipped before it is coloured; null for none.</summary>
    public static Clip? Clip(Method method) => method.Reduce is null ? null : new Clip(1, 99);

    /// <summary>A map in which neighbours speak together, to find boxes in.</summary>
    public static SaliencyMap Joined(Method method, SaliencyMap map)
    {
        if (method.Reduce is null)
            return map;
        var (rows, values) = (new float[map.Values.Length], new float[map.Values.Length]);
        var positive = (float[])map.Values.Clone();
        ChannelSum.Relu(positive);
        GaussianBlur.Along(positive, map.Width, 1, Blur * map.Width, rows);
        GaussianBlur.Along(rows, map.Height, map.Width, Blur * map.Height, values);
        return map with { Values = values };
    }
}
