namespace Explain.Kernels.Sampling;

/// <summary>
/// Steele, Lea and Flood's generator (2014, with Stafford's variant 13 as finaliser): turns related numbers, such as 0, 1, 2, into
/// unrelated seeds. The same sequence on every platform and .NET version.
/// </summary>
/// <param name="state">Where the sequence begins.</param>
public struct SplitMix64(ulong state)
{
    private ulong _state = state;

    /// <summary>The next 64 bits.</summary>
    public ulong Next() => Mix(_state += 0x9E3779B97F4A7C15);

    /// <summary>The finaliser alone: one number from one number, no two alike.</summary>
    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
