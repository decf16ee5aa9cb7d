using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Explain.Kernels;

/// <summary>The argument checks that several kernels share; each kernel calls them once, at its public entry.</summary>
internal static class Require
{
    public static void SameLength(int expected, int actual, [CallerArgumentExpression(nameof(actual))] string? name = null)
    {
        if (actual != expected)
            throw new ArgumentException($"{expected} elements were expected, got {actual}.", name);
    }

    public static void Area(int length, int height, int width, [CallerArgumentExpression(nameof(length))] string? name = null)
    {
        if (height <= 0 || width <= 0 || length != (long)height * width)
            throw new ArgumentException($"{height}x{width} needs positive sides and as many elements, got {length}.", name);
    }

    public static void Within(int lowest, int actual, int highest, [CallerArgumentExpression(nameof(actual))] string? name = null)
    {
        if (actual < lowest || actual > highest)
            throw new ArgumentOutOfRangeException(name, actual, $"{lowest} to {highest} was expected.");
    }

    /// <returns>The sum of the weights.</returns>
    public static double Weights(ReadOnlySpan<double> weights, [CallerArgumentExpression(nameof(weights))] string? name = null)
    {
        var sum = 0.0;
        foreach (var weight in weights)
            sum += weight >= 0 ? weight : double.NaN;
        return sum > 0 && double.IsFinite(sum)
            ? sum
            : throw new ArgumentException("Weights of zero or more, some positive, were expected.", name);
    }

    public static void Apart<T>(ReadOnlySpan<T> source, ReadOnlySpan<T> destination)
    {
        if (source.Overlaps(destination))
            throw new ArgumentException("The destination overlaps the source.", nameof(destination));
    }

    /// <summary>In place is allowed; a shifted overlap would overwrite values before they are read.</summary>
    public static void SamePlaceOrApart<T>(ReadOnlySpan<T> source, ReadOnlySpan<T> destination)
    {
        if (
            source.Overlaps(destination)
            && !Unsafe.AreSame(ref MemoryMarshal.GetReference(source), ref MemoryMarshal.GetReference(destination))
        )
        {
            throw new ArgumentException("The destination overlaps the source without being the same span.", nameof(destination));
        }
    }
}
