using System.Numerics;

namespace Explain.Kernels.Sampling;

/// <summary>
/// Random numbers that are the same on every platform, processor and .NET version: xoshiro256** (Blackman and Vigna 2021), seeded
/// by SplitMix64. One seed holds 2^64 streams; give each mask or noise image the stream of its own index, and results do not
/// depend on the size or the order of batches.
/// </summary>
/// <remarks>
/// A stream's first word is SplitMix64's first number for the seed, plus the stream index; four further SplitMix64 numbers from there
/// are the state. Only operations that IEEE 754 rounds in one way are used, never the platform's logarithm. Not for secrets, and not
/// for several threads at once.
/// </remarks>
public sealed class RandomStream
{
    private ulong _s0,
        _s1,
        _s2,
        _s3;
    private double? _spareGaussian;

    /// <summary>Starts a stream at its beginning.</summary>
    /// <param name="seed">Any number; chooses the family of streams.</param>
    /// <param name="stream">Any number; chooses the stream in the family, such as the index of a mask.</param>
    public RandomStream(ulong seed, ulong stream = 0)
        : this(State(new SplitMix64(new SplitMix64(seed).Next() + stream))) { }

    internal RandomStream((ulong, ulong, ulong, ulong) state)
    {
        (_s0, _s1, _s2, _s3) = state;
    }

    private static (ulong, ulong, ulong, ulong) State(SplitMix64 random) => (random.Next(), random.Next(), random.Next(), random.Next());

    /// <summary>The next 64 bits, all values equally likely.</summary>
    public ulong NextBits()
    {
        var result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        var shifted = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= shifted;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>A uniform number in [0, 1): the upper 53 bits of <see cref="NextBits"/> as a multiple of 2^-53.</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A uniform integer in [0, bound), without bias (Lemire 2019).</summary>
    /// <param name="bound">One or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The bound is below one.</exception>
    public int NextBelow(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        var range = (ulong)bound;
        var high = Math.BigMul(NextBits(), range, out var low);
        // The 2^64 mod range lowest products would make the small results likelier.
        while (low < range && low < (0 - range) % range)
            high = Math.BigMul(NextBits(), range, out low);
        return (int)high;
    }

    /// <summary>A number of the standard normal distribution, by Marsaglia's polar method (1964).</summary>
    public double NextGaussian()
    {
        if (_spareGaussian is { } spare)
        {
            _spareGaussian = null;
            return spare;
        }

        double x,
            y,
            square;
        do
        {
            (x, y) = (2 * NextDouble() - 1, 2 * NextDouble() - 1);
            square = x * x + y * y;
        } while (square is >= 1 or 0);
        var stretch = Math.Sqrt(-2 * Log(square) / square);
        _spareGaussian = y * stretch;
        return x * stretch;
    }

    /// <summary>Fills with ones and zeros, each decided on its own.</summary>
    /// <param name="destination">Any number of values; filling two parts in turn equals filling the whole.</param>
    /// <param name="probability">Of a one, 0 (never) to 1 (always).</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is outside 0 to 1.</exception>
    public void FillBernoulli(Span<float> destination, double probability)
    {
        if (!(probability is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "0 to 1 was expected.");
        for (var i = 0; i < destination.Length; i++)
            destination[i] = NextDouble() < probability ? 1f : 0f;
    }

    /// <summary>Fills with normally distributed numbers.</summary>
    /// <param name="destination">Any number of values; filling two parts in turn equals filling the whole.</param>
    /// <param name="mean">Mean of the distribution, finite.</param>
    /// <param name="standardDeviation">In the unit of the mean; finite, zero or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The mean is not finite, or the deviation is negative or not finite.</exception>
    public void FillGaussian(Span<float> destination, double mean = 0, double standardDeviation = 1)
    {
        if (!double.IsFinite(mean))
            throw new ArgumentOutOfRangeException(nameof(mean), mean, "A finite number was expected.");
        if (!(standardDeviation >= 0 && double.IsFinite(standardDeviation)))
        {
            throw new ArgumentOutOfRangeException(
                nameof(standardDeviation),
                standardDeviation,
                "A finite number of zero or more was expected."
            );
        }

        for (var i = 0; i < destination.Length; i++)
            destination[i] = (float)(mean + standardDeviation * NextGaussian());
    }

    /// <summary>
    /// The natural logarithm of a normal positive number, as <c>ln(m) + e ln(2)</c> with m within a factor of sqrt(2) of 1 and
    /// <c>ln(m) = 2 artanh((m - 1) / (m + 1))</c>; <see cref="Math.Log(double)"/> may differ in the last bit between platforms.
    /// </summary>
    internal static double Log(double x)
    {
        var exponent = Math.ILogB(x);
        var mantissa = Math.ScaleB(x, -exponent);
        if (mantissa > Math.Sqrt(2))
            (mantissa, exponent) = (mantissa / 2, exponent + 1);

        var ratio = (mantissa - 1) / (mantissa + 1);
        var (square, sum) = (ratio * ratio, 0.0);
        for (var power = 23; power >= 1; power -= 2)
            sum = sum * square + 1.0 / power;
        return 2 * ratio * sum + exponent * 0.69314718055994531;
    }
}
