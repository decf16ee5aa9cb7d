using Explain.Engine.Vocabulary;
using Explain.Service.Endpoints;
using Explain.Service.Health;
using Explain.Service.Limits;
using Explain.Service.Problems;
using Explain.Service.Requests;
using Explain.Service.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Explain.Service.Protocols.TorchServe;

/// <summary>TorchServe's inference API.</summary>
internal static class TorchServeApi
{
    // curl -T sends a PUT.
    private static readonly string[] Verbs = ["POST", "PUT"];

    // csharpier-ignore
    private static readonly ExplainError[] Errors =
    [
        ExplainError.ModelNotFound, ExplainError.ModelNotReady, ExplainError.InvalidRequest, ExplainError.PayloadTooLarge, ExplainError.UnsupportedMediaType, ExplainError.OverBudget, ExplainError.Overloaded,
        ExplainError.DeadlineExceeded,
    ];

    public static IEndpointRouteBuilder MapTorchServe(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("").WithTags("TorchServe").WithMetadata(Protocol.TorchServe);
        group
            .MapGet("/ping", Ping)
            .OpenToAll()
            .WithMetadata(new Quiet())
            .WithName("torchPing")
            .WithSummary("The service is healthy")
            .WithDescription("Healthy when requests can be answered; else 500 and Unhealthy.")
            .Produces<PingDocument>()
            .Produces<PingDocument>(500);
        foreach (var (path, suffix) in new[] { ("", ""), ("/{version}", "Version") })
        {
            group
                .MapMethods($"/predictions/{{model}}{path}", Verbs, PredictAsync)
                .WithMetadata(Operation.Predict)
                .RequireScope(Scope.Predict)
                .WithName($"torchPredict{suffix}")
                .WithSummary("Classify an image")
                .WithDescription(
                    "An image as the body, or as the part data of a form; answers the five best classes with their probabilities."
                )
                .WithMetadata(new TakesBody(null, "image/*", "application/octet-stream", "multipart/form-data"))
                .Produces<Dictionary<string, float>>()
                .WithMetadata(new Fails(Errors));
            group
                .MapMethods($"/explanations/{{model}}{path}", Verbs, ExplainAsync)
                .WithMetadata(Operation.Explain)
                .RequireScope(Scope.Explain)
                .WithName($"torchExplain{suffix}")
                .WithSummary("Explain an image")
                .WithDescription(
                    "An image as the body, or as the part data of a form, with the native API's parameters in the query or as parts: by "
                        + "default integrated gradients in 15 steps for the predicted class; answers bare nested numbers, in pixel space "
                        + "shaped like the model's input."
                )
                .WithMetadata(new TakesBody(null, "image/*", "application/octet-stream", "multipart/form-data"))
                .Produces<float[][][][]>()
                .WithMetadata(new Fails(Errors));
        }
        return routes;
    }

    private static JsonHttpResult<PingDocument> Ping(Readiness readiness)
    {
        var healthy = readiness.Status == Readiness.Ok;
        return TypedResults.Json(
            new PingDocument(healthy ? "Healthy" : "Unhealthy"),
            Engine.Vocabulary.Json.Options,
            statusCode: healthy ? 200 : 500
        );
    }

    private static async Task<IResult> PredictAsync(string model, string? version, HttpContext context, ImageAnswers answers) =>
        TypedResults.Json(await answers.PredictAsync(RequestFacts.Of(context), model, version), Engine.Vocabulary.Json.Options);

    private static async Task<IResult> ExplainAsync(
        string model,
        string? version,
        HttpContext context,
        ImageAnswers answers,
        SendingMemory sending
    ) =>
        sending.Bytes(
            context,
            NestedNumbers.Write(await answers.ExplainAsync(RequestFacts.Of(context), model, version)),
            "application/json"
        );
}

/// <summary>How the service is.</summary>
/// <param name="Status"><c>Healthy</c> or <c>Unhealthy</c>.</param>
public sealed record PingDocument(string Status);
