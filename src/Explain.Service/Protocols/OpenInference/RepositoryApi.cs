using System.Text.Json;
using Explain.Engine.Catalogue;
using Explain.Engine.Vocabulary;
using Explain.Service.AuditTrail;
using Explain.Service.Bodies;
using Explain.Service.Endpoints;
using Explain.Service.Problems;
using Explain.Service.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Explain.Service.Protocols.OpenInference;

/// <summary>The model repository extension: what there is, loading and unloading.</summary>
internal static class RepositoryApi
{
    private const int MaxBody = 64 * 1024;

    public static void Map(RouteGroupBuilder group)
    {
        group
            .MapPost("/index", IndexAsync)
            .RequireScope(Scope.ModelsRead)
            .WithName("v2RepositoryIndex")
            .WithSummary("The models and where they stand")
            .WithDescription(
                "Every model of the repository with version, state and, where loading failed, the reason; with {\"ready\":true} those "
                    + "that answer."
            )
            .WithMetadata(new TakesBody(typeof(IndexRequest)) { Example = """{"ready":true}""" })
            .WithMetadata(new Fails([ExplainError.InvalidRequest]));
        group
            .MapPost("/models/{model}/load", LoadAsync)
            .RequireScope(Scope.ModelsAdmin)
            .WithName("v2RepositoryLoad")
            .WithSummary("Load a model")
            .WithDescription(
                "Loads a model from its files as they are now, for the first time or anew. The old one answers until the new one has "
                    + "made its first run, and goes on when the new one cannot be loaded."
            )
            .WithMetadata(new Fails([ExplainError.InvalidRequest, ExplainError.ModelNotFound, ExplainError.ModelNotReady]));
        group
            .MapPost("/models/{model}/unload", UnloadAsync)
            .RequireScope(Scope.ModelsAdmin)
            .WithName("v2RepositoryUnload")
            .WithSummary("Unload a model")
            .WithDescription("Takes a model out of service. Requests that have begun are answered.")
            .WithMetadata(new Fails([ExplainError.InvalidRequest, ExplainError.ModelNotFound]));
    }

    private static async Task<Ok<RepositoryModel[]>> IndexAsync(HttpContext context, ModelCatalogue catalogue)
    {
        var body = await CappedBody.ReadAsync(context.Request, MaxBody);
        var ready = body.Length > 0 && Read<IndexRequest>(body, """{"ready":true}""").Ready;
        return TypedResults.Ok(
            context
                .User.Own(catalogue.Status)
                .Where(s => !ready || s.State == ModelState.Ready)
                .Select(s => new RepositoryModel(s.Name, s.Version, State(s.State), s.Error ?? ""))
                .ToArray()
        );
    }

    private static async Task<Ok<ModelLoaded>> LoadAsync(string model, HttpContext context, ModelCatalogue catalogue, AdminActions actions)
    {
        await RequireNothingAsync(context.Request, "load");
        await actions.RunAsync(context, "load", model, () => catalogue.LoadAsync(model, context.RequestAborted));
        return TypedResults.Ok(new ModelLoaded(model, true));
    }

    private static async Task<Ok<ModelUnloaded>> UnloadAsync(
        string model,
        HttpContext context,
        ModelCatalogue catalogue,
        AdminActions actions
    )
    {
        await RequireNothingAsync(context.Request, "unload");
        await actions.RunAsync(context, "unload", model, () => catalogue.UnloadAsync(model, context.RequestAborted));
        return TypedResults.Ok(new ModelUnloaded(model, true));
    }

    // Others take a configuration or the model's bytes here.
    private static async Task RequireNothingAsync(HttpRequest request, string verb)
    {
        var body = await CappedBody.ReadAsync(request, MaxBody);
        if (
            body.Length > 0
            && Read<Dictionary<string, JsonElement>>(body, "{}") is { Count: > 0 } members
            && members.Any(m => m.Value.ValueKind != JsonValueKind.Object || m.Value.EnumerateObject().Any())
        )
        {
            throw new ExplainException(
                ExplainError.InvalidRequest,
                $"{verb} takes no {string.Join(", ", members.Keys.Take(3))}: models are files in the service's models directory"
            );
        }
    }

    private static T Read<T>(ReadOnlyMemory<byte> body, string form)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(StrictJson.WithoutMark(body).Span, Json.Options) ?? throw new JsonException();
        }
        catch (JsonException)
        {
            throw new ExplainException(ExplainError.InvalidRequest, $"the body must be empty or JSON of the form {form}");
        }
    }

    private static string State(ModelState state) =>
        state switch
        {
            ModelState.Ready => "READY",
            ModelState.Loading => "LOADING",
            _ => "UNAVAILABLE",
        };
}
