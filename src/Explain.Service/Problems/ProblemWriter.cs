using System.Globalization;
using Explain.Engine.Vocabulary;
using Explain.Service.Endpoints;

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
        if (problem.RetryAfter is { } seconds)
            headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        var shape = ErrorShapes.Of(Protocol.Of(context));
        (context.Response.StatusCode, var document) = shape.Write(context, problem);
        return context.Response.WriteAsJsonAsync(document, shape.Document, Json.Options, shape.MediaType, context.RequestAborted);
    }
}
