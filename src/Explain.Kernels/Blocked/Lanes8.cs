using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static System.Runtime.Intrinsics.Vector256;

namespace Explain.Kernels.Blocked;

/// <summary>Blocks of 8 channels, as with AVX2.</summary>
public readonly struct Lanes8 : ILanes<Lanes8>
{
    private readonly Vector256<float> _values;

    private Lanes8(Vector256<float> values)
    {
        _values = values;
    }

    /// <inheritdoc/>
    public static int Count => 8;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Load(ref readonly float from) => new(LoadUnsafe(in from));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 All(float value) => new(Create(value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Sum(Lanes8 a, Lanes8 b) => new(a._values + b._values);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Product(Lanes8 a, Lanes8 b) => new(a._values * b._values);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Sigmoid(Lanes8 x)
    {
        var at = Max(Min(-x._values, Create(Exponential.Highest)), Create(Exponential.Lowest));
        var shifted = MultiplyAddEstimate(at, Create(Exponential.Log2E), Create(Exponential.Shift));
        var whole = shifted - Create(Exponential.Shift);
        var rest = MultiplyAddEstimate(whole, Create(-Exponential.Ln2Low), MultiplyAddEstimate(whole, Create(-Exponential.Ln2High), at));
        var power = Exponential.OfRest(new Lanes8(rest))._values;
        var scale = (shifted.AsInt32() << Exponential.Mantissa).AsSingle();
        var one = Vector256<float>.One;
        return new(one / MultiplyAddEstimate(power, scale, one));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 MultiplyAdd(Lanes8 a, Lanes8 b, Lanes8 c) => new(MultiplyAddEstimate(a._values, b._values, c._values));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 WhereEqual(Lanes8 value, Lanes8 a, Lanes8 b) => new(value._values & Vector256.Equals(a._values, b._values));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 WhereUnequal(Lanes8 value, Lanes8 a, Lanes8 b) =>
        new(Vector256.AndNot(value._values, Vector256.Equals(a._values, b._values)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 WhereBetween(Lanes8 value, Lanes8 at, Lanes8 low, Lanes8 high) =>
        new(value._values & GreaterThan(at._values, low._values) & LessThan(at._values, high._values));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref float to) => _values.StoreUnsafe(ref to);
}
