using System.Runtime.CompilerServices;

namespace Explain.Kernels.Blocked;

/// <summary>
/// Numbers for eˣ = 2ⁿ · eʳ, n = round(x / ln 2), r = x - n ln 2, eʳ by a polynomial of least error (Cephes, expf).
/// </summary>
internal static class Exponential
{
    /// <summary>Above it eˣ has no place in a float.</summary>
    public const float Highest = 88;

    /// <summary>Below it eˣ is no normal float.</summary>
    public const float Lowest = -87;

    /// <summary>1 / ln 2.</summary>
    public const float Log2E = 1.44269504f;

    /// <summary>ln 2 in so few bits that n times it is exact.</summary>
    public const float Ln2High = 0.693359375f;

    /// <summary>The rest of ln 2.</summary>
    public const float Ln2Low = -2.12194440e-4f;

    /// <summary>A number so large that what is added to it is rounded to whole numbers; they are its last bits, 127 for none.</summary>
    public const float Shift = 12582912 + 127;

    /// <summary>Bits behind the exponent.</summary>
    public const int Mantissa = 23;

    /// <summary>eʳ for |r| ≤ ln 2 / 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes OfRest<TLanes>(TLanes rest)
        where TLanes : struct, ILanes<TLanes>
    {
        var sum = TLanes.MultiplyAdd(TLanes.All(1.9875691500e-4f), rest, TLanes.All(1.3981999507e-3f));
        sum = TLanes.MultiplyAdd(sum, rest, TLanes.All(8.3334519073e-3f));
        sum = TLanes.MultiplyAdd(sum, rest, TLanes.All(4.1665795894e-2f));
        sum = TLanes.MultiplyAdd(sum, rest, TLanes.All(1.6666665459e-1f));
        sum = TLanes.MultiplyAdd(sum, rest, TLanes.All(5.0000001201e-1f));
        sum = TLanes.MultiplyAdd(sum, rest, TLanes.All(1));
        return TLanes.MultiplyAdd(sum, rest, TLanes.All(1));
    }
}
