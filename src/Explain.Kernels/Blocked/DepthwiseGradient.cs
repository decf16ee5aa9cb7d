using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Explain.Kernels.Blocked;

/// <summary>The gradient of a convolution that has weights of its own for every channel.</summary>
public static class DepthwiseGradient
{
    /// <summary>Some rows of the cotangent of one block of channels of one image.</summary>
    /// <typeparam name="TLanes">Its channels.</typeparam>
    /// <param name="dy">Cotangent of the block's output, [windows, lanes].</param>
    /// <param name="weights">Its weights, [lanes, taps].</param>
    /// <param name="windows">The windows.</param>
    /// <param name="row">The first row.</param>
    /// <param name="dx">The rows, [rows, W, lanes].</param>
    /// <exception cref="ArgumentException">A length is not that of the windows.</exception>
    public static void Rows<TLanes>(ReadOnlySpan<float> dy, ReadOnlySpan<float> weights, in Windows windows, int row, Span<float> dx)
        where TLanes : struct, ILanes<TLanes>
    {
        Require.SameLength(windows.Count * TLanes.Count, dy.Length, nameof(dy));
        Require.SameLength(windows.Taps * TLanes.Count, weights.Length, nameof(weights));
        var width = windows.Columns.Extent * TLanes.Count;
        Require.SameLength(dx.Length / width * width, dx.Length, nameof(dx));
        Require.Within(0, row, windows.Rows.Extent - dx.Length / width);
        var factors = ArrayPool<float>.Shared.Rent(weights.Length);
        ByTap<TLanes>(weights, factors);
        for (var at = 0; at < dx.Length; at += width, row++)
        {
            var line = dx.Slice(at, width);
            line.Clear();
            for (var k = 0; k < windows.Rows.Kernel; k++)
            {
                if (windows.Rows.Window(row, k) is >= 0 and var i)
                {
                    var length = windows.Columns.Windows * TLanes.Count;
                    var first = k * windows.Columns.Kernel * TLanes.Count;
                    Add<TLanes>(dy.Slice(i * length, length), factors.AsSpan(first), windows.Columns, line);
                }
            }
        }
        ArrayPool<float>.Shared.Return(factors);
    }

    private static void Add<TLanes>(ReadOnlySpan<float> dy, ReadOnlySpan<float> factors, in WindowAxis axis, Span<float> line)
        where TLanes : struct, ILanes<TLanes>
    {
        ref var source = ref MemoryMarshal.GetReference(dy);
        ref var result = ref MemoryMarshal.GetReference(line);
        for (var tap = 0; tap < axis.Kernel; tap++)
        {
            var factor = TLanes.Load(in factors[tap * TLanes.Count]);
            var (from, to) = axis.WindowsOf(tap);
            var place = axis.Position(from, tap) * TLanes.Count;
            for (var at = from * TLanes.Count; at < to * TLanes.Count; at += TLanes.Count, place += axis.Stride * TLanes.Count)
            {
                ref var target = ref Unsafe.Add(ref result, place);
                TLanes.MultiplyAdd(TLanes.Load(in Unsafe.Add(ref source, at)), factor, TLanes.Load(in target)).Store(ref target);
            }
        }
    }

    // [lanes, taps] -> [taps, lanes].
    private static void ByTap<TLanes>(ReadOnlySpan<float> weights, Span<float> factors)
        where TLanes : struct, ILanes<TLanes>
    {
        var taps = weights.Length / TLanes.Count;
        for (var i = 0; i < weights.Length; i++)
            factors[i % taps * TLanes.Count + i / taps] = weights[i];
    }
}
