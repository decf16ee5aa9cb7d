using Explain.Engine.Catalogue;
using Explain.Engine.Models.Reading;
using Explain.Engine.Vocabulary;
using Explain.Service.Endpoints;
using Explain.Service.Health;
using Explain.Service.Problems;
using Explain.Service.Requests;
using Explain.Service.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Explain.Service.Protocols.OpenInference;

/// <summary>The Open Inference Protocol (V2), with its explain route.</summary>
internal static class OpenInferenceApi
{
    private const string Image = $$$"""{"inputs":[{"name":"image","shape":[1],"datatype":"BYTES","data":["{{{TakesBody.Pixel}}}"]}]}""";
    private const string Explained =
        $$$"""{"inputs":[{"name":"image","shape":[1],"datatype":"BYTES","data":["{{{TakesBody.Pixel}}}"]}],"outputs":"""
        + """[{"name":"map"}],"parameters":{"method":"gradcam","target":0}}""";

    private static readonly ExplainError[] ModelErrors = [ExplainError.ModelNotFound, ExplainError.ModelNotReady];

    private static readonly ExplainError[] TensorErrors =
    [
        .. ModelErrors,
        ExplainError.InvalidRequest,
        ExplainError.PayloadTooLarge,
        ExplainError.ImageCorrupt,
        ExplainError.OverBudget,
        ExplainError.Overloaded,
        ExplainError.DeadlineExceeded,
    ];

    public static IEndpointRouteBuilder MapOpenInference(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v2").WithTags("Open Inference Protocol").WithMetadata(Protocol.OpenInference);
        group
            .MapGet("/", Server)
            .RequireScope(Scope.ModelsRead)
            .WithName("v2Server")
            .WithSummary("The server")
            .WithDescription("Name, version and extensions.");
        group
            .MapGet("/health/live", Live)
            .OpenToAll()
            .WithMetadata(new Quiet())
            .WithName("v2Live")
            .WithSummary("The process runs")
            .WithDescription("As /healthz/live.");
        group
            .MapGet("/health/ready", Ready)
            .OpenToAll()
            .WithMetadata(new Quiet())
            .WithName("v2Ready")
            .WithSummary("Requests can be answered")
            .WithDescription("As /healthz/ready.")
            .WithMetadata(new Unready(typeof(ServerReady)));
        group
            .MapGet("/models", List)
            .RequireScope(Scope.ModelsRead)
            .WithName("v2Models")
            .WithSummary("The models")
            .WithDescription("Names of the models that are ready.");
        MapModel(group.MapGroup("/models/{model}"), "");
        MapModel(group.MapGroup("/models/{model}/versions/{version}"), "Version");
        RepositoryApi.Map(group.MapGroup("/repository"));
        return routes;
    }

    private static void MapModel(RouteGroupBuilder group, string suffix)
    {
        var of = suffix.Length > 0 ? "One version: the one that is served. " : "";
        group
            .MapGet("", Model)
            .RequireScope(Scope.ModelsRead)
            .WithName($"v2Model{suffix}")
            .WithSummary("A model's interface")
            .WithDescription($"{of}Inputs and outputs; the outputs of the explain route come last.")
            .WithMetadata(new Fails(ModelErrors));
        group
            .MapGet("/ready", ReadyModel)
            .RequireScope(Scope.ModelsRead)
            .WithName($"v2ModelReady{suffix}")
            .WithSummary("A model can answer")
            .WithDescription($"{of}200 when it can, else 503.")
            .WithMetadata(new Fails([ExplainError.ModelNotFound]), new Unready(typeof(ModelReady)));
        group
            .MapGet("/config", Config)
            .RequireScope(Scope.ModelsRead)
            .WithName($"v2ModelConfig{suffix}")
            .WithSummary("How a model is run")
            .WithDescription($"{of}Its interface in the words of Triton's model configuration.")
            .WithMetadata(new Fails(ModelErrors));
        group
            .MapGet("/stats", Stats)
            .RequireScope(Scope.ModelsRead)
            .WithName($"v2ModelStats{suffix}")
            .WithSummary("What a model has computed")
            .WithDescription($"{of}Native runs since it was loaded, as Triton's statistics extension has them.")
            .WithMetadata(new Fails(ModelErrors));
        group
            .MapPost("/infer", InferAsync)
            .WithMetadata(Operation.Predict)
            .RequireScope(Scope.Predict)
            .WithName($"v2Infer{suffix}")
            .WithSummary("Run a model")
            .WithDescription(
                $"{of}Takes batch items of the model's own input, or images as BYTES; answers the model's outputs, and those of the "
                    + "explain route when they are named."
            )
            .WithMetadata(new TakesBody(typeof(InferRequestDocument), "application/octet-stream") { Example = Image })
            .Produces<InferResponseDocument>()
            .WithMetadata(new Fails(TensorErrors));
        group
            .MapPost("/explain", ExplainAsync)
            .WithMetadata(Operation.Explain)
            .RequireScope(Scope.Explain)
            .WithName($"v2Explain{suffix}")
            .WithSummary("Explain a tensor")
            .WithDescription(
                $"{of}Takes the model's own input, already preprocessed, or images as BYTES, as JSON or with the binary tensor "
                    + "extension; answers logits, raw maps and heat maps, and if asked for the layer's values, their gradients, the "
                    + "explained scalar and the model's outputs."
            )
            .WithMetadata(new TakesBody(typeof(InferRequestDocument), "application/octet-stream") { Example = Explained })
            .Produces<InferResponseDocument>()
            .WithMetadata(new Fails(TensorErrors));
    }

