using Explain.Engine.Vocabulary;

namespace Explain.Service.Problems;

/// <summary>For the document: the ways in which the endpoint fails.</summary>
internal sealed record Fails(IReadOnlyList<ExplainError> Errors, bool NotAcceptable = false)
{
    /// <summary>Whether there may be nothing at the address.</summary>
    public bool NotFound { get; init; }

    /// <summary>Failures that are none of the engine's.</summary>
    public IReadOnlyList<Problem> Others { get; init; } = [];
}
