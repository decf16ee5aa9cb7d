namespace Explain.Kernels.Sampling;

/// <summary>
/// Steele, Lea and Flood's generator (2014, with Stafford's variant 13 as finaliser): turns related numbers, such as 0, 1, 2, into
/// unrelated seeds. Its numbers are the same on every platform and .NET version.
/// </summary>
/// <remarks>Where more than a few thousand numbers are drawn, take <see cref="RandomStream"/>. Not for several threads at once.</remarks>
/// <param name="state">Where the sequence begins.</param>
public sealed class SplitMix64(ulong state)
{
    private ulong _state = state;

    /// <summary>The next 64 bits.</summary>
    public ulong Next() => Mix(_state += 0x9E3779B97F4A7C15);

    /// <summary>A uniform number in [0, 1): the upper 53 bits of <see cref="Next"/> as a multiple of 2^-53.</summary>
    public double Uniform() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A uniform number from <paramref name="low"/> to below <paramref name="high"/>.</summary>
    public double Uniform(double low, double high) => low + (high - low) * Uniform();

    /// <summary>An integer from 0 to below <paramref name="count"/>, positive.</summary>
    public int Below(int count) => (int)(Uniform() * count);

    /// <summary>True with a probability, 0 (never) to 1 (always).</summary>
    public bool Chance(double probability) => Uniform() < probability;

    /// <summary>The finaliser: one number from another, each from exactly one.</summary>
    public static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
