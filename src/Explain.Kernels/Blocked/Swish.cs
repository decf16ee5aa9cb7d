using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Explain.Kernels.Blocked;

/// <summary>Sigmoids, and what is made of them, element by element in any layout. Results may be written over operands.</summary>
public static class Swish
{
    private interface IFunction
    {
        static abstract TLanes Of<TLanes>(TLanes a, TLanes b)
            where TLanes : struct, ILanes<TLanes>;
    }

    /// <summary>s = 1 / (1 + e⁻ˣ).</summary>
    public static void Sigmoid(ReadOnlySpan<float> x, Span<float> s) => Apply<OfSigmoid>(x, x, s);

    /// <summary>y = x · s.</summary>
    public static void Value(ReadOnlySpan<float> x, Span<float> y) => Apply<OfValue>(x, x, y);

    /// <summary>dx = dy · (s + x · s · (1 - s)).</summary>
    public static void Gradient(ReadOnlySpan<float> dy, ReadOnlySpan<float> x, Span<float> dx) => Apply<OfGradient>(dy, x, dx);

    private static void Apply<TFunction>(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> result)
        where TFunction : struct, IFunction
    {
        Require.SameLength(a.Length, b.Length, nameof(b));
        Require.SameLength(a.Length, result.Length, nameof(result));
        var done = Vector512.IsHardwareAccelerated ? Apply<TFunction, Lanes16>(a, b, result) : Apply<TFunction, Lanes8>(a, b, result);
        Apply<TFunction, Lanes1>(a[done..], b[done..], result[done..]);
    }

    // Compiled once and for all: what profiles of the first runs make of it may take several times as long.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static int Apply<TFunction, TLanes>(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> result)
        where TFunction : struct, IFunction
        where TLanes : struct, ILanes<TLanes>
    {
        var whole = a.Length - a.Length % TLanes.Count;
        ref var first = ref MemoryMarshal.GetReference(a);
        ref var second = ref MemoryMarshal.GetReference(b);
        ref var to = ref MemoryMarshal.GetReference(result);
        for (var i = 0; i < whole; i += TLanes.Count)
        {
            var value = TFunction.Of(TLanes.Load(in Unsafe.Add(ref first, i)), TLanes.Load(in Unsafe.Add(ref second, i)));
            value.Store(ref Unsafe.Add(ref to, i));
        }
        return whole;
    }

    private readonly struct OfSigmoid : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Of<TLanes>(TLanes a, TLanes b)
            where TLanes : struct, ILanes<TLanes> => TLanes.Sigmoid(a);
    }

    private readonly struct OfValue : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Of<TLanes>(TLanes a, TLanes b)
            where TLanes : struct, ILanes<TLanes> => TLanes.Product(a, TLanes.Sigmoid(a));
    }

    private readonly struct OfGradient : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Of<TLanes>(TLanes a, TLanes b)
            where TLanes : struct, ILanes<TLanes>
        {
            var s = TLanes.Sigmoid(b);
            var rest = TLanes.MultiplyAdd(s, TLanes.All(-1), TLanes.All(1));
            return TLanes.Product(a, TLanes.MultiplyAdd(TLanes.Product(b, s), rest, s));
        }
    }
}
