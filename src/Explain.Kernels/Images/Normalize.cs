using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Numerics.Tensors;

namespace Explain.Kernels.Images;

/// <summary>Brings maps of any scale to a known one. Every method with a destination may work in place.</summary>
public static class Normalize
{
    /// <summary>The range of a map.</summary>
    /// <param name="values">One value or more, in any unit.</param>
    /// <exception cref="ArgumentException">There is no value.</exception>
    public static ValueRange RangeOf(ReadOnlySpan<float> values)
    {
        var (min, max) = (TensorPrimitives.Min(values), TensorPrimitives.Max(values));
        return new ValueRange(min, max, float.IsFinite(min) && float.IsFinite(max));
    }

    /// <summary>
    /// Scales a map to [0, 1]: <c>(x - min) / (epsilon + (max - min))</c>. Without an epsilon the extremes are exactly 0 and 1;
    /// with 1e-7 it is pytorch-grad-cam's <c>scale_cam_image</c>.
    /// </summary>
    /// <remarks>
    /// A constant map has no contrast to show: it becomes all zeros. So does a map that is not finite. The returned range tells
    /// these two cases from an ordinary map.
    /// </remarks>
    /// <param name="source">One value or more, in any unit.</param>
    /// <param name="destination">As many values, each in [0, 1].</param>
    /// <param name="epsilon">Added to the divisor, in the source's unit; zero or more.</param>
    /// <returns>The range of the source.</returns>
    /// <exception cref="ArgumentException">The source is empty, the lengths differ, the spans overlap shifted, or epsilon is negative or
    /// NaN.</exception>
    public static ValueRange MinMax(ReadOnlySpan<float> source, Span<float> destination, float epsilon = 0f)
    {
        CheckPair(source, destination);
        if (!(epsilon >= 0f))
            throw new ArgumentOutOfRangeException(nameof(epsilon), epsilon, "Zero or more was expected.");

        var range = RangeOf(source);
        if (range.IsConstant || !range.IsFinite)
        {
            destination.Clear();
            return range;
        }

        // Halving keeps max - min below infinity for maps that span most of the float range.
        var unit = float.IsFinite(range.Max - range.Min) ? 1f : 0.5f;
        TensorPrimitives.Multiply(source, unit, destination);
        TensorPrimitives.Subtract(destination, range.Min * unit, destination);
        TensorPrimitives.Divide(destination, epsilon * unit + (range.Max * unit - range.Min * unit), destination);
        return range;
    }

    /// <summary>Scales a signed map to [-1, 1] so that 0 stays 0: <c>x / max|x|</c>.</summary>
    /// <remarks>An all-zero map, and a map that is not finite, become all zeros.</remarks>
    /// <param name="source">One value or more, in any unit.</param>
    /// <param name="destination">As many values, each in [-1, 1].</param>
    /// <returns>The range of the source.</returns>
    /// <exception cref="ArgumentException">The source is empty, the lengths differ, or the spans overlap shifted.</exception>
    [SuppressMessage("Naming", "CA1720", Justification = "Signed describes the map, not an integer type.")]
    public static ValueRange Signed(ReadOnlySpan<float> source, Span<float> destination)
    {
        CheckPair(source, destination);
        var range = RangeOf(source);
        var magnitude = MathF.Max(MathF.Abs(range.Min), MathF.Abs(range.Max));
        if (magnitude == 0f || !range.IsFinite)
            destination.Clear();
        else
            TensorPrimitives.Divide(source, magnitude, destination);
        return range;
    }

    /// <summary>Moves [-1, 1] onto [0, 1], with 0 at 0.5: <c>(x + 1) / 2</c>, what a diverging colour map expects.</summary>
    /// <param name="source">Values in [-1, 1], as <see cref="Signed"/> makes them.</param>
    /// <param name="destination">As many values, each in [0, 1].</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap shifted.</exception>
    public static void SignedToUnit(ReadOnlySpan<float> source, Span<float> destination)
    {
        CheckPair(source, destination);
        TensorPrimitives.Add(source, 1f, destination);
        TensorPrimitives.Multiply(destination, 0.5f, destination);
    }

    /// <summary>Limits every value to [min, max]; NaN stays NaN.</summary>
    /// <param name="source">Values in any unit.</param>
    /// <param name="min">Lower limit, in the source's unit.</param>
    /// <param name="max">Upper limit, in the source's unit; not below <paramref name="min"/>.</param>
    /// <param name="destination">As many values.</param>
    /// <exception cref="ArgumentException">The limits are NaN or in the wrong order, the lengths differ, or the spans overlap
    /// shifted.</exception>
    public static void Clamp(ReadOnlySpan<float> source, float min, float max, Span<float> destination)
    {
        CheckPair(source, destination);
        if (!(min <= max))
            throw new ArgumentException($"The limits {min} and {max} are not in order.", nameof(min));
        TensorPrimitives.Max(source, min, destination);
        TensorPrimitives.Min(destination, max, destination);
    }

    /// <summary>
    /// The value below which the given share of the map lies, interpolated linearly between its neighbours in sorted order
    /// (NumPy's default <c>percentile</c>, Hyndman and Fan 1996, type 7), worked out in double precision.
    /// </summary>
    /// <param name="values">One value or more, in any unit; left as they are.</param>
    /// <param name="percentile">0 (the minimum) to 100 (the maximum).</param>
    /// <returns>The percentile in the unit of the values; NaN if any value is NaN.</returns>
    /// <exception cref="ArgumentException">There is no value, or the percentile is outside 0 to 100.</exception>
    public static float Percentile(ReadOnlySpan<float> values, float percentile)
    {
        if (values.IsEmpty)
            throw new ArgumentException("A percentile needs one value or more.", nameof(values));
        if (!(percentile is >= 0f and <= 100f))
            throw new ArgumentOutOfRangeException(nameof(percentile), percentile, "0 to 100 was expected.");

        var rented = ArrayPool<float>.Shared.Rent(values.Length);
        var sorted = rented.AsSpan(0, values.Length);
        values.CopyTo(sorted);
        sorted.Sort();
        var result = Interpolate(sorted, percentile / 100.0 * (values.Length - 1));
        ArrayPool<float>.Shared.Return(rented);
        return result;
    }

    private static float Interpolate(ReadOnlySpan<float> sorted, double position)
    {
        var index = (int)position;
        var (low, high) = (sorted[index], sorted[Math.Min(index + 1, sorted.Length - 1)]);
        // Sort puts NaN first. Equal neighbours are answered as they are: two infinities have no difference.
        return float.IsNaN(sorted[0]) ? float.NaN
            : low == high ? low
            : (float)(low + ((double)high - low) * (position - index));
    }

    private static void CheckPair(ReadOnlySpan<float> source, Span<float> destination)
    {
        Require.SameLength(source.Length, destination.Length, nameof(destination));
        Require.SamePlaceOrApart<float>(source, destination);
    }
}
