using Explain.Engine.Images;
using Explain.Engine.Inputs;
using Explain.Engine.Methods.Options;
using Explain.Engine.Segmentation;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Parameters;

/// <summary>What the caller asks for, parsed and valid on its own (whether the model can do it is found out later).</summary>
public sealed record ExplainParameters
{
    /// <summary>Method id: a key of the method table.</summary>
    public string Method { get; init; } = "gradcam";

    /// <summary>
    /// What to explain: indices, labels, <c>predicted</c> or <c>top:K</c>, separated by commas. Read against the model's labels, which may
    /// contain commas themselves. Or a JSON object for a scalar of another kind, <c>{"output":"name",…}</c>, or a JSON array of both.
    /// </summary>
    public string Target { get; init; } = "predicted";

    /// <summary>Values of the model's inputs beside the image, by name.</summary>
    public IReadOnlyDictionary<string, InputTensor> Inputs { get; init; } = InputTensor.None;

    /// <summary>
    /// <c>logit</c>, <c>probability</c>, <c>log-probability</c>, <c>rest</c>, <c>contrast:CLASS</c> or <c>counterfactual</c>; null: as the
    /// method's paper does.
    /// </summary>
    public string? Score { get; init; }

    /// <summary>Target layer, or null for the model's default.</summary>
    public string? Layer { get; init; }

    /// <summary>Null: as the method's paper does.</summary>
    public Sign? Sign { get; init; }

    /// <summary>From which value on a map speaks for a region; null: the share of its maximum that is the method's own.</summary>
    public RegionThreshold? Threshold { get; init; }

    /// <summary>Which regions are meant, or whose protocol finds them (<see cref="RegionRules.Names"/>); null for all of them.</summary>
    public string? Boxes { get; init; }

    /// <summary>The values that get the first and the last colour; null: as the method wants it. Raw values are never clipped.</summary>
    public Clip? Clip { get; init; }

    /// <summary>Whether the most important channels are answered.</summary>
    public bool Channels { get; init; }

    /// <summary>Whether the pooled feature vector is answered.</summary>
    public bool Features { get; init; }

    /// <summary>Whether it is measured how far the score follows the map.</summary>
    public bool Faithfulness { get; init; }

    /// <summary>How methods work.</summary>
    public MethodOptions Options { get; init; } = new();

    /// <summary>
    /// The time after which methods that sample answer with what they have, from the beginning of the computation; null for no end.
    /// </summary>
    public TimeSpan? Deadline { get; init; }
}
