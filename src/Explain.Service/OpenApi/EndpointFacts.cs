using Explain.Engine.Parameters;
using Explain.Engine.Vocabulary;
using Explain.Service.Problems;

namespace Explain.Service.OpenApi;

/// <summary>For the document: the endpoint takes a picture and the parameters of a scope.</summary>
internal sealed record TakesImage(ParameterScope Scope);

/// <summary>For the document: the endpoint takes the parameters of a scope, and no picture.</summary>
internal sealed record TakesParameters(ParameterScope Scope);

/// <summary>For the document: the endpoint takes a body of one of these types.</summary>
/// <remarks>Metadata of the framework's own would have routing refuse every other type, and with it clients that do not say what they
/// send.</remarks>
internal sealed record TakesBody(Type? Document, params string[] BinaryTypes)
{
    /// <summary>A document that is accepted, JSON; null for none.</summary>
    public string? Example { get; init; }
}

/// <summary>For the document: the query of the endpoint is a question to the trail.</summary>
internal sealed record AsksTrail;

/// <summary>For the document: the endpoint answers JSON of a type, and perhaps pictures too.</summary>
internal sealed record Answers(Type Document, bool AnswersPicture = false);

/// <summary>For the document: the ways in which the endpoint fails.</summary>
internal sealed record Fails(IReadOnlyList<ExplainError> Errors, bool NotAcceptable = false)
{
    /// <summary>Whether there may be nothing at the address.</summary>
    public bool NotFound { get; init; }

    /// <summary>Failures that are none of the engine's.</summary>
    public IReadOnlyList<Problem> Others { get; init; } = [];
}

/// <summary>For the document: the endpoint answers 503 with the same type as 200.</summary>
internal sealed record Unready(Type Document);
