using System.Net.Mime;
using System.Text.Json;
using Explain.Engine.Answers;
using Explain.Engine.Catalogue;
using Explain.Engine.Explaining;
using Explain.Engine.Models.Reading;
using Explain.Engine.Parameters;
using Explain.Engine.Vocabulary;
using Explain.Service.AuditTrail;
using Explain.Service.Bodies;
using Explain.Service.Caching;
using Explain.Service.Endpoints;
using Explain.Service.Limits;
using Explain.Service.Problems;
using Explain.Service.Requests;
using Explain.Service.Security;

namespace Explain.Service.Explaining;

/// <summary>Explaining and classifying one picture.</summary>
internal static class ExplainApi
{
    private const int UsualTop = 5;

    // csharpier-ignore
    private static readonly ExplainError[] ImageErrors =
    [
        ExplainError.InvalidRequest, ExplainError.InvalidParameter, ExplainError.ModelNotFound, ExplainError.PayloadTooLarge, ExplainError.UnsupportedMediaType,
        ExplainError.ImageCorrupt, ExplainError.ImageTooLarge, ExplainError.TargetOutOfRange, ExplainError.ModelNotReady, ExplainError.Overloaded, ExplainError.DeadlineExceeded,
    ];

    private static readonly ExplainError[] ExplainErrors =
    [
        .. ImageErrors,
        ExplainError.LayerNotFound,
        ExplainError.LabelNotFound,
        ExplainError.MethodNotSupported,
    ];

    // csharpier-ignore
    private static readonly ExplainError[] EstimateErrors =
    [
        ExplainError.InvalidRequest, ExplainError.InvalidParameter, ExplainError.ModelNotFound, ExplainError.LayerNotFound, ExplainError.LabelNotFound, ExplainError.PayloadTooLarge,
        ExplainError.UnsupportedMediaType, ExplainError.TargetOutOfRange, ExplainError.MethodNotSupported, ExplainError.ModelNotReady, ExplainError.Overloaded, ExplainError.DeadlineExceeded,
    ];

    public static IEndpointRouteBuilder MapExplain(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/models/{model}").WithTags("Explain").WithMetadata(Protocol.Native);
        group
            .MapPost("/explain", ExplainAsync)
            .WithMetadata(Operation.Explain)
            .RequireScope(Scope.Explain)
            .WithName("explain")
            .WithSummary("Explain a picture")
            .WithDescription(
                "Shows which parts of the picture speak for a class, or for another number that the model computes, as a picture, as JSON or as a NumPy array. "
                    + "Parameters may come in the query, as fields of the form or in JSON."
            )
            .WithMetadata(
                new TakesImage(ParameterScope.Picture),
                new Answers(typeof(ExplanationDocument), AnswersPicture: true),
                new Fails(ExplainErrors, NotAcceptable: true)
            );
        group
            .MapPost("/compare", CompareAsync)
            .WithMetadata(Operation.Compare)
            .RequireScope(Scope.Explain)
            .WithName("compare")
            .WithSummary("Explain a picture in several ways")
            .WithDescription(
                "Several methods, layers or targets on one picture, from one forward pass for each output they belong to: one labelled grid, or one JSON document."
            )
            .WithMetadata(
                new TakesImage(ParameterScope.Compare),
                new Answers(typeof(ExplanationDocument), AnswersPicture: true),
                new Fails(ExplainErrors, NotAcceptable: true)
            );
        group
            .MapPost("/predict", PredictAsync)
            .WithMetadata(Operation.Predict)
            .RequireScope(Scope.Predict)
            .WithName("predict")
            .WithSummary("Classify a picture")
            .WithDescription("The best classes with their scores.")
            .WithMetadata(
                new TakesImage(ParameterScope.Classes),
                new Answers(typeof(PredictionDocument)),
                new Fails(ImageErrors, NotAcceptable: true)
            );
        group
            .MapPost("/estimate", EstimateAsync)
            .WithMetadata(Operation.Estimate)
            .RequireScope(Scope.Explain)
            .WithName("estimate")
            .WithSummary("What an explanation will cost")
            .WithDescription(
                "Takes the parameters of an explanation and no picture; answers how often rows will go through the model, and the milliseconds that takes here, "
                    + "from what passes of this model took lately. Methods that can answer in parts do so when a deadline comes first."
            )
            .WithMetadata(
                new TakesParameters(ParameterScope.Picture),
                new Answers(typeof(CostEstimate)),
                new Fails(EstimateErrors, NotAcceptable: true)
            );
        return routes;
    }

