using Explain.Kernels.Sampling;

namespace Explain.Demo.Scenes;

/// <summary>What a scene draws: the numbers of one <see cref="SplitMix64"/>, in turn.</summary>
/// <remarks>
/// <see cref="Random"/> promises no sequence across .NET versions; a published figure must be reproducible with any of them.
/// </remarks>
internal sealed class SceneRandom(ulong seed)
{
    private SplitMix64 _bits = new(seed);

    public ulong Next() => _bits.Next();

    public double Uniform() => (Next() >> 11) * (1.0 / (1UL << 53));

    public double Uniform(double low, double high) => low + (high - low) * Uniform();

    public int Below(int count) => (int)(Uniform() * count);

    public bool Chance(double probability) => Uniform() < probability;
}