    private static Ok<ServerMetadata> Server() =>
        TypedResults.Ok(
            new ServerMetadata(
                "explain-service",
                ApiVersion.Current,
                ["binary_tensor_data", "model_configuration", "model_repository", "statistics"]
            )
        );

    private static Ok<ServerLive> Live() => TypedResults.Ok(new ServerLive(true));

    private static JsonHttpResult<ServerReady> Ready(Readiness readiness) =>
        TypedResults.Json(
            new ServerReady(readiness.Status == Readiness.Ok),
            Json.Options,
            statusCode: readiness.Status == Readiness.Ok ? 200 : 503
        );

    private static Ok<ModelNames> List(HttpContext context, ModelCatalogue catalogue) =>
        TypedResults.Ok(
            new ModelNames([.. context.User.Own(catalogue.Status).Where(s => s.State == ModelState.Ready).Select(s => s.Name)])
        );

    private static Ok<ModelMetadata> Model(string model, string? version, ModelCatalogue catalogue) =>
        TypedResults.Ok(Metadata(catalogue.Describe(model, version)));

    private static Ok<ModelConfig> Config(string model, string? version, ModelCatalogue catalogue, EngineOptions options)
    {
        var description = catalogue.Describe(model, version);
        var joins = description.Inputs.Concat(description.Outputs).All(t => t.Shape is [< 0, ..]);
        return TypedResults.Ok(
            new ModelConfig(
                model,
                "onnxruntime_onnx",
                "onnxruntime",
                joins ? options.MaxBatch : 0,
                [.. description.Inputs.Select(Configured)],
                [.. description.Outputs.Select(Configured)]
            )
        );

        ConfigTensor Configured(TensorInfo tensor) =>
            new(
                tensor.Name,
                $"TYPE_{(tensor.DataType == "BYTES" ? "STRING" : tensor.DataType)}",
                joins ? [.. tensor.Shape.Skip(1)] : tensor.Shape
            );
    }

    private static Ok<ModelStatistics> Stats(string model, string? version, ModelCatalogue catalogue)
    {
        using var lease = catalogue.Borrow(model, version);
        var totals = lease.Totals;
        return TypedResults.Ok(
            new ModelStatistics([
                new ModelStatistic(
                    model,
                    lease.Description.Version,
                    totals.Last?.ToUnixTimeMilliseconds() ?? 0,
                    totals.Items,
                    totals.Runs,
                    new InferenceStatistics(new DurationStatistic(totals.Runs, (long)totals.Time.TotalNanoseconds))
                ),
            ])
        );
    }

    private static JsonHttpResult<ModelReady> ReadyModel(string model, string? version, ModelCatalogue catalogue)
    {
        var status = catalogue.Status.FirstOrDefault(s => s.Name == model)
            ?? throw new ExplainException(ExplainError.ModelNotFound, $"no model '{model}' is served");
        var ready = status.State == ModelState.Ready;
        if (ready && version is not null)
            catalogue.Describe(model, version);
        return TypedResults.Json(new ModelReady(model, ready), Json.Options, statusCode: ready ? 200 : 503);
    }

    private static Task InferAsync(string model, string? version, HttpContext context, TensorAnswers answers) =>
        answers.WriteAsync(RequestFacts.Of(context), model, version, explain: false);

    private static Task ExplainAsync(string model, string? version, HttpContext context, TensorAnswers answers) =>
        answers.WriteAsync(RequestFacts.Of(context), model, version, explain: true);

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
        var own = TensorQueries.OwnOutputs(model).Select(Tensor).ToArray();
        return new ModelMetadata(
            model.Name,
            [model.Version],
            "onnx_onnxv1",
            [.. model.Inputs.Select(Tensor)],
            [.. own, .. explain.ExceptBy(own.Select(o => o.Name), o => o.Name)],
            new Dictionary<string, string>
            {
                ["explain.inputs"] =
                    "image BYTES [N]: encoded images in place of the model's own input; target INT64 [N]: a class for each item; "
                    + "cotangent FP32, shaped as the explained output, which the parameter target may name: {\"output\":\"name\"}",
                ["explain.outputs"] =
                    $"{string.Join(", ", TensorQueries.OutputNames)}; the last three only when asked for; shapes of the default layer",
            }
        );
    }

    private static TensorMetadata Tensor(TensorInfo tensor) => new(tensor.Name, tensor.DataType, tensor.Shape);
}