    private static Task<IResult> ExplainAsync(
        string model,
        HttpContext context,
        ModelCatalogue catalogue,
        ImageRequestReader reader,
        Explainer explainer,
        AnswerWriter answers,
        AnswerSource source
    )
    {
        var request = RequestFacts.Of(context);
        return AnswerAsync(
            catalogue.Describe(model),
            request,
            reader,
            answers,
            source,
            ParameterScope.Picture,
            (lease, image, parameters, ending) => explainer.ExplainAsync(lease, image, request.Deadline.Within(parameters.Explain), ending)
        );
    }

    private static Task<IResult> CompareAsync(
        string model,
        HttpContext context,
        ModelCatalogue catalogue,
        ImageRequestReader reader,
        Explainer explainer,
        AnswerWriter answers,
        AnswerSource source
    )
    {
        var request = RequestFacts.Of(context);
        return AnswerAsync(
            catalogue.Describe(model),
            request,
            reader,
            answers,
            source,
            ParameterScope.Compare,
            (lease, image, parameters, ending) =>
                explainer.CompareAsync(lease, image, request.Deadline.Within(parameters.Explain), parameters.Compare, ending)
        );
    }

    private static async Task<IResult> AnswerAsync(
        ModelDescription model,
        RequestFacts request,
        ImageRequestReader reader,
        AnswerWriter answers,
        AnswerSource source,
        ParameterScope scope,
        Func<ModelLease, ReadOnlyMemory<byte>, RequestParameters, CancellationToken, Task<Explanation>> explain
    )
    {
        source.RefuseWhenFull(model.Name);
        var asked = await reader.ReadAsync(request.Http.Request);
        var parameters = ParameterTable.Parse(scope, asked.Parameters);
        var (format, mediaType) = Negotiation.Choose(request.Http.Request.Headers.Accept, parameters.Output.Format);
        parameters = parameters with { Output = parameters.Output with { Format = format } };

        return await source.AnswerAsync(request, new Question(scope, model, asked.Image, parameters, mediaType), async (lease, ending) =>
        {
            var explanation = await explain(lease, asked.Image, parameters, ending);
            var answer = answers.Write(explanation, parameters, format);
            return new CachedAnswer(
                answer.Content,
                mediaType,
                AnswerHeaders.Of(explanation),
                ExplanationFacts.Of(explanation, answer.Timings)
            );
        });
    }

    private static async Task<IResult> EstimateAsync(
        string model,
        HttpContext context,
        ModelCatalogue catalogue,
        AdmissionGate gate,
        EngineOptions options,
        Explainer explainer
    )
    {
        using var lease = catalogue.Borrow(model);
        gate.RefuseWhenFull(model);
        Negotiation.RequireJson(context.Request.Headers.Accept);
        var parameters = ParameterTable.Parse(
            ParameterScope.Picture,
            await ParameterRequestReader.ReadAsync(context.Request, options.MaxImageBytes)
        );

        using var turn = await gate.EnterAsync(model, context.RequestAborted);
        return TypedResults.Json(
            await explainer.EstimateAsync(lease, parameters.Explain, context.RequestAborted),
            Json.Options,
            MediaTypeNames.Application.Json
        );
    }

    private static async Task<IResult> PredictAsync(
        string model,
        HttpContext context,
        ModelCatalogue catalogue,
        ImageRequestReader reader,
        Explainer explainer,
        AnswerSource source
    )
    {
        var description = catalogue.Describe(model);
        source.RefuseWhenFull(model);
        Negotiation.RequireJson(context.Request.Headers.Accept);
        var asked = await reader.ReadAsync(context.Request);
        var parameters = ParameterTable.Parse(ParameterScope.Classes, asked.Parameters);

        return await source.AnswerAsync(
            RequestFacts.Of(context),
            new Question(ParameterScope.Classes, description, asked.Image, parameters, MediaTypeNames.Application.Json),
            async (lease, ending) =>
            {
                var answer = await explainer.PredictAsync(
                    lease,
                    asked.Image,
                    parameters.Top ?? Math.Min(UsualTop, lease.Description.Classes),
                    parameters.Explain.Inputs,
                    ending
                );
                var document = new PredictionDocument(
                    answer.Model,
                    ImageFacts.Of(answer.Image, answer.Geometry),
                    answer.Predictions,
                    answer.Timings
                );
                return new CachedAnswer(
                    JsonSerializer.SerializeToUtf8Bytes(document, Json.Options),
                    MediaTypeNames.Application.Json,
                    [new(AnswerHeader.ModelDigest, answer.Model.Sha256)],
                    null
                );
            }
        );
    }
}
