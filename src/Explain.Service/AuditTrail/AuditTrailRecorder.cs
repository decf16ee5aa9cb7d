using System.Net.Mime;
using System.Security.Cryptography;
using Explain.Service.AuditTrail.Storage;
using Explain.Service.Endpoints;
using Explain.Service.Requests;
using Explain.Service.Security;

namespace Explain.Service.AuditTrail;

/// <summary>Notes who got which explanation. Never waits and never fails: the answer goes out all the same.</summary>
internal sealed class AuditTrailRecorder(AuditTrailSettings settings, AuditTrailStatus status, AuditTrailQueue queue, TimeProvider clock)
{
    /// <summary>Whether raw maps are kept, too.</summary>
    public bool KeepsMaps => settings.Maps && status.Off is null;

    /// <summary>
    /// Notes an explanation that was computed for a protocol without images, and tells the caller where it will be found.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="facts">The explanation.</param>
    /// <param name="input">What was explained.</param>
    public void Record(RequestFacts request, ExplanationFacts facts, ExplainedInput input)
    {
        if (Record(request, facts, input, hit: false, ([], MediaTypeNames.Application.Json)) is { } link)
            request.Http.Response.Headers.Append(AnswerHeader.Explanation, link);
    }

    /// <summary>Notes an explanation.</summary>
    /// <param name="request">The request.</param>
    /// <param name="facts">The explanation.</param>
    /// <param name="input">What was explained.</param>
    /// <param name="hit">Whether the answer came from the cache.</param>
    /// <param name="answer">The answer's body and its media type.</param>
    /// <returns>Where it will be found; null where explanations are not written down.</returns>
    public string? Record(
        RequestFacts request,
        ExplanationFacts facts,
        ExplainedInput input,
        bool hit,
        (byte[] Content, string MediaType) answer
    )
    {
        if (status.Off is not null)
            return null;
        var image = settings.Pictures && answer.MediaType.StartsWith("image/", StringComparison.Ordinal) ? answer.Content : null;
        var now = clock.GetUtcNow();
        var id = Guid.CreateVersion7(now).ToString("N");
        var caller = Caller.NameOf(request.Http.User);
        var row = new ExplanationRow
        {
            Id = id,
            Time = now.UtcDateTime,
            RequestId = request.Http.TraceIdentifier,
            Protocol = request.Protocol.Name,
            ContentId = facts.ContentId,
            Model = facts.Model.Name,
            ModelVersion = facts.Model.Version,
            ModelSha256 = facts.Model.Sha256,
            Caller = caller?.Name,
            CallerKind = caller?.Kind,
            CallerIssuer = caller?.Issuer,
            ImageDigest = input.Digest,
            ImageBytes = input.Bytes,
            ImageWidth = facts.Width,
            ImageHeight = facts.Height,
            CacheHit = hit,
            MediaType = answer.MediaType,
            DecodeMs = facts.Timings.Decode,
            PreprocessMs = facts.Timings.Preprocess,
            QueueMs = facts.Timings.Queue,
            RunMs = facts.Timings.Run,
            MapMs = facts.Timings.Map,
            RenderMs = facts.Timings.Render,
            PictureDigest = image is null ? null : Convert.ToHexStringLower(SHA256.HashData(image)),
            Targets = [.. facts.Targets.Select((target, place) => Row(id, place, target, facts.Model.Name))],
        };
        queue.Add(new ExplanationEntry(row, image));
        return ExplanationLink.Of(request.Http, id);
    }

    private TargetRow Row(string id, int place, TargetFacts target, string model) =>
        new()
        {
            ExplanationId = id,
            Place = place,
            Method = target.Method,
            Layer = target.Layer,
            Score = target.Score,
            TargetIndex = target.Index,
            TargetLabel = target.Label,
            Logit = target.Logit,
            Probability = target.Probability,
            Output = target.Output,
            Boxes = target.Boxes,
            Diagnostics = target.Diagnostics,
            PartialDone = target.Partial?.Done,
            PartialOf = target.Partial?.Of,
            // Answers of a shared cache may be those of an instance that keeps maps.
            Map = KeepsMaps && target.Map is { } map ? Row(id, place, target, model, map) : null,
        };

    private static MapRow Row(string id, int place, TargetFacts target, string model, QuantizedMap map) =>
        new()
        {
            ExplanationId = id,
            Place = place,
            Model = model,
            Method = target.Method,
            TargetIndex = target.Index,
            Height = map.Height,
            Width = map.Width,
            Peak = map.Peak,
            Content = map.Content,
        };
}
