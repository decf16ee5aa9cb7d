using System.Diagnostics;
using System.Net.Mime;
using Explain.Service.Endpoints;

namespace Explain.Service.Problems;

/// <summary>How a protocol writes failures.</summary>
/// <param name="MediaType">Media type of the body.</param>
/// <param name="Document">What the body is.</param>
/// <param name="Write">Makes status and body.</param>
internal sealed record ErrorShape(string MediaType, Type Document, Func<HttpContext, Problem, (int Status, object Document)> Write);

/// <summary>The shapes of all protocols.</summary>
internal static class ErrorShapes
{
    // csharpier-ignore
    private static readonly Dictionary<Protocol, ErrorShape> Table = new()
    {
        [Protocol.Native] = new(MediaTypeNames.Application.ProblemJson, typeof(ProblemDocument), Native),
        [Protocol.KServe] = new(MediaTypeNames.Application.Json, typeof(KServeError), Short),
        [Protocol.OpenInference] = new(MediaTypeNames.Application.Json, typeof(KServeError), Short),
        [Protocol.TorchServe] = new(MediaTypeNames.Application.Json, typeof(TorchError), Torch),
    };

    /// <summary>The shape of a protocol's failures.</summary>
    public static ErrorShape Of(Protocol protocol) => Table[protocol];

    private static (int, object) Native(HttpContext context, Problem problem) =>
        (
            problem.Status,
            new ProblemDocument(
                problem.Type,
                problem.Title,
                problem.Status,
                problem.Detail,
                context.Request.Path.ToUriComponent(),
                Activity.Current?.TraceId.ToHexString() ?? context.TraceIdentifier,
                context.TraceIdentifier,
                problem.Errors.Count > 0 ? problem.Errors : null
            )
        );

    // KServe's two protocols.
    private static (int, object) Short(HttpContext context, Problem problem) =>
        (Plain(problem.Status), new KServeError(Message(context, problem)));

    private static (int, object) Torch(HttpContext context, Problem problem) =>
        (Plain(problem.Status), new TorchError(Plain(problem.Status), Exception(problem), Message(context, problem)));

    // None of them knows this one.
    private static int Plain(int status) => status == 422 ? 400 : status;

    private static string Message(HttpContext context, Problem problem) =>
        problem.Detail ?? $"{problem.Title} (request {context.TraceIdentifier})";

    private static string Exception(Problem problem) =>
        problem switch
        {
            { Slug: "model-not-found" } => "ModelNotFoundException",
            { Status: 404 } => "ResourceNotFoundException",
            { Status: 405 } => "MethodNotAllowedException",
            { Status: 401 or 403 } => "InvalidKeyException",
            { Status: 413 } => "RequestEntityTooLargeException",
            { Status: 429 or 503 } => "ServiceUnavailableException",
            { Status: 504 } => "TimeoutException",
            { Status: >= 500 } => "InternalServerException",
            _ => "BadRequestException",
        };
}
