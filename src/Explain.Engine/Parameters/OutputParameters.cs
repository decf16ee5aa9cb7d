using Explain.Engine.Images;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Parameters;

/// <summary>What an answer is written as.</summary>
public enum AnswerFormat
{
    /// <summary>A PNG image.</summary>
    Png,

    /// <summary>A JPEG image.</summary>
    Jpeg,

    /// <summary>A WebP image.</summary>
    Webp,

    /// <summary>A JSON document.</summary>
    Json,

    /// <summary>The raw map as a NumPy array file.</summary>
    Npy,
}

/// <summary>Optional parts of a JSON answer.</summary>
[Flags]
public enum AnswerParts
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The raw map.</summary>
    Map = 1,

    /// <summary>The regions above the threshold.</summary>
    Boxes = 2,

    /// <summary>The rendered image.</summary>
    Image = 4,

    /// <summary>The most important channels.</summary>
    Channels = 8,

    /// <summary>The pooled feature vector.</summary>
    Features = 16,

    /// <summary>How far the score follows the map.</summary>
    Faithfulness = 32,

    /// <summary>The mask of the regions.</summary>
    Masks = 64,

    /// <summary>The outer borders of the regions.</summary>
    Polygons = 128,
}

/// <summary>How the answer is drawn and written; nothing here changes the map itself.</summary>
public sealed record OutputParameters
{
    /// <summary>The format asked for, or null to negotiate it.</summary>
    public AnswerFormat? Format { get; init; }

    /// <summary>What is drawn: a name of the render table.</summary>
    public string Render { get; init; } = "overlay";

    /// <summary>What the image is drawn on.</summary>
    public RenderSize Size { get; init; }

    /// <summary>Name of a colour map; signed maps are drawn in a diverging one whatever it says.</summary>
    public string ColorMap { get; init; } = "turbo";

    /// <summary>Weight of the colours over the image, 0..1.</summary>
    public float Alpha { get; init; } = 0.5f;

    /// <summary>The optional parts of a JSON answer.</summary>
    public AnswerParts Include { get; init; } = AnswerParts.Map | AnswerParts.Boxes;

    /// <summary>Whether what is drawn can be written as this.</summary>
    public bool Allows(AnswerFormat format) => Render != Renders.Layer || format is not (AnswerFormat.Jpeg or AnswerFormat.Webp);

    /// <summary>Refuses a format that cannot hold what is drawn.</summary>
    /// <exception cref="ExplainException"><see cref="ExplainError.InvalidParameter"/>.</exception>
    public void Require(AnswerFormat format)
    {
        if (!Allows(format))
        {
            throw ExplainException.Parameter(
                "format",
                $"render={Render} is transparent and is not written as {format.ToString().ToLowerInvariant()}; allowed: png, json, npy"
            );
        }
    }
}

/// <summary>What is compared: every method at every layer.</summary>
public sealed record CompareParameters
{
    /// <summary>Method ids; empty for every one that the model can do.</summary>
    public IReadOnlyList<string> Methods { get; init; } = ["gradcam"];

    /// <summary>Target layers; null for the model's own.</summary>
    public IReadOnlyList<string>? Layers { get; init; }

    /// <summary>
    /// Maps that stand beside those of the methods, one for each target. Measures that compare the map with that of another image are
    /// missing. Null for none.
    /// </summary>
    public IReadOnlyList<GivenMap>? Given { get; init; }
}

/// <summary>A map that no method of the engine made.</summary>
/// <param name="Name">What it is called in the place of a method.</param>
/// <param name="Map">The map, over the whole input of the model.</param>
public sealed record GivenMap(string Name, SaliencyMap Map);

/// <summary>All that a request says beside its image.</summary>
public sealed record RequestParameters
{
    /// <summary>What is computed.</summary>
    public ExplainParameters Explain { get; init; } = new();

    /// <summary>What is compared.</summary>
    public CompareParameters Compare { get; init; } = new();

    /// <summary>How it is drawn and written.</summary>
    public OutputParameters Output { get; init; } = new();

    /// <summary>How many classes a prediction lists; null for 5, or all when the model has fewer.</summary>
    public int? Top { get; init; }
}
