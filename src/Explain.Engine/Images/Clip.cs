namespace Explain.Engine.Images;

/// <summary>The values that get the first and the last colour; those beyond them get the same ones.</summary>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end, above the lower one.</param>
/// <param name="Absolute">
/// True: ends in the unit of the raw map, so that colours mean the same on every image. False: percentiles 0..100 of the map at hand.
/// </param>
public readonly record struct Clip(float Low, float High, bool Absolute = false)
{
    /// <summary>The map's own smallest and largest value.</summary>
    public static readonly Clip None = new(0, 100);

    /// <summary>What is allowed, in words.</summary>
    public const string Allowed = "percentiles lo,hi with 0 <= lo < hi <= 100, or abs:lo,hi in the map's own unit with lo < hi";
}
