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
        var lines = new PaddedLines(windows, TLanes.Count);
        var terms = ArrayPool<Term>.Shared.Rent(windows.Taps);
        for (var at = 0; at < dx.Length; at += width, row++)
        {
            var line = dx.Slice(at, width);
            for (var k = 0; k < windows.Rows.Kernel; k++)
            {
                if (windows.Rows.Window(row, k) is >= 0 and var window)
                    lines.Fill(window, dy);
            }
            var stride = windows.Columns.Stride;
            for (var first = 0; first < Math.Min(stride, windows.Columns.Extent); first++)
            {
                var count = lines.Terms(row, first, terms);
                var places = (windows.Columns.Extent - first + stride - 1) / stride;
                Add<TLanes>(lines.Values, factors, terms.AsSpan(0, count), places, stride * TLanes.Count, line[(first * TLanes.Count)..]);
            }
        }
        lines.Return();
        ArrayPool<Term>.Shared.Return(terms);
        ArrayPool<float>.Shared.Return(factors);
    }

    // Four places at a time, of which the last ones may be computed twice.
    private static void Add<TLanes>(
        ReadOnlySpan<float> values,
        ReadOnlySpan<float> factors,
        ReadOnlySpan<Term> terms,
        int places,
        int step,
        Span<float> line
    )
        where TLanes : struct, ILanes<TLanes>
    {
        ref var value = ref MemoryMarshal.GetReference(values);
        ref var factor = ref MemoryMarshal.GetReference(factors);
        ref var result = ref MemoryMarshal.GetReference(line);
        for (var place = 0; place < places && places < 4; place++)
        {
            var sum = TLanes.All(0);
            foreach (var (source, weight) in terms)
            {
                ref var from = ref Unsafe.Add(ref value, source + place * TLanes.Count);
                sum = TLanes.MultiplyAdd(TLanes.Load(in from), TLanes.Load(in Unsafe.Add(ref factor, weight)), sum);
            }
            sum.Store(ref Unsafe.Add(ref result, place * step));
        }
        for (var next = 0; next < places && places >= 4; next += 4)
        {
            var place = Math.Min(next, places - 4);
            var (a, b, c, d) = (TLanes.All(0), TLanes.All(0), TLanes.All(0), TLanes.All(0));
            foreach (var (source, weight) in terms)
            {
                ref var from = ref Unsafe.Add(ref value, source + place * TLanes.Count);
                var w = TLanes.Load(in Unsafe.Add(ref factor, weight));
                a = TLanes.MultiplyAdd(TLanes.Load(in from), w, a);
                b = TLanes.MultiplyAdd(TLanes.Load(in Unsafe.Add(ref from, TLanes.Count)), w, b);
                c = TLanes.MultiplyAdd(TLanes.Load(in Unsafe.Add(ref from, 2 * TLanes.Count)), w, c);
                d = TLanes.MultiplyAdd(TLanes.Load(in Unsafe.Add(ref from, 3 * TLanes.Count)), w, d);
            }
            ref var to = ref Unsafe.Add(ref result, place * step);
            a.Store(ref to);
            b.Store(ref Unsafe.Add(ref to, step));
            c.Store(ref Unsafe.Add(ref to, 2 * step));
            d.Store(ref Unsafe.Add(ref to, 3 * step));
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
