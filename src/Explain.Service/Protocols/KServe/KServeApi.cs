using System.Net.Mime;
using System.Text.Json;
using Explain.Engine.Catalogue;
using Explain.Engine.Vocabulary;
using Explain.Service.Endpoints;
using Explain.Service.Limits;
using Explain.Service.Problems;
using Explain.Service.Requests;
using Explain.Service.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Explain.Service.Protocols.KServe;

/// <summary>The KServe V1 protocol.</summary>
internal static class KServeApi
{
    // Without it, a model's route takes the verb behind the colon for a part of the name.
    private const string Model = "/{model:regex(^[A-Za-z0-9][A-Za-z0-9._-]{{0,127}}$)}";

    private const string Images = $$$"""{"instances":[{"image":{"b64":"{{{TakesBody.Pixel}}}"}}]}""";
    private const string Explained =
        $$$"""{"instances":[{"image":{"b64":"{{{TakesBody.Pixel}}}"},"target":0}],"parameters":{"method":"gradcam"}}""";

    // csharpier-ignore
    private static readonly ExplainError[] PredictErrors =
    [
        ExplainError.ModelNotFound, ExplainError.ModelNotReady, ExplainError.InvalidRequest, ExplainError.PayloadTooLarge, ExplainError.UnsupportedMediaType, ExplainError.Overloaded,
        ExplainError.DeadlineExceeded,
    ];

    private static readonly ExplainError[] ExplainErrors = [.. PredictErrors, ExplainError.OverBudget];

    public static IEndpointRouteBuilder MapKServe(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/models").WithTags("KServe V1").WithMetadata(Protocol.KServe);
        group
            .MapGet("/", List)
            .RequireScope(Scope.ModelsRead)
            .WithName("v1Models")
            .WithSummary("The models")
            .WithDescription("Names of the models that are ready.");
        group
            .MapGet(Model, Get)
            .RequireScope(Scope.ModelsRead)
            .WithName("v1Model")
            .WithSummary("A model can answer")
            .WithDescription("200 when it can, else 503.")
            .WithMetadata(new Fails([ExplainError.ModelNotFound]), new Unready(typeof(V1Model)));
        group
            .MapPost($"{Model}:predict", PredictAsync)
            .WithMetadata(Operation.Predict)
            .RequireScope(Scope.Predict)
            .WithName("v1Predict")
            .WithSummary("Classify instances")
            .WithDescription(
                "Images in base64, an image as the body, or batch items of the model's own input as nested numbers; answers the "
                    + "probabilities of all classes."
            )
            .WithMetadata(new TakesBody(typeof(V1Request), "image/*", "application/octet-stream") { Example = Images })
            .Produces<V1Predictions>()
            .WithMetadata(new Fails(PredictErrors));
        group
            .MapPost($"{Model}:explain", ExplainAsync)
            .WithMetadata(Operation.Explain)
            .RequireScope(Scope.Explain)
            .WithName("v1Explain")
            .WithSummary("Explain instances")
            .WithDescription(
                "Takes what predict takes, and the native API's parameters at the root or in an instance; answers a map for each instance."
            )
            .WithMetadata(new TakesBody(typeof(V1Request), "image/*", "application/octet-stream") { Example = Explained })
            .Produces<V1Explanations>()
            .WithMetadata(new Fails(ExplainErrors));
        return routes;
    }

    private static Ok<V1Models> List(HttpContext context, ModelCatalogue catalogue) =>
        TypedResults.Ok(new V1Models([.. context.User.Own(catalogue.Status).Where(s => s.State == ModelState.Ready).Select(s => s.Name)]));

    private static JsonHttpResult<V1Model> Get(string model, ModelCatalogue catalogue)
    {
        var status = catalogue.Status.FirstOrDefault(s => s.Name == model)
            ?? throw new ExplainException(ExplainError.ModelNotFound, $"no model '{model}' is served");
        return TypedResults.Json(
            new V1Model(model, status.State == ModelState.Ready),
            Json.Options,
            statusCode: status.State == ModelState.Ready ? 200 : 503
        );
    }

    private static async Task<IResult> PredictAsync(string model, HttpContext context, InstanceAnswers answers, SendingMemory sending) =>
        Written(context, await answers.PredictAsync(RequestFacts.Of(context), model), sending);

    private static async Task<IResult> ExplainAsync(string model, HttpContext context, InstanceAnswers answers, SendingMemory sending) =>
        Written(context, await answers.ExplainAsync(RequestFacts.Of(context), model), sending);

    private static IResult Written<T>(HttpContext context, T document, SendingMemory sending) =>
        sending.Bytes(context, JsonSerializer.SerializeToUtf8Bytes(document, Json.Options), MediaTypeNames.Application.Json);
}
