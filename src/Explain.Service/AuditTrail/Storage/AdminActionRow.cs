namespace Explain.Service.AuditTrail.Storage;

/// <summary>What an operator did.</summary>
internal sealed class AdminActionRow
{
    /// <summary>In the order of time.</summary>
    public required string Id { get; init; }

    public required DateTime Time { get; init; }

    public required string RequestId { get; init; }

    public required string? Caller { get; init; }

    public required string? CallerKind { get; init; }

    public required string? CallerIssuer { get; init; }

    /// <summary><c>load</c>, <c>unload</c> or <c>delete</c>.</summary>
    public required string Action { get; init; }

    /// <summary>To what: a model, or which explanations.</summary>
    public required string Subject { get; init; }

    /// <summary>What came of it: <c>done</c>, or why not.</summary>
    public required string Outcome { get; init; }
}
