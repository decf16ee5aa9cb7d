namespace Explain.Service.AuditTrail.Storage;

/// <summary>One answer: when, to whom, by which model, about which image.</summary>
internal sealed class ExplanationRow
{
    /// <summary>Generated, not to be guessed, and in the order of time.</summary>
    public required string Id { get; init; }

    public required DateTime Time { get; init; }

    public required string RequestId { get; init; }

    /// <summary>In whose words it was asked: <c>native</c>, <c>kserve-v1</c>, ….</summary>
    public required string Protocol { get; init; }

    public required string ContentId { get; init; }

    public required string Model { get; init; }

    public required string ModelVersion { get; init; }

    public required string ModelSha256 { get; init; }

    public required string? Caller { get; init; }

    /// <summary><c>key</c> or <c>token</c>; null where nobody was asked, and in rows older than this column.</summary>
    public required string? CallerKind { get; init; }

    /// <summary>Who issued the caller's token.</summary>
    public required string? CallerIssuer { get; init; }

    public required string ImageDigest { get; init; }

    public required long ImageBytes { get; init; }

    public required int ImageWidth { get; init; }

    public required int ImageHeight { get; init; }

    public required bool CacheHit { get; init; }

    /// <summary>Media type of the answer.</summary>
    public required string MediaType { get; init; }

    public required double DecodeMs { get; init; }

    public required double PreprocessMs { get; init; }

    public required double QueueMs { get; init; }

    public required double RunMs { get; init; }

    public required double MapMs { get; init; }

    public required double RenderMs { get; init; }

    /// <summary>The image that was answered; null when it is not kept.</summary>
    public string? PictureDigest { get; set; }

    public List<TargetRow> Targets { get; init; } = [];
}

/// <summary>One explained target of an answer.</summary>
internal sealed class TargetRow
{
    public required string ExplanationId { get; init; }

    /// <summary>Its place in the answer, from 0.</summary>
    public required int Place { get; init; }

    public required string Method { get; init; }

    public required string Layer { get; init; }

    public required string Score { get; init; }

    public required int? TargetIndex { get; init; }

    public required string? TargetLabel { get; init; }

    public required float? Logit { get; init; }

    public required float? Probability { get; init; }

    /// <summary>What was explained where it is no class, in JSON.</summary>
    public required string? Output { get; init; }

    /// <summary>In JSON.</summary>
    public required string Boxes { get; init; }

    /// <summary>In JSON.</summary>
    public required string Diagnostics { get; init; }

    public required int? PartialDone { get; init; }

    public required int? PartialOf { get; init; }

    /// <summary>The raw map; null when it is not kept.</summary>
    public MapRow? Map { get; set; }
}

/// <summary>The raw map of an explained target, at the layer's resolution or less, in 8 bits.</summary>
internal sealed class MapRow
{
    public required string ExplanationId { get; init; }

    public required int Place { get; init; }

    // What maps are looked up by stands here again: a sample of them then costs as much as it has maps, however long the trail is.
    public required string Model { get; init; }

    public required string Method { get; init; }

    public required int? TargetIndex { get; init; }

    public required int Height { get; init; }

    public required int Width { get; init; }

    /// <summary>The largest magnitude: what 127 stands for.</summary>
    public required float Peak { get; init; }

    /// <summary>Row-major, a signed byte each.</summary>
    public required byte[] Content { get; init; }
}

/// <summary>An image that was answered, once however often it was.</summary>
internal sealed class PictureRow
{
    /// <summary>SHA-256, lower-case hex.</summary>
    public required string Digest { get; init; }

    public required string MediaType { get; init; }

    public required byte[] Content { get; init; }

    /// <summary>When it was last answered.</summary>
    public required DateTime Time { get; init; }
}
