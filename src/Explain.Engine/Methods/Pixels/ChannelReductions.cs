using System.Numerics.Tensors;

namespace Explain.Engine.Methods.Pixels;

/// <summary>The ways from values in pixel space to one map.</summary>
internal static class ChannelReductions
{
    /// <summary>The sum over channels: keeps what the values add up to.</summary>
    public static void Sum(ReadOnlySpan<float> channels, Span<float> map)
    {
        map.Clear();
        for (var at = 0; at < channels.Length; at += map.Length)
            TensorPrimitives.Add(map, channels.Slice(at, map.Length), map);
    }

    /// <summary>The largest magnitude over channels (Simonyan et al. 2014, section 3.1).</summary>
    public static void MaxMagnitude(ReadOnlySpan<float> channels, Span<float> map)
    {
        map.Clear();
        for (var at = 0; at < channels.Length; at += map.Length)
            TensorPrimitives.MaxMagnitude(map, channels.Slice(at, map.Length), map);
        TensorPrimitives.Abs(map, map);
    }
}
