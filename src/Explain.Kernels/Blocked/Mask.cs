using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Explain.Kernels.Blocked;

/// <summary>The gradient of rectifiers, element by element in any layout.</summary>
public static class Mask
{
    /// <summary>dy where low &lt; y &lt; high, else 0. The result may be written over either input.</summary>
    /// <param name="dy">Cotangent of the output.</param>
    /// <param name="y">The output.</param>
    /// <param name="low">Below or at it nothing passes; negative infinity for no bound.</param>
    /// <param name="high">At or above it nothing passes; infinity for no bound.</param>
    /// <param name="dx">Cotangent of the input.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Between(ReadOnlySpan<float> dy, ReadOnlySpan<float> y, float low, float high, Span<float> dx)
    {
        Require.SameLength(dy.Length, y.Length, nameof(y));
        Require.SameLength(dy.Length, dx.Length, nameof(dx));
        var done = Vector512.IsHardwareAccelerated ? Between<Lanes16>(dy, y, low, high, dx) : Between<Lanes8>(dy, y, low, high, dx);
        Between<Lanes1>(dy[done..], y[done..], low, high, dx[done..]);
    }

    /// <summary>
    /// The same times a factor for every channel, as of a normalisation before the rectifier, plus what else reaches its input: one plane
    /// of a block of channels. The result may be written over any of the three planes.
    /// </summary>
    /// <typeparam name="TLanes">The block's channels.</typeparam>
    /// <param name="dy">Cotangent of the output.</param>
    /// <param name="y">The output.</param>
    /// <param name="low">As above.</param>
    /// <param name="high">As above.</param>
    /// <param name="factors">A number for each channel of the block.</param>
    /// <param name="added">What is added; empty for nothing.</param>
    /// <param name="dx">Cotangent of the input.</param>
    /// <exception cref="ArgumentException">The lengths differ, or are no whole number of positions.</exception>
    public static void Scaled<TLanes>(
        ReadOnlySpan<float> dy,
        ReadOnlySpan<float> y,
        float low,
        float high,
        ReadOnlySpan<float> factors,
        ReadOnlySpan<float> added,
        Span<float> dx
    )
        where TLanes : struct, ILanes<TLanes>
    {
        Require.SameLength(dy.Length, y.Length, nameof(y));
        Require.SameLength(dy.Length, dx.Length, nameof(dx));
        Require.SameLength(dy.Length / TLanes.Count * TLanes.Count, dy.Length, nameof(dy));
        Require.SameLength(TLanes.Count, factors.Length, nameof(factors));
        if (added.Length > 0)
            Require.SameLength(dy.Length, added.Length, nameof(added));
        var (from, to, factor) = (TLanes.All(low), TLanes.All(high), TLanes.Load(in factors[0]));
        ref var g = ref MemoryMarshal.GetReference(dy);
        ref var at = ref MemoryMarshal.GetReference(y);
        ref var more = ref MemoryMarshal.GetReference(added);
        ref var result = ref MemoryMarshal.GetReference(dx);
        for (var i = 0; i < dy.Length; i += TLanes.Count)
        {
            var passed = TLanes.WhereBetween(TLanes.Load(in Unsafe.Add(ref g, i)), TLanes.Load(in Unsafe.Add(ref at, i)), from, to);
            var scaled = added.IsEmpty
                ? TLanes.Product(passed, factor)
                : TLanes.MultiplyAdd(passed, factor, TLanes.Load(in Unsafe.Add(ref more, i)));
            scaled.Store(ref Unsafe.Add(ref result, i));
        }
    }

    private static int Between<TLanes>(ReadOnlySpan<float> dy, ReadOnlySpan<float> y, float low, float high, Span<float> dx)
        where TLanes : struct, ILanes<TLanes>
    {
        var (from, to) = (TLanes.All(low), TLanes.All(high));
        var whole = dy.Length - dy.Length % TLanes.Count;
        ref var g = ref MemoryMarshal.GetReference(dy);
        ref var at = ref MemoryMarshal.GetReference(y);
        ref var result = ref MemoryMarshal.GetReference(dx);
        for (var i = 0; i < whole; i += TLanes.Count)
        {
            var passed = TLanes.WhereBetween(TLanes.Load(in Unsafe.Add(ref g, i)), TLanes.Load(in Unsafe.Add(ref at, i)), from, to);
            passed.Store(ref Unsafe.Add(ref result, i));
        }
        return whole;
    }
}
