using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static System.Runtime.Intrinsics.Vector512;

namespace Explain.Kernels.Blocked;

/// <summary>Blocks of 16 channels, as with AVX-512.</summary>
public readonly struct Lanes16 : ILanes<Lanes16>
{
    private readonly Vector512<float> _values;

    private Lanes16(Vector512<float> values)
    {
        _values = values;
    }

    /// <inheritdoc/>
    public static int Count => 16;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 Load(ref readonly float from) => new(LoadUnsafe(in from));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 All(float value) => new(Create(value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 Sum(Lanes16 a, Lanes16 b) => new(a._values + b._values);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 Product(Lanes16 a, Lanes16 b) => new(a._values * b._values);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 Sigmoid(Lanes16 x)
    {
        var at = Max(Min(-x._values, Create(Exponential.Highest)), Create(Exponential.Lowest));
        var shifted = MultiplyAddEstimate(at, Create(Exponential.Log2E), Create(Exponential.Shift));
        var whole = shifted - Create(Exponential.Shift);
        var rest = MultiplyAddEstimate(whole, Create(-Exponential.Ln2Low), MultiplyAddEstimate(whole, Create(-Exponential.Ln2High), at));
        var power = Exponential.OfRest(new Lanes16(rest))._values;
        var scale = (shifted.AsInt32() << Exponential.Mantissa).AsSingle();
        var one = Vector512<float>.One;
        return new(one / MultiplyAddEstimate(power, scale, one));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 MultiplyAdd(Lanes16 a, Lanes16 b, Lanes16 c) => new(MultiplyAddEstimate(a._values, b._values, c._values));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 WhereEqual(Lanes16 value, Lanes16 a, Lanes16 b) => new(value._values & Vector512.Equals(a._values, b._values));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 WhereUnequal(Lanes16 value, Lanes16 a, Lanes16 b) =>
        new(Vector512.AndNot(value._values, Vector512.Equals(a._values, b._values)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 WhereBetween(Lanes16 value, Lanes16 at, Lanes16 low, Lanes16 high) =>
        new(value._values & GreaterThan(at._values, low._values) & LessThan(at._values, high._values));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref float to) => _values.StoreUnsafe(ref to);
}
