using Explain.Engine.Vocabulary;

namespace Explain.Engine.Images;

/// <summary>How a map is made visible.</summary>
public sealed record RenderOptions
{
    /// <summary>
    /// Name of a colour map. Signed maps are drawn in <c>coolwarm</c> unless this one is diverging; a diverging one has zero in its middle.
    /// </summary>
    public string ColorMap { get; init; } = "turbo";

    /// <summary>Share of the colour in an overlay, 0..1.</summary>
    public float Alpha { get; init; } = 0.5f;

    /// <summary>The values that get the first and the last colour; null: the map's smallest and largest.</summary>
    public Clip? Clip { get; init; }

    /// <summary>
    /// <see cref="Vocabulary.Sign.Both"/> shows values below 0 too; otherwise they are set to 0
    /// (for <see cref="Vocabulary.Sign.Negative"/> the method has already turned the map over).
    /// </summary>
    public Sign Sign { get; init; } = Sign.Positive;

    /// <summary>For masks and boxes: what was found in the map.</summary>
    public IReadOnlyList<FoundRegion> Regions { get; init; } = [];

    /// <summary>What is drawn on.</summary>
    public RenderSize Size { get; init; }
}
