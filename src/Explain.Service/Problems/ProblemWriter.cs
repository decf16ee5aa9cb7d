using System.Globalization;
using System.Text.Json;
using Explain.Engine.Vocabulary;
using Explain.Service.Endpoints;

namespace Explain.Service.Problems;

/// <summary>Writes a failure in the shape of the protocol that was spoken.</summary>
internal static class ProblemWriter
{
    /// <summary>Writes the answer.</summary>
    public static Task WriteAsync(HttpContext context, Problem problem)
    {
        var headers = context.Response.Headers;
        if (problem.RetryAfter is { } seconds)
            headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        var shape = ErrorShapes.Of(Protocol.Of(context));
        (context.Response.StatusCode, var document) = Noted(context, problem, shape);
        return context.Response.WriteAsJsonAsync(document, shape.Document, Json.Options, shape.MediaType, context.RequestAborted);
    }

    /// <summary>The document alone, for an answer that has begun.</summary>
    public static byte[] Bytes(HttpContext context, Problem problem)
    {
        var shape = ErrorShapes.Of(Protocol.Of(context));
        return JsonSerializer.SerializeToUtf8Bytes(Noted(context, problem, shape).Document, shape.Document, Json.Options);
    }

    // For the log and the metrics.
    private static (int Status, object Document) Noted(HttpContext context, Problem problem, ErrorShape shape)
    {
        context.Features.Set(problem);
        return shape.Write(context, problem);
    }
}
