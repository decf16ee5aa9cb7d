using System.Net.Mime;
using Explain.Engine.Answers;
using Explain.Engine.Explaining;
using Explain.Engine.Parameters;
using Explain.Engine.Vocabulary;
using Explain.Service.Bodies;
using Explain.Service.Endpoints;
using Explain.Service.Limits;
using Explain.Service.Problems;
using Explain.Service.Requests;
using Explain.Service.Security;

namespace Explain.Service.Explaining;

/// <summary>Explaining and classifying one image.</summary>
internal static class ExplainApi
{
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
        ExplainError.OverBudget,
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
            .MapPost("/explain", AnswerAsync(ParameterScope.Image))
            .WithMetadata(Operation.Explain)
            .RequireScope(Scope.Explain)
            .WithName("explain")
            .WithSummary("Explain an image")
            .WithDescription(
                "Shows which parts of the image speak for a class, or for another number that the model computes, as an image, as "
                    + "JSON or as a NumPy array; as events, with how far it is. Parameters may come in the query, as fields of the form or "
                    + "in JSON."
            )
            .WithMetadata(
                new TakesImage(ParameterScope.Image),
                new Answers(typeof(ExplanationDocument), AnswersImage: true),
                new Fails(ExplainErrors, NotAcceptable: true)
            );
        group
            .MapPost("/compare", AnswerAsync(ParameterScope.Compare))
            .WithMetadata(Operation.Compare)
            .RequireScope(Scope.Explain)
            .WithName("compare")
            .WithSummary("Explain an image in several ways")
            .WithDescription(
                "Several methods, layers or targets on one image, from one forward pass for each output they belong to: one labelled "
                    + "grid, or one JSON document; as events, with how far it is."
            )
            .WithMetadata(
                new TakesImage(ParameterScope.Compare),
                new Answers(typeof(ExplanationDocument), AnswersImage: true),
                new Fails(ExplainErrors, NotAcceptable: true)
            );
        group
            .MapPost("/predict", AnswerAsync(ParameterScope.Classes))
            .WithMetadata(Operation.Predict)
            .RequireScope(Scope.Predict)
            .WithName("predict")
            .WithSummary("Classify an image")
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
                "Takes the parameters of an explanation and no image; answers how often batch items will go through the model, and the "
                    + "milliseconds that takes here, from what passes of this model took lately. Methods that can answer in parts do so "
                    + "when a deadline comes first."
            )
            .WithMetadata(
                new TakesParameters(ParameterScope.Image),
                new Answers(typeof(CostEstimate)),
                new Fails(EstimateErrors, NotAcceptable: true)
            );
        return routes;
    }

    private static Delegate AnswerAsync(ParameterScope scope) =>
        async (string model, HttpContext context, QuestionReader questions, AnswerSource answers, EventAnswers events) =>
        {
            var request = RequestFacts.Of(context);
            var question = await questions.ReadAsync(request, model, scope);
            return question.Events ? await events.AnswerAsync(request, question) : await answers.AnswerAsync(request, question);
        };

    private static async Task<IResult> EstimateAsync(
        string model,
        HttpContext context,
        Admission admission,
        EngineOptions options,
        Explainer explainer
    )
    {
        var run = RequestFacts.Of(context).Run();
        using var lease = admission.Admit(model, run);
        var given = await ParameterRequestReader.ReadAsync(context.Request, options.MaxImageBytes);
        var parameters = ParameterTable.Parse(ParameterScope.Image, given);
        Negotiation.RequireJson(context.Request.Headers.Accept);
        var plan = await explainer.PlanAsync(lease, parameters.Explain, null, parameters.Output, run);
        using var turn = await admission.EnterAsync(lease, Price.OfForward(1), [], RequestFacts.Of(context).Deadline, run);
        var cost = await Explainer.EstimateAsync(lease, plan, run);
        return TypedResults.Json(cost, Json.Options, MediaTypeNames.Application.Json);
    }
}
