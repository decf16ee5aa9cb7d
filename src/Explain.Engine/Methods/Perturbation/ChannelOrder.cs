using System.Numerics.Tensors;
using Explain.Engine.Methods.Probing;

namespace Explain.Engine.Methods.Perturbation;

/// <summary>
/// The order in which methods try channels: those that matter most come first, so that a map is worth something when time is up early.
/// </summary>
internal static class ChannelOrder
{
    /// <summary>Channels by mean activation, the largest first; equal ones by number.</summary>
    /// <param name="maps">The feature maps.</param>
    /// <param name="most">How many are wanted; null for all.</param>
    public static int[] ByMean(FeatureMaps maps, int? most)
    {
        var keys = new float[maps.Channels];
        for (var c = 0; c < keys.Length; c++)
            keys[c] = -TensorPrimitives.Sum(maps[c]);
        return [.. Enumerable.Range(0, keys.Length).OrderBy(c => keys[c]).Take(Count(maps.Channels, most))];
    }

    /// <summary>How many channels are tried.</summary>
    public static int Count(int channels, int? most) => Math.Min(channels, most ?? channels);
}
