using Explain.Engine.Vocabulary;
using Explain.Service.Problems;

namespace Explain.Service.Telemetry;

/// <summary>How requests end, in few words.</summary>
internal static class Outcome
{
    /// <summary>Answered.</summary>
    public const string Ok = "ok";

    private static readonly string NotReady = Problem.Of(ExplainError.ModelNotReady, null).Slug;

    /// <summary>Every word there is.</summary>
    public static IReadOnlyList<string> Words { get; } =
    [
        .. Enumerable
            .Range(200, 400)
            .Select(status => Of(status, null))
            .Append(Of(503, Problem.Of(ExplainError.ModelNotReady, null)))
            .Distinct(),
    ];

    /// <summary>The status that a request came to: an answer that began well may have ended otherwise.</summary>
    public static int StatusOf(HttpContext context) =>
        context.Response.StatusCode < 400 && context.Features.Get<Problem>() is { } problem ? problem.Status : context.Response.StatusCode;

    /// <summary>The word for an answer.</summary>
    /// <param name="status">Its status.</param>
    /// <param name="problem">What was wrong, where that is known.</param>
    public static string Of(int status, Problem? problem) =>
        status switch
        {
            < 400 => Ok,
            401 => "unauthenticated",
            403 => "forbidden",
            404 => "not_found",
            429 => "rate_limited",
            499 => "canceled",
            503 when problem?.Slug == NotReady => "not_ready",
            503 => "overloaded",
            504 => "deadline",
            < 500 => "invalid",
            _ => "error",
        };
}
