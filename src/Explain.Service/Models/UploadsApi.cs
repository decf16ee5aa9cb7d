using Explain.Engine.Answers;
using Explain.Engine.Catalogue;
using Explain.Engine.Vocabulary;
using Explain.Service.AuditTrail;
using Explain.Service.Endpoints;
using Explain.Service.Problems;
using Explain.Service.Security;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;

namespace Explain.Service.Models;

/// <summary>Models that callers send.</summary>
internal static class UploadsApi
{
    private static readonly Problem[] Conflicts = [Problem.Conflict(null), Problem.ModelRefused(null)];

    // csharpier-ignore
    private static readonly ExplainError[] Errors =
    [
        ExplainError.InvalidRequest, ExplainError.PayloadTooLarge, ExplainError.UnsupportedMediaType, ExplainError.ModelNotReady, ExplainError.Overloaded,
    ];

    /// <summary>Maps their routes.</summary>
    /// <param name="routes">The service's routes.</param>
    /// <param name="settings">Where they go, and how much of them.</param>
    /// <param name="timeout">Time for one to arrive and to be loaded.</param>
    public static IEndpointRouteBuilder MapUploads(this IEndpointRouteBuilder routes, UploadSettings settings, TimeSpan timeout)
    {
        var group = routes.MapGroup("/api/v1/models").WithTags("Models").RequireScope(Scope.ModelsAdmin);
        group
            .MapPut("/{model}", PutAsync)
            .WithName("putModel")
            .WithSummary("Send a model")
            .WithDescription(
                "An .onnx file as the body, or a form with the parts model, labels and settings (labels.txt and model.json) and files of "
                    + "weights by their own names. It is loaded and tried out before it takes the place of one that was sent before; a "
                    + "model that cannot be served changes nothing. Off unless `Uploads:Directory` is set."
            )
            .WithMetadata(new TakesBody(null, "application/octet-stream", "multipart/form-data"), new Size(settings.MaxBytes + Envelope))
            .WithRequestTimeout(timeout)
            .WithMetadata(new Fails(Errors) { NotFound = true, Others = Conflicts });
        group
            .MapDelete("/{model}", DeleteAsync)
            .WithName("deleteModel")
            .WithSummary("Delete a model that was sent")
            .WithDescription("Takes it out of service and deletes its files. Requests that have begun are answered.")
            .Produces(StatusCodes.Status204NoContent)
            .WithMetadata(new Fails([ExplainError.InvalidRequest, ExplainError.ModelNotFound]) { Others = [Problem.Conflict(null)] });
        return routes;
    }

    // Of a form: what is not in its files.
    private const long Envelope = 1 << 20;

    private static async Task<Results<Ok<ModelDocument>, Created<ModelDocument>>> PutAsync(
        string model,
        HttpContext context,
        ModelUploads uploads,
        ModelCatalogue catalogue,
        AdminActions actions
    )
    {
        var isNew = await actions.RunAsync(context, "upload", model, () => uploads.PutAsync(model, context.Request));
        using var lease = catalogue.Borrow(model);
        var document = ModelDocument.Of(lease.Description, lease.Methods);
        if (!isNew)
            return TypedResults.Ok(document);
        return TypedResults.Created($"{context.Request.PathBase}/api/v1/models/{model}", document);
    }

    private static async Task<NoContent> DeleteAsync(string model, HttpContext context, ModelUploads uploads, AdminActions actions)
    {
        await actions.RunAsync(context, "delete-model", model, () => uploads.DeleteAsync(model, context.RequestAborted));
        return TypedResults.NoContent();
    }

    private sealed record Size(long? MaxRequestBodySize) : IRequestSizeLimitMetadata;
}
