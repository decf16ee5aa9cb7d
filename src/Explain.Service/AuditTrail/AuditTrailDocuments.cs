using System.Text.Json;
using System.Text.Json.Serialization;
using Explain.Engine.Explaining;
using Explain.Engine.Vocabulary;
using Explain.Service.AuditTrail.Storage;

namespace Explain.Service.AuditTrail;

/// <summary>Explanations that were given.</summary>
/// <param name="Explanations">Newest first.</param>
/// <param name="After">What to ask for as <c>after</c> to get the next ones; null when there are none.</param>
public sealed record ExplanationsDocument(IReadOnlyList<RecordedExplanation> Explanations, string? After);

/// <summary>An explanation that was given.</summary>
/// <param name="Id">Id of this answer, in its permalink.</param>
/// <param name="Time">When it was given.</param>
/// <param name="RequestId">As in <c>X-Request-Id</c>.</param>
/// <param name="Protocol"><c>native</c>, <c>kserve-v1</c>, <c>open-inference</c> or <c>torchserve</c>.</param>
/// <param name="ContentId">Digest of image, model and parameters, as in <c>X-Explain-Id</c>: the same for equal requests.</param>
/// <param name="Model">Which model answered.</param>
/// <param name="Image">The image that was explained; it is not kept itself.</param>
/// <param name="Caller">Name of the caller's key, or subject of their token; null where nobody was asked for one.</param>
/// <param name="CallerKind"><c>key</c> or <c>token</c>; null where nobody was asked.</param>
/// <param name="CallerIssuer">Who issued the caller's token; null for others.</param>
/// <param name="Cache"><c>hit</c> or <c>miss</c>.</param>
/// <param name="MediaType">Media type of the answer.</param>
/// <param name="Explanations">One for each target, in the order of the answer.</param>
/// <param name="Timings">Milliseconds in each stage; of the first answer, when this one came from the cache.</param>
/// <param name="Picture">Path of the answered image; null when it is not kept.</param>
public sealed record RecordedExplanation(
    string Id,
    DateTime Time,
    string RequestId,
    string Protocol,
    string ContentId,
    ModelIdentity Model,
    RecordedImage Image,
    string? Caller,
    string? CallerKind,
    string? CallerIssuer,
    string Cache,
    string MediaType,
    IReadOnlyList<RecordedTarget> Explanations,
    Timings Timings,
    string? Picture
)
{
    internal static RecordedExplanation Of(ExplanationRow row, HttpContext http) =>
        new(
            row.Id,
            row.Time,
            row.RequestId,
            row.Protocol,
            row.ContentId,
            new ModelIdentity(row.Model, row.ModelVersion, row.ModelSha256),
            new RecordedImage($"sha256:{row.ImageDigest}", row.ImageBytes, row.ImageWidth, row.ImageHeight),
            row.Caller,
            row.CallerKind,
            row.CallerIssuer,
            row.CacheHit ? "hit" : "miss",
            row.MediaType,
            [.. row.Targets.OrderBy(t => t.Place).Select(RecordedTarget.Of)],
            new Timings(row.DecodeMs, row.PreprocessMs, row.QueueMs, row.RunMs, row.MapMs, row.RenderMs),
            row.PictureDigest is null ? null : ExplanationLink.ImageOf(http, row.Id)
        );
}

/// <summary>Addresses that may be read without a key for a while.</summary>
/// <param name="Explanation">Path and query of the facts.</param>
/// <param name="Picture">Path and query of the answered image; null when it is not kept.</param>
/// <param name="View">Path and query of a page that shows both, for people and frames.</param>
/// <param name="Expires">Until when.</param>
public sealed record LinkDocument(string Explanation, string? Picture, string View, DateTimeOffset Expires);

/// <summary>What was deleted.</summary>
/// <param name="Deleted">How many explanations.</param>
public sealed record DeletedDocument(int Deleted);

/// <summary>What operators did.</summary>
/// <param name="Actions">Newest first.</param>
/// <param name="After">What to ask for as <c>after</c> to get the next ones; null when there are none.</param>
public sealed record AdminActionsDocument(IReadOnlyList<RecordedAction> Actions, string? After);

/// <summary>What an operator did.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Time">When.</param>
/// <param name="RequestId">As in <c>X-Request-Id</c>.</param>
/// <param name="Caller">Name of the caller's key, or subject of their token; null where nobody was asked for one.</param>
/// <param name="CallerKind"><c>key</c> or <c>token</c>; null where nobody was asked.</param>
/// <param name="CallerIssuer">Who issued the caller's token; null for others.</param>
/// <param name="Action"><c>load</c>, <c>unload</c>, <c>upload</c>, <c>delete-model</c> or <c>delete</c>.</param>
/// <param name="Subject">To what: a model, or which explanations.</param>
/// <param name="Outcome"><c>done</c>, or why not.</param>
public sealed record RecordedAction(
    string Id,
    DateTime Time,
    string RequestId,
    string? Caller,
    string? CallerKind,
    string? CallerIssuer,
    string Action,
    string Subject,
    string Outcome
)
{
    internal static RecordedAction Of(AdminActionRow row) =>
        new(row.Id, row.Time, row.RequestId, row.Caller, row.CallerKind, row.CallerIssuer, row.Action, row.Subject, row.Outcome);
}

/// <summary>An image that was explained.</summary>
/// <param name="Digest">SHA-256 of the file: <c>sha256:…</c>.</param>
/// <param name="Bytes">Length of the file.</param>
/// <param name="Width">Pixels, after orientation.</param>
/// <param name="Height">Pixels, after orientation.</param>
public sealed record RecordedImage(string Digest, long Bytes, int Width, int Height);

/// <summary>One explained target.</summary>
/// <param name="Method">Method id.</param>
/// <param name="Layer">Target layer.</param>
/// <param name="Score">What was differentiated.</param>
/// <param name="Target">The explained class with its scores, or what else was explained with its value.</param>
/// <param name="Boxes">Regions above the threshold, in original pixels.</param>
/// <param name="Diagnostics">Coded warnings.</param>
/// <param name="Partial">How far the method came before its deadline; missing when it came to its end.</param>
public sealed record RecordedTarget(
    string Method,
    string Layer,
    string Score,
    object Target,
    IReadOnlyList<Box> Boxes,
    IReadOnlyList<Diagnostic> Diagnostics,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Progress? Partial
)
{
    internal static RecordedTarget Of(TargetRow row) =>
        new(
            row.Method,
            row.Layer,
            row.Score,
            row.TargetIndex is { } index
                ? new Prediction(index, row.TargetLabel, row.Logit ?? float.NaN, row.Probability)
                : JsonSerializer.Deserialize<JsonElement>(row.Output ?? "{}"),
            JsonSerializer.Deserialize<Box[]>(row.Boxes, Json.Options)!,
            JsonSerializer.Deserialize<Diagnostic[]>(row.Diagnostics, Json.Options)!,
            row is { PartialDone: { } done, PartialOf: { } of } ? new Progress(done, of) : null
        );
}
