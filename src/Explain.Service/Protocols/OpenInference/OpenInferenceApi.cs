using Explain.Engine;
using Explain.Engine.Answers;
using Explain.Engine.Models;
using Explain.Service.Explaining;
using Explain.Service.Health;
using Explain.Service.Limits;
using Explain.Service.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Explain.Service.Protocols.OpenInference;

/// <summary>The Open Inference Protocol (V2), with its explain route.</summary>
internal static class OpenInferenceApi
{
    private static readonly ExplainError[] ModelErrors = [ExplainError.ModelNotFound, ExplainError.ModelNotReady];

    public static IEndpointRouteBuilder MapOpenInference(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v2").WithTags("Open Inference Protocol");
        group.MapGet("/", Server).WithName("v2Server").WithSummary("The server").WithDescription("Name, version and extensions.");
        group.MapGet("/health/live", Live).WithName("v2Live").WithSummary("The process runs").WithDescription("As /healthz/live.");
        group.MapGet("/health/ready", Ready).WithName("v2Ready").WithSummary("Requests can be answered").WithDescription("As /healthz/ready.")
            .WithMetadata(new Unready(typeof(ServerReady)));
        group.MapGet("/models/{model}", Model).WithName("v2Model").WithSummary("A model's interface").WithDescription("Inputs and outputs; the outputs of the explain route come last.")
            .WithMetadata(new Fails(ModelErrors));
        group.MapGet("/models/{model}/ready", ReadyModel).WithName("v2ModelReady").WithSummary("A model can answer").WithDescription("200 when it can, else 503.")
            .WithMetadata(new Fails([ExplainError.ModelNotFound]), new Unready(typeof(ModelReady)));
        group.MapPost("/models/{model}/explain", ExplainAsync).WithName("v2Explain").WithSummary("Explain a tensor")
            .WithDescription("Takes the model's own input, already preprocessed, as JSON or with the binary tensor extension; "
                + "answers logits, raw maps and heat maps, and if asked for the layer's values, their gradients and the explained scalar.")
            .Accepts<InferRequestDocument>("application/json", "application/octet-stream").Produces<InferResponseDocument>()
            .WithMetadata(new Fails([.. ModelErrors, ExplainError.InvalidRequest, ExplainError.PayloadTooLarge, ExplainError.Overloaded, ExplainError.DeadlineExceeded]));
        return routes;
    }

    private static Ok<ServerMetadata> Server() => TypedResults.Ok(new ServerMetadata("explain-service", ApiDocument.Version, ["binary_tensor_data"]));

    private static Ok<ServerLive> Live() => TypedResults.Ok(new ServerLive(true));

    private static JsonHttpResult<ServerReady> Ready(Readiness readiness) =>
        TypedResults.Json(new ServerReady(readiness.Status == Readiness.Ok), Json.Options, statusCode: readiness.Status == Readiness.Ok ? 200 : 503);

    private static Ok<ModelMetadata> Model(string model, ModelCatalogue catalogue) => TypedResults.Ok(Metadata(catalogue.Describe(model)));

    private static JsonHttpResult<ModelReady> ReadyModel(string model, ModelCatalogue catalogue)
    {
        var status = catalogue.Status.FirstOrDefault(s => s.Name == model) ?? throw new ExplainException(ExplainError.ModelNotFound, $"no model '{model}' is served");
        var ready = status.State == ModelState.Ready;
        return TypedResults.Json(new ModelReady(model, ready), Json.Options, statusCode: ready ? 200 : 503);
    }

    private static async Task ExplainAsync(string model, HttpContext context, ModelCatalogue catalogue, RunGate gate, AnswerTime time, Explainer explainer)
    {
        var description = catalogue.Describe(model);
        gate.RefuseWhenFull(model);
        var request = await InferRequestReader.ReadAsync(context.Request);
        var outputs = TensorQueries.Outputs(request);
        var query = TensorQueries.Query(request, outputs, description);

        using var turn = await gate.EnterAsync(model, context.RequestAborted);
        var answer = await explainer.ExplainTensorAsync(model, query with { Parameters = time.Within(context, query.Parameters) }, context.RequestAborted);
        PartialAnswers.Set(context.Response, answer.Partial);
        await InferResponseWriter.WriteAsync(context.Response, description, request.Id, PartialAnswers.Describe(answer.Partial), [.. outputs.Select(o => (o.Row.Name, o.Binary, o.Row.Take(answer)))]);
    }

    private static ModelMetadata Metadata(ModelDescription model)
    {
        var layer = model.Layers.FirstOrDefault(l => l.Name == model.Layer);
        long[] map = [-1, layer?.Height ?? -1, layer?.Width ?? -1];
        long[] maps = [-1, layer?.Channels ?? -1, .. map[1..]];
        TensorMetadata[] explain =
        [
            new("logits", "FP32", model.Classes > 0 ? [-1, model.Classes] : [-1, .. model.Explainable[0].Extents]),
            new("map", "FP32", map),
            new("heatmap", "FP32", [-1, model.Input.Height, model.Input.Width]),
            new("activations", "FP32", maps),
            new("gradients", "FP32", maps),
            new("score", "FP32", [-1]),
        ];
        var own = model.Outputs.Select(Tensor).ToArray();
        return new ModelMetadata(
            model.Name, [model.Version], "onnx_onnxv1", [.. model.Inputs.Select(Tensor)], [.. own, .. explain.ExceptBy(own.Select(o => o.Name), o => o.Name)],
            new Dictionary<string, string>
            {
                ["explain.inputs"] = "target INT64 [N]: a class for each row; cotangent FP32, shaped as the explained output, which the parameter target may name: {\"output\":\"name\"}",
                ["explain.outputs"] = $"{string.Join(", ", TensorQueries.OutputNames)}; the last three only when asked for; shapes of the default layer",
            });
    }

    private static TensorMetadata Tensor(TensorInfo tensor) => new(tensor.Name, tensor.DataType, tensor.Shape);
}
