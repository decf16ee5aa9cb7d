using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Explain.Kernels.Blocked;

/// <summary>The gradient of a max pooling: each window gives its cotangent to the first place that holds its maximum.</summary>
public static class MaxPoolGradient
{
    /// <summary>The cotangent of one block of channels of one image.</summary>
    /// <typeparam name="TLanes">Its channels.</typeparam>
    /// <param name="x">What was pooled, [H, W, lanes].</param>
    /// <param name="y">The maxima, [windows, lanes].</param>
    /// <param name="dy">Their cotangents.</param>
    /// <param name="windows">The windows.</param>
    /// <param name="dx">Cotangent of <paramref name="x"/>.</param>
    /// <exception cref="ArgumentException">A length is not that of the windows.</exception>
    public static void Plane<TLanes>(
        ReadOnlySpan<float> x,
        ReadOnlySpan<float> y,
        ReadOnlySpan<float> dy,
        in Windows windows,
        Span<float> dx
    )
        where TLanes : struct, ILanes<TLanes>
    {
        Require.SameLength(windows.Area * TLanes.Count, x.Length, nameof(x));
        Require.SameLength(x.Length, dx.Length, nameof(dx));
        Require.SameLength(windows.Count * TLanes.Count, y.Length, nameof(y));
        Require.SameLength(y.Length, dy.Length, nameof(dy));
        var (rows, columns) = windows;
        var row = columns.Extent * TLanes.Count;
        ref var values = ref MemoryMarshal.GetReference(x);
        ref var maxima = ref MemoryMarshal.GetReference(y);
        ref var cotangents = ref MemoryMarshal.GetReference(dy);
        ref var result = ref MemoryMarshal.GetReference(dx);
        var (cleared, at) = (0, 0);
        // Of these windows all taps lie in the input; dividing for each would take half of the time.
        var (first, last) = (columns.WindowsOf(0).From, columns.WindowsOf(columns.Kernel - 1).To);
        for (var i = 0; i < rows.Windows; i++)
        {
            var (top, bottom) = rows.Taps(i);
            // A row is cleared just before something is added to it, while it is going to be in the cache.
            var reached = bottom > top ? (rows.Position(i, bottom - 1) + 1) * row : 0;
            if (reached > cleared)
                dx[cleared..(cleared = reached)].Clear();
            for (var j = 0; j < columns.Windows; j++, at += TLanes.Count)
            {
                var (left, right) = j >= first && j < last ? (0, columns.Kernel) : columns.Taps(j);
                var maximum = TLanes.Load(in Unsafe.Add(ref maxima, at));
                var rest = TLanes.Load(in Unsafe.Add(ref cotangents, at));
                for (var k = top; k < bottom; k++)
                {
                    var place = rows.Position(i, k) * row + columns.Position(j, left) * TLanes.Count;
                    for (var l = left; l < right; l++, place += columns.Dilation * TLanes.Count)
                    {
                        var value = TLanes.Load(in Unsafe.Add(ref values, place));
                        ref var to = ref Unsafe.Add(ref result, place);
                        TLanes.Sum(TLanes.Load(in to), TLanes.WhereEqual(rest, value, maximum)).Store(ref to);
                        rest = TLanes.WhereUnequal(rest, value, maximum);
                    }
                }
            }
        }
        dx[cleared..].Clear();
    }
}
