using System.ComponentModel;
using System.Text.Json.Serialization;
using Explain.Engine.Telemetry;
using Explain.Service.AuditTrail;

namespace Explain.Service.Caching;

/// <summary>An answer as it goes out, with all that is known of it; nobody changes its bytes.</summary>
/// <param name="Content">The body.</param>
/// <param name="MediaType">Its media type.</param>
/// <param name="Headers">The headers that belong to the answer, and not to one request for it.</param>
/// <param name="Facts">What the trail keeps of it; null for answers that are no explanations.</param>
[ImmutableObject(true)]
internal sealed record CachedAnswer(
    byte[] Content,
    string MediaType,
    IReadOnlyList<KeyValuePair<string, string>> Headers,
    ExplanationFacts? Facts
)
{
    /// <summary>The method, or <see cref="RequestTrace.Several"/>; null for answers that are no explanations.</summary>
    [JsonIgnore]
    public string? Method =>
        Facts?.Targets.Select(t => t.Method).Distinct().ToArray() switch
        {
            null => null,
            [var only] => only,
            _ => RequestTrace.Several,
        };

    /// <summary>Whether another request may get it: an answer that a deadline cut short is for the one who set it.</summary>
    public bool Whole => Facts is null || Facts.Targets.All(t => t.Partial is null);
}
