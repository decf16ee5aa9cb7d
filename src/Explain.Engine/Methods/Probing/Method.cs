using Explain.Autodiff.Export;
using Explain.Engine.Methods.Options;
using Explain.Engine.Models;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Methods.Probing;

/// <summary>How a method gets from the model to its values: raw, before any ReLU at the end.</summary>
internal delegate Attribution Algorithm(Probe probe);

/// <summary>How the channels of values in pixel space become one map.</summary>
/// <param name="channels">Row-major [C, h·w].</param>
/// <param name="map">Receives the map, [h·w].</param>
internal delegate void ChannelReduction(ReadOnlySpan<float> channels, Span<float> map);

/// <summary>A method: a row of the tables.</summary>
internal sealed class Method
{
    private const float UsualThreshold = 0.15f;

    /// <summary>Its id in the API, lower case.</summary>
    public required string Id { get; init; }

    /// <summary>Its algorithm.</summary>
    public required Algorithm Run { get; init; }

    /// <summary>What the model must have; the first thing it lacks is the reason given.</summary>
    public required IReadOnlyList<Requirement> Requirements { get; init; }

    /// <summary>Whose conventions it can follow besides the paper's.</summary>
    public IReadOnlyList<Compat> Conventions { get; init; } = [];

    /// <summary>How an exported model computes it; null when it is not exported.</summary>
    public MapFormula? Formula { get; init; }

    /// <summary>Cost class, as clients read it: <c>forward</c>, <c>forward+backward</c>, ….</summary>
    public required string Cost { get; init; }

    /// <summary>What it costs.</summary>
    public required CostRule Passes { get; init; }

    /// <summary>Whether the values belong to the input whatever layer is asked for; such a method takes no target layer.</summary>
    public bool OfInput { get; init; }

    /// <summary>Whether its map was given, and is no answer to any other input.</summary>
    public bool IsGiven { get; init; }

    /// <summary>Whether the method itself ends in a ReLU.</summary>
    public bool Rectified { get; init; }

    /// <summary>Whether it adds up contributions of channels, which eigen smoothing can take the first component of.</summary>
    public bool ByChannel { get; init; }

    /// <summary>Whether its map is, place by place, the sum over channels of values times gradients.</summary>
    public bool SumsProducts { get; init; }

    /// <summary>Whether it gives a map of what is done when time is up.</summary>
    public bool StopsInTime { get; init; }

    /// <summary>Whether it explains the probability of a class where the request does not say what, if the model has one.</summary>
    public bool OfProbability { get; init; }

    /// <summary>For methods in pixel space: how their channels become the map that is drawn; else null.</summary>
    public ChannelReduction? Reduce { get; init; }

    /// <summary>Whether the formula holds for weighted sums of logits only.</summary>
    public bool LogitsOnly { get; init; }

    /// <summary>How maps of several layers become one.</summary>
    public LayerFusion Fuse { get; init; } = Fusion.Mean;

    /// <summary>Its target layers where the request names none; null for the model's own layer.</summary>
    public Func<Model, IReadOnlyList<string>>? DefaultLayers { get; init; }

    /// <summary>Share of the maximum from which boxes and masks begin, where the request does not say.</summary>
    public float Threshold { get; init; } = UsualThreshold;

    /// <summary>One line.</summary>
    public required string Summary { get; init; }

    /// <summary>Authors, year, and the equation.</summary>
    public required string Paper { get; init; }

    /// <summary>Where it departs from what other tools call by its name, and why; null where it does not.</summary>
    public string? Notes { get; init; }

    /// <summary>What clients see of it.</summary>
    public MethodInfo Info =>
        field ??= new(Id, Summary, Paper, Cost, Needs, Threshold)
        {
            Notes = Notes,
            Compat = [.. Conventions.Select(Vocabulary.Conventions.NameOf)],
        };

    private string Needs => string.Join(", and ", Requirements.Select(r => r.Text).OfType<string>());
}

/// <summary>The values of one item, as the method defines them.</summary>
/// <param name="Channels">C for values in pixel space, which have the channels of the input; null for a map.</param>
/// <param name="Height">h.</param>
/// <param name="Width">w.</param>
/// <param name="Values">Row-major [C, h, w] or [h, w].</param>
internal sealed record Attribution(int? Channels, int Height, int Width, float[] Values)
{
    /// <summary>The weight α_k of each feature map, [C]; null for methods that do not weigh whole feature maps.</summary>
    public float[]? Weights { get; init; }

    /// <summary>Further warnings about how the values came about.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics { get; init; } = [];

    /// <summary>How well the values add up, where they should; else null.</summary>
    public Completeness? Completeness { get; init; }

    /// <summary>How far the method came when its time was up; null when it came to its end.</summary>
    public Progress? Partial { get; init; }

    /// <summary>The same values, as made of <paramref name="done"/> of <paramref name="all"/> samples.</summary>
    public Attribution After(int done, int all) => done == all ? this : this with { Partial = new Progress(done, all) };
}
