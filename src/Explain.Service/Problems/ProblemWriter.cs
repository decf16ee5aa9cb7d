using System.Diagnostics;
using System.Globalization;
using Explain.Engine.Answers;

namespace Explain.Service.Problems;

/// <summary>Writes a failure in the shape of the protocol that was spoken.</summary>
internal static class ProblemWriter
{
    /// <summary>Writes the answer.</summary>
    public static Task WriteAsync(HttpContext context, Problem problem)
    {
        // For the log and the metrics.
        context.Features.Set(problem);
        var headers = context.Response.Headers;
        if (problem.RetryAfter is { } seconds) headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        return context.Request.Path.StartsWithSegments("/v2") ? WriteOpenInferenceAsync(context, problem) : WriteProblemDetailsAsync(context, problem);
    }

    private static Task WriteProblemDetailsAsync(HttpContext context, Problem problem)
    {
        context.Response.StatusCode = problem.Status;
        var document = new ProblemDocument(
            problem.Type, problem.Title, problem.Status, problem.Detail, context.Request.Path.ToUriComponent(),
            Activity.Current?.TraceId.ToHexString() ?? context.TraceIdentifier, context.TraceIdentifier, problem.Errors.Count > 0 ? problem.Errors : null);
        return context.Response.WriteAsJsonAsync(document, Json.Options, "application/problem+json", context.RequestAborted);
    }

    // That protocol knows no 422.
    private static Task WriteOpenInferenceAsync(HttpContext context, Problem problem)
    {
        context.Response.StatusCode = problem.Status == 422 ? 400 : problem.Status;
        var document = new OpenInferenceError(problem.Detail ?? $"{problem.Title} (request {context.TraceIdentifier})");
        return context.Response.WriteAsJsonAsync(document, Json.Options, "application/json", context.RequestAborted);
    }
}
