namespace Explain.Kernels;

/// <summary>The smallest and the largest value of a map, in the map's own unit.</summary>
/// <param name="Min">The smallest value; NaN if the map holds a NaN.</param>
/// <param name="Max">The largest value; NaN if the map holds a NaN.</param>
/// <param name="IsFinite">Whether every value of the map is finite: no NaN, no infinity.</param>
public readonly record struct ValueRange(float Min, float Max, bool IsFinite)
{
    /// <summary>Whether the map is finite and holds one value only, so that there is nothing to see in it.</summary>
    public bool IsConstant => IsFinite && Min == Max;
}
