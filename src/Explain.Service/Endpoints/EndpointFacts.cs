using Explain.Engine.Parameters;

namespace Explain.Service.Endpoints;

/// <summary>For the document: the endpoint takes an image and the parameters of a scope.</summary>
internal sealed record TakesImage(ParameterScope Scope);

/// <summary>For the document: the endpoint takes the parameters of a scope, and no image.</summary>
internal sealed record TakesParameters(ParameterScope Scope);

/// <summary>For the document: the endpoint takes a body of one of these types.</summary>
/// <remarks>
/// Metadata of the framework's own would have routing refuse every other type, and with it clients that do not say what they send.
/// </remarks>
internal sealed record TakesBody(Type? Document, params string[] BinaryTypes)
{
    /// <summary>An image for examples: a GIF of one white pixel.</summary>
    public const string Pixel = "R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs=";

    /// <summary>A document that is accepted, JSON; null for none.</summary>
    public string? Example { get; init; }
}

/// <summary>For the document: the query of the endpoint.</summary>
/// <param name="Parameters">Names, and what they mean and allow.</param>
internal sealed record TakesQuery(IEnumerable<(string Name, string Meaning)> Parameters);

/// <summary>For the document: the endpoint answers JSON of a type, and perhaps images too.</summary>
internal sealed record Answers(Type Document, bool AnswersImage = false);

/// <summary>For the document: the endpoint answers browsers with a page, too.</summary>
internal sealed record AnswersPage;

/// <summary>For the document: the endpoint answers 503 with the same type as 200.</summary>
internal sealed record Unready(Type Document);
