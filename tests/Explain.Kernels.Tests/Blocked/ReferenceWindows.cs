using Explain.Kernels.Blocked;

namespace Explain.Kernels.Tests.Blocked;

/// <summary>The gradients of windows as their definitions have it: one number after the other, maps as [channels, H, W].</summary>
internal static class ReferenceWindows
{
    /// <summary>Each window's cotangent goes to the first of its largest values.</summary>
    public static (float[] Maxima, float[] Gradient) MaxPool(float[] x, float[] dy, Windows windows)
    {
        var (maxima, gradient) = (new float[dy.Length], new float[x.Length]);
        for (var w = 0; w < dy.Length; w++)
        {
            var best = -1;
            foreach (var (_, place) in Places(windows, w % windows.Count))
            {
                var at = w / windows.Count * windows.Area + place;
                if (best < 0 || x[at] > x[best])
                    best = at;
            }
            maxima[w] = x[best];
            gradient[best] += dy[w];
        }
        return (maxima, gradient);
    }

    /// <summary>[taps, channels, windows] added up at the places of the taps.</summary>
    public static float[] Columns(float[] columns, int channels, Windows windows)
    {
        var sums = new float[channels * windows.Area];
        for (var channel = 0; channel < channels; channel++)
        {
            for (var w = 0; w < windows.Count; w++)
            {
                foreach (var (tap, place) in Places(windows, w))
                    sums[channel * windows.Area + place] += columns[(tap * channels + channel) * windows.Count + w];
            }
        }
        return sums;
    }

    /// <summary>The same with what a window holds times the weight of the tap, weights as [channels, taps].</summary>
    public static float[] Depthwise(float[] dy, float[] weights, Windows windows)
    {
        var sums = new float[dy.Length / windows.Count * windows.Area];
        for (var w = 0; w < dy.Length; w++)
        {
            var channel = w / windows.Count;
            foreach (var (tap, place) in Places(windows, w % windows.Count))
                sums[channel * windows.Area + place] += dy[w] * weights[channel * windows.Taps + tap];
        }
        return sums;
    }

    /// <summary>[channels, places] as [channels / block, places, block].</summary>
    public static float[] InBlocks(float[] maps, int block, int places) =>
        [.. Enumerable.Range(0, maps.Length).Select(i => maps[(i / (block * places) * block + i % block) * places + i / block % places])];

    private static IEnumerable<(int Tap, int Place)> Places(Windows windows, int window)
    {
        var (rows, columns) = windows;
        for (var tap = 0; tap < windows.Taps; tap++)
        {
            var row = window / columns.Windows * rows.Stride + tap / columns.Kernel * rows.Dilation - rows.Begin;
            var column = window % columns.Windows * columns.Stride + tap % columns.Kernel * columns.Dilation - columns.Begin;
            if (row >= 0 && row < rows.Extent && column >= 0 && column < columns.Extent)
                yield return (tap, row * columns.Extent + column);
        }
    }
}
