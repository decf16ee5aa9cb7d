using System.Text.Json;
using Explain.Engine.Answers;
using Explain.Engine.Catalogue;
using Explain.Engine.Vocabulary;
using Explain.Service.Problems;
using Explain.Service.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Explain.Service.Models;

/// <summary>What is served.</summary>
internal static class ModelsApi
{
    public static IEndpointRouteBuilder MapModels(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/models").WithTags("Models").RequireScope(Scope.ModelsRead);
        group
            .MapGet("/", List)
            .WithName("listModels")
            .WithSummary("The served models")
            .WithDescription(
                "Every model with its state; those that are ready with all there is to know of them, those that are loading with how far "
                    + "they are."
            );
        group
            .MapGet("/{model}", Get)
            .WithName("getModel")
            .WithSummary("One model")
            .WithDescription(
                "Input, preprocessing, default layer and why, candidate layers, supported methods, operators without a gradient rule."
            )
            .WithMetadata(new Fails([ExplainError.ModelNotFound, ExplainError.ModelNotReady]));
        group
            .MapGet("/{model}/labels", Labels)
            .WithName("getLabels")
            .WithSummary("The labels of a model")
            .WithDescription("One label a class, in order.")
            .WithMetadata(new Fails([ExplainError.ModelNotFound, ExplainError.ModelNotReady]));
        return routes;
    }

    private static Ok<ModelListDocument> List(
        HttpContext context,
        ModelCatalogue catalogue,
        EngineOptions options,
        UploadSettings uploads,
        SecuritySettings security
    ) =>
        TypedResults.Ok(
            new ModelListDocument(
                [
                    .. context
                        .User.Own(catalogue.Status)
                        .Select(s => new ModelStateDocument(
                            s.Name,
                            s.State.ToString().ToLowerInvariant(),
                            s.Error,
                            s.Description is { } description ? ModelDocument.Of(description, s.Methods) : null,
                            s.State == ModelState.Loading ? JsonNamingPolicy.KebabCaseLower.ConvertName($"{s.Step}") : null
                        )),
                ],
                new ImageLimitsDocument(options.MaxImageBytes, options.MaxImagePixels),
                uploads.Directory is not null && MaySend(context, security) ? uploads.MaxBytes : null
            )
        );

    private static bool MaySend(HttpContext context, SecuritySettings security) =>
        security.Allows(context.User, Scope.ModelsAdmin) && (security.AdminPort is not { } port || port == context.Connection.LocalPort);

    private static Ok<ModelDocument> Get(string model, ModelCatalogue catalogue)
    {
        using var lease = catalogue.Borrow(model);
        return TypedResults.Ok(ModelDocument.Of(lease.Description, lease.Methods));
    }

    private static Ok<LabelsDocument> Labels(string model, ModelCatalogue catalogue) =>
        TypedResults.Ok(new LabelsDocument(catalogue.Describe(model).Labels));
}
