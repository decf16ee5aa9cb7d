using System.Net.Mime;
using Explain.Engine;
using Explain.Engine.Answers;
using Explain.Engine.Models;
using Explain.Engine.Parameters;
using Explain.Service.Images;
using Explain.Service.Limits;
using Explain.Service.OpenApi;

namespace Explain.Service.Explaining;

/// <summary>Explaining and classifying one picture.</summary>
internal static class ExplainApi
{
    private const int UsualTop = 5;

    private static readonly ExplainError[] ImageErrors =
    [
        ExplainError.InvalidRequest, ExplainError.InvalidParameter, ExplainError.ModelNotFound, ExplainError.PayloadTooLarge, ExplainError.UnsupportedMediaType,
        ExplainError.ImageCorrupt, ExplainError.ImageTooLarge, ExplainError.TargetOutOfRange, ExplainError.ModelNotReady, ExplainError.Overloaded, ExplainError.DeadlineExceeded,
    ];

    private static readonly ExplainError[] ExplainErrors =
        [.. ImageErrors, ExplainError.LayerNotFound, ExplainError.LabelNotFound, ExplainError.MethodNotSupported];

    public static IEndpointRouteBuilder MapExplain(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/models/{model}").WithTags("Explain");
        group.MapPost("/explain", ExplainAsync)
            .WithName("explain").WithSummary("Explain a picture")
            .WithDescription("Shows which parts of the picture speak for a class, or for another number that the model computes, as a picture, as JSON or as a NumPy array. "
                + "Parameters may come in the query, as fields of the form or in JSON.")
            .WithMetadata(new TakesImage(ParameterScope.Picture), new Answers(typeof(ExplanationDocument), AnswersPicture: true), new Fails(ExplainErrors, NotAcceptable: true));
        group.MapPost("/predict", PredictAsync)
            .WithName("predict").WithSummary("Classify a picture").WithDescription("The best classes with their scores.")
            .WithMetadata(new TakesImage(ParameterScope.Classes), new Answers(typeof(PredictionDocument)), new Fails(ImageErrors, NotAcceptable: true));
        return routes;
    }

    private static async Task<IResult> ExplainAsync(
        string model, HttpContext context, ModelCatalogue catalogue, ImageRequestReader reader, RunGate gate, Explainer explainer, AnswerWriter answers)
    {
        catalogue.Describe(model);
        gate.RefuseWhenFull();
        var request = await reader.ReadAsync(context.Request);
        var parameters = ParameterTable.Parse(ParameterScope.Picture, request.Parameters);
        var (format, mediaType) = Negotiation.Choose(context.Request.Headers.Accept, parameters.Output.Format);

        using var turn = await gate.EnterAsync(context.RequestAborted);
        var explanation = await explainer.ExplainAsync(model, request.Image, parameters.Explain, context.RequestAborted);
        var answer = answers.Write(explanation, parameters, format);
        AnswerHeaders.Set(context.Response, explanation, answer.Timings);
        return TypedResults.Bytes(answer.Content, mediaType);
    }

    private static async Task<IResult> PredictAsync(
        string model, HttpContext context, ModelCatalogue catalogue, ImageRequestReader reader, RunGate gate, Explainer explainer)
    {
        var classes = catalogue.Describe(model).Classes;
        gate.RefuseWhenFull();
        Negotiation.RequireJson(context.Request.Headers.Accept);
        var request = await reader.ReadAsync(context.Request);
        var parameters = ParameterTable.Parse(ParameterScope.Classes, request.Parameters);

        using var turn = await gate.EnterAsync(context.RequestAborted);
        var answer = await explainer.PredictAsync(model, request.Image, parameters.Top ?? Math.Min(UsualTop, classes), parameters.Explain.Inputs, context.RequestAborted);
        AnswerHeaders.SetCommon(context.Response, answer.Timings);
        var document = new PredictionDocument(answer.Model, ImageFacts.Of(answer.Image, answer.Geometry), answer.Predictions, answer.Timings);
        return TypedResults.Json(document, Json.Options, MediaTypeNames.Application.Json);
    }
}
