namespace Explain.Kernels.Blocked;

/// <summary>
/// Neighbouring channels of one position, computed with together: a block of the layout [N, C / block, H, W, block] that convolutions use
/// on processors with wide registers. One lane is the plain layout, [N, C, H, W].
/// </summary>
/// <typeparam name="TSelf">The type itself.</typeparam>
public interface ILanes<TSelf>
    where TSelf : struct, ILanes<TSelf>
{
    /// <summary>Channels of a block.</summary>
    static abstract int Count { get; }

    /// <summary>A channel's number in each lane.</summary>
    static abstract TSelf Load(ref readonly float from);

    /// <summary>The same number in all lanes.</summary>
    static abstract TSelf All(float value);

    /// <summary>a + b.</summary>
    static abstract TSelf Sum(TSelf a, TSelf b);

    /// <summary>a · b.</summary>
    static abstract TSelf Product(TSelf a, TSelf b);

    /// <summary>1 / (1 + e⁻ˣ), to three units of the last place.</summary>
    static abstract TSelf Sigmoid(TSelf x);

    /// <summary>a · b + c, rounded once or twice as the processor has it.</summary>
    static abstract TSelf MultiplyAdd(TSelf a, TSelf b, TSelf c);

    /// <summary>The value in lanes where a = b, 0 in others.</summary>
    static abstract TSelf WhereEqual(TSelf value, TSelf a, TSelf b);

    /// <summary>The value in lanes where a ≠ b, 0 in others.</summary>
    static abstract TSelf WhereUnequal(TSelf value, TSelf a, TSelf b);

    /// <summary>The value in lanes where low &lt; at &lt; high, 0 in others.</summary>
    static abstract TSelf WhereBetween(TSelf value, TSelf at, TSelf low, TSelf high);

    /// <summary>Writes the lanes.</summary>
    void Store(ref float to);
}
