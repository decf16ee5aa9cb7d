using System.Text.Json.Serialization;

namespace Explain.Service.Problems;

/// <summary>Problem details (RFC 9457).</summary>
/// <param name="Type">Stable URI that ends in the slug.</param>
/// <param name="Title">The kind of failure.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Detail">What was wrong this time and what is allowed.</param>
/// <param name="Instance">Path of the request.</param>
/// <param name="TraceId">Trace to look for in the log.</param>
/// <param name="RequestId">As in <c>X-Request-Id</c>.</param>
/// <param name="Errors">Parameter name to messages, for <c>invalid-parameter</c>.</param>
public sealed record ProblemDocument(
    string Type,
    string Title,
    int Status,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Detail,
    string Instance,
    string TraceId,
    string RequestId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, string[]>? Errors
);

/// <summary>An error of KServe's protocols, V1 and V2.</summary>
/// <param name="Error">What was wrong.</param>
public sealed record KServeError(string Error);

/// <summary>An error of TorchServe.</summary>
/// <param name="Code">HTTP status.</param>
/// <param name="Type">Kind of failure, as TorchServe calls it.</param>
/// <param name="Message">What was wrong.</param>
public sealed record TorchError(int Code, string Type, string Message);
