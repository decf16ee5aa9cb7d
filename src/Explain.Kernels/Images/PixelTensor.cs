namespace Explain.Kernels.Images;

/// <summary>Turns decoded pixels into the float tensor that a network takes.</summary>
public static class PixelTensor
{
    private const int Levels = 256;

    /// <summary>
    /// Colour pixels to a 3-channel tensor: channel c gets <c>(p * scale - mean[c]) / std[c]</c>, where p is byte
    /// <c>channelOrder[c]</c> of the pixel. Each step is rounded to float, the division is a division.
    /// </summary>
    /// <param name="rgb">Interleaved RGB, 3 bytes a pixel.</param>
    /// <param name="channelOrder">For each tensor channel, which of R (0), G (1), B (2) it takes: {0,1,2} for RGB, {2,1,0} for BGR.</param>
    /// <param name="scale">Factor on the byte, such as 1/255 or 1.</param>
    /// <param name="mean">Mean of each tensor channel, after scaling.</param>
    /// <param name="std">Standard deviation of each tensor channel, after scaling; not zero.</param>
    /// <param name="planar">True for [3, pixels] (NCHW), false for [pixels, 3] (NHWC).</param>
    /// <param name="destination">Receives as many floats as there are bytes.</param>
    /// <exception cref="ArgumentException">A length or a channel is wrong, or a standard deviation is zero.</exception>
    public static void FromRgb(
        ReadOnlySpan<byte> rgb,
        ReadOnlySpan<int> channelOrder,
        float scale,
        ReadOnlySpan<float> mean,
        ReadOnlySpan<float> std,
        bool planar,
        Span<float> destination
    )
    {
        CheckPixels(rgb);
        Require.SameLength(3, channelOrder.Length, nameof(channelOrder));
        Require.SameLength(3, mean.Length, nameof(mean));
        Require.SameLength(3, std.Length, nameof(std));
        Require.SameLength(rgb.Length, destination.Length, nameof(destination));
        if (channelOrder.ContainsAnyExceptInRange(0, 2))
            throw new ArgumentException("A channel is 0, 1 or 2.", nameof(channelOrder));
        if (std.Contains(0f))
            throw new ArgumentException("A standard deviation of zero cannot divide.", nameof(std));

        var pixels = rgb.Length / 3;
        var (offset, step) = planar ? (pixels, 1) : (1, 3);
        Span<float> table = stackalloc float[Levels];
        for (var c = 0; c < 3; c++)
        {
            for (var level = 0; level < Levels; level++)
                table[level] = (level * scale - mean[c]) / std[c];
            for (int i = 0, from = channelOrder[c], to = c * offset; i < pixels; i++, from += 3, to += step)
                destination[to] = table[rgb[from]];
        }
    }

    /// <summary>
    /// Colour pixels to a 1-channel tensor: <c>(luma * scale - mean) / std</c> with the luma of ITU-R BT.601,
    /// <c>0.299 R + 0.587 G + 0.114 B</c>, kept in float and not rounded to a byte.
    /// </summary>
    /// <param name="rgb">Interleaved RGB, 3 bytes a pixel.</param>
    /// <param name="scale">Factor on the luma (0..255), such as 1/255 or 1.</param>
    /// <param name="mean">Mean, after scaling.</param>
    /// <param name="std">Standard deviation, after scaling; not zero.</param>
    /// <param name="destination">Receives one float a pixel.</param>
    /// <exception cref="ArgumentException">A length is wrong, or the standard deviation is zero.</exception>
    public static void FromGray(ReadOnlySpan<byte> rgb, float scale, float mean, float std, Span<float> destination)
    {
        CheckPixels(rgb);
        Require.SameLength(rgb.Length / 3, destination.Length, nameof(destination));
        if (std == 0f)
            throw new ArgumentException("A standard deviation of zero cannot divide.", nameof(std));

        for (var i = 0; i < destination.Length; i++)
        {
            var luma = 0.299f * rgb[3 * i] + 0.587f * rgb[3 * i + 1] + 0.114f * rgb[3 * i + 2];
            destination[i] = (luma * scale - mean) / std;
        }
    }

    private static void CheckPixels(ReadOnlySpan<byte> rgb)
    {
        if (rgb.Length % 3 != 0)
            throw new ArgumentException($"{rgb.Length} bytes are not whole RGB pixels.", nameof(rgb));
    }
}
