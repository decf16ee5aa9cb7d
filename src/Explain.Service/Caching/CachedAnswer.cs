using System.ComponentModel;
using Explain.Service.Trail;

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
    /// <summary>Whether another request may get it: an answer that a deadline cut short is for the one who set it.</summary>
    public bool Whole => Facts is null || Facts.Targets.All(t => t.Partial is null);
}
