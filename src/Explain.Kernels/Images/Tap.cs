using System.Runtime.InteropServices;

namespace Explain.Kernels.Images;

/// <summary>The two samples of one axis that a destination pixel mixes; their weights sum to 1.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Tap(int First, int Second, float FirstWeight, float SecondWeight)
{
    /// <summary>OpenCV's taps for a window of the samples; the edge samples repeat.</summary>
    public static Tap At(int pixel, double start, double extent, int size, int samples)
    {
        // As in OpenCV: the scale is the reciprocal of size / extent, and the position is rounded to float before it is split.
        var scale = 1.0 / (size / extent);
        var position = (float)Math.Clamp(start + ((pixel + 0.5) * scale - 0.5), -1, samples);
        var first = (int)MathF.Floor(position);
        var weight = position - first;
        return new Tap(Math.Clamp(first, 0, samples - 1), Math.Clamp(first + 1, 0, samples - 1), 1f - weight, weight);
    }

    /// <summary>
    /// The taps that show the first sample in the first pixel and the last one in the last; a single pixel shows the first.
    /// </summary>
    public static Tap AtAlignedCorners(int pixel, int size, int samples)
    {
        var position = size > 1 ? (double)pixel * (samples - 1) / (size - 1) : 0;
        var first = (int)position;
        var weight = (float)(position - first);
        return new Tap(first, Math.Min(first + 1, samples - 1), 1f - weight, weight);
    }

    /// <summary>
    /// The taps at half-integer pixel centres of all samples; beyond the edge the samples come back mirrored at the edge sample, as
    /// with <c>order=1, mode="reflect"</c> of scikit-image's <c>resize</c>.
    /// </summary>
    public static Tap AtMirrored(int pixel, int size, int samples)
    {
        var position = (pixel + 0.5) * samples / size - 0.5;
        var first = (int)Math.Floor(position);
        var weight = (float)(position - first);
        return new Tap(Mirror(first), Mirror(first + 1), 1f - weight, weight);

        int Mirror(int index) =>
            samples == 1 ? 0
            : index < 0 ? -index
            : index >= samples ? 2 * (samples - 1) - index
            : index;
    }

    /// <summary>Beyond the edge OpenCV copies a column, but mixes a row with itself, which may round.</summary>
    public Tap CopyingAtTheEdge() => First == Second ? new Tap(First, Second, 1f, 0f) : this;
}
