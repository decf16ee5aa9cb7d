using System.Text.Json;
using Explain.Engine.Explaining;
using Explain.Engine.Vocabulary;

namespace Explain.Service.AuditTrail;

/// <summary>What the trail keeps of an explanation, whoever asked for it.</summary>
/// <param name="ContentId">Digest of image, model and parameters, as in the answer.</param>
/// <param name="Model">Which model answered.</param>
/// <param name="Width">Of the image, pixels after orientation.</param>
/// <param name="Height">Of the image, pixels after orientation.</param>
/// <param name="Timings">Where the time of the computation went.</param>
/// <param name="Targets">One for each target, in the order of the answer.</param>
internal sealed record ExplanationFacts(
    string ContentId,
    ModelIdentity Model,
    int Width,
    int Height,
    Timings Timings,
    IReadOnlyList<TargetFacts> Targets
)
{
    /// <summary>The facts of an explanation.</summary>
    /// <param name="explanation">The explanation.</param>
    /// <param name="timings">Drawing included.</param>
    /// <param name="maps">Whether raw maps are kept, too.</param>
    public static ExplanationFacts Of(Explanation explanation, Timings timings, bool maps) =>
        new(
            explanation.Id,
            explanation.Model,
            explanation.Image.Width,
            explanation.Image.Height,
            timings,
            [.. explanation.Targets.Select(target => TargetFacts.Of(target, maps))]
        );
}

/// <summary>What the trail keeps of one target.</summary>
/// <param name="Method">Method id.</param>
/// <param name="Layer">Target layer.</param>
/// <param name="Score">What was differentiated.</param>
/// <param name="Index">The explained class; null where it is no class.</param>
/// <param name="Label">Its label, if it has one.</param>
/// <param name="Logit">Its logit; null where it is no class, or not finite.</param>
/// <param name="Probability">Its probability; null where there is none.</param>
/// <param name="Output">What is explained where it is no class, in JSON.</param>
/// <param name="Boxes">Regions above the threshold, in JSON.</param>
/// <param name="Diagnostics">Coded warnings, in JSON.</param>
/// <param name="Partial">How far the method came; null when it came to its end.</param>
/// <param name="Map">The raw map; null where it is not kept.</param>
internal sealed record TargetFacts(
    string Method,
    string Layer,
    string Score,
    int? Index,
    string? Label,
    float? Logit,
    float? Probability,
    string? Output,
    string Boxes,
    string Diagnostics,
    Progress? Partial,
    QuantizedMap? Map
)
{
    public static TargetFacts Of(TargetExplanation target, bool map) =>
        new(
            target.Method,
            target.Layer,
            target.Score,
            target.Target?.Index,
            target.Target?.Label ?? target.Output?.Label,
            Finite(target.Target?.Logit),
            Finite(target.Target?.Probability),
            target.Output is { } output ? Written(output) : null,
            Written(target.Boxes),
            Written(target.Diagnostics),
            target.Partial,
            map ? QuantizedMap.Of(target.Map) : null
        );

    internal static string Written<T>(T value) => JsonSerializer.Serialize(value, Json.Options);

    internal static float? Finite(float? value) => value is { } number && float.IsFinite(number) ? number : null;
}
