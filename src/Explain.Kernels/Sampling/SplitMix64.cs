namespace Explain.Kernels.Sampling;

/// <summary>
/// Steele, Lea and Flood's generator (2014, with Stafford's variant 13 as finaliser): turns related numbers, such as 0, 1, 2, into
/// unrelated seeds.
/// </summary>
/// <param name="state">Where the sequence begins.</param>
internal struct SplitMix64(ulong state)
{
    private ulong _state = state;

    public ulong Next()
    {
        var mixed = _state += 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}
