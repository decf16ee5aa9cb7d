namespace Explain.Kernels.Blocked;

/// <summary>One channel by itself: the plain layout.</summary>
public readonly struct Lanes1 : ILanes<Lanes1>
{
    private readonly float _value;

    private Lanes1(float value)
    {
        _value = value;
    }

    /// <inheritdoc/>
    public static int Count => 1;

    /// <inheritdoc/>
    public static Lanes1 Load(ref readonly float from) => new(from);

    /// <inheritdoc/>
    public static Lanes1 All(float value) => new(value);

    /// <inheritdoc/>
    public static Lanes1 Sum(Lanes1 a, Lanes1 b) => new(a._value + b._value);

    /// <inheritdoc/>
    public static Lanes1 Product(Lanes1 a, Lanes1 b) => new(a._value * b._value);

    /// <inheritdoc/>
    public static Lanes1 Sigmoid(Lanes1 x) => new(1 / (1 + MathF.Exp(-x._value)));

    /// <inheritdoc/>
    public static Lanes1 MultiplyAdd(Lanes1 a, Lanes1 b, Lanes1 c) => new(float.MultiplyAddEstimate(a._value, b._value, c._value));

    /// <inheritdoc/>
    public static Lanes1 WhereEqual(Lanes1 value, Lanes1 a, Lanes1 b) => a._value == b._value ? value : default;

    /// <inheritdoc/>
    public static Lanes1 WhereUnequal(Lanes1 value, Lanes1 a, Lanes1 b) => a._value == b._value ? default : value;

    /// <inheritdoc/>
    public static Lanes1 WhereBetween(Lanes1 value, Lanes1 at, Lanes1 low, Lanes1 high) =>
        at._value > low._value && at._value < high._value ? value : default;

    /// <inheritdoc/>
    public void Store(ref float to) => to = _value;
}
