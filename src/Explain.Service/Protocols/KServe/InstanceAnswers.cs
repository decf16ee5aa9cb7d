using Explain.Engine.Answers;
using Explain.Engine.Explaining;
using Explain.Engine.Images;
using Explain.Engine.Models;
using Explain.Engine.Parameters;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;
using Explain.Service.AuditTrail;
using Explain.Service.Explaining;
using Explain.Service.Limits;
using Explain.Service.Requests;

namespace Explain.Service.Protocols.KServe;

/// <summary>Predicts and explains instances, one after the other.</summary>
internal sealed class InstanceAnswers(
    Admission admission,
    Explainer explainer,
    RequestBody body,
    ImageWriter images,
    AuditTrailRecorder trail
)
{
    /// <summary>Answers a predict request.</summary>
    /// <exception cref="ExplainException">Anything the caller can mend.</exception>
    public async Task<V1Predictions> PredictAsync(RequestFacts request, string name)
    {
        using var model = admission.Admit(name, request.Run());
        var instances = await body.ReadAsync(request.Http.Request, model.Description, ParameterScope.Classes);
        var price = Price.OfForward(instances.Count);
        using var turn = await admission.EnterAsync(model, price, ImagesOf(instances), request.Deadline, request.Run());
        var run = turn.Run;
        var predictions = new List<float[]>();
        foreach (var instance in instances)
        {
            var input = instance.Numbers ?? await explainer.PrepareAsync(model, [instance.Image!.Value], run);
            var further = instance.Parameters.Explain.Inputs;
            var outputs = await Inference.RunAsync(model, input, further, [model.Description.Logit], run);
            predictions.Add(model.Description.Probabilities(outputs[0].Values));
        }
        AnswerHeaders.SetModel(request.Http.Response, model.Description);
        return new V1Predictions(predictions);
    }

    /// <summary>Answers an explain request.</summary>
    /// <exception cref="ExplainException">Anything the caller can mend.</exception>
    public async Task<V1Explanations> ExplainAsync(RequestFacts request, string name)
    {
        using var model = admission.Admit(name, request.Run());
        var instances = await body.ReadAsync(request.Http.Request, model.Description, ParameterScope.Image);
        var price = Price.OfForward(0);
        foreach (var instance in instances)
            price += await PriceAsync(model, instance, request.Run());
        using var turn = await admission.EnterAsync(model, price, ImagesOf(instances), request.Deadline, request.Run());
        var (predictions, explanations) = (new List<IReadOnlyList<float>>(), new List<V1Explanation>());
        foreach (var instance in instances)
        {
            var parameters = instance.Parameters with { Explain = request.Deadline.Within(instance.Parameters.Explain) };
            var (prediction, explanation) = instance.Numbers is { } numbers
                ? await OfNumbersAsync(request, model, numbers, parameters, turn.Run)
                : await OfImageAsync(request, model, instance.Image!.Value, parameters, turn.Run);
            predictions.Add(prediction);
            explanations.Add(explanation);
        }
        AnswerHeaders.SetModel(request.Http.Response, model.Description);
        return new V1Explanations(predictions, explanations);
    }

    private static ReadOnlyMemory<byte>[] ImagesOf(IReadOnlyList<Instance> instances) =>
        [.. instances.Select(i => i.Image).OfType<ReadOnlyMemory<byte>>()];

    // All instances are checked before the first is explained.
    private async Task<Price> PriceAsync(ModelLease model, Instance instance, RunContext run)
    {
        var (asked, output) = (instance.Parameters.Explain, instance.Parameters.Output with { Format = AnswerFormat.Json });
        if (instance.Numbers is { } numbers)
            return await explainer.PriceAsync(model, QueryOf(numbers, asked), (int)numbers.Shape[0], run);
        var price = (await explainer.PlanAsync(model, asked, null, output with { Include = output.Include | AnswerParts.Map }, run)).Price;
        return price.Maps == 1
            ? price
            : throw new ExplainException(
                ExplainError.InvalidRequest,
                $"the target names {price.Maps} classes; each instance has one explanation, so give the instance once for each"
            );
    }

    private static TensorQuery QueryOf(FloatTensor numbers, ExplainParameters parameters) =>
        new(numbers, parameters) { Parts = TensorParts.Scores };

    private async Task<(IReadOnlyList<float>, V1Explanation)> OfImageAsync(
        RequestFacts request,
        ModelLease model,
        ReadOnlyMemory<byte> image,
        RequestParameters parameters,
        RunContext run
    )
    {
        var answer = await explainer.ExplainAsync(model, image, parameters.Explain, run);
        var target = answer.Targets[0];
        var parts = parameters.Output.Include;
        var drawn = parts.HasFlag(AnswerParts.Image) ? images.WriteEach(answer, parameters, ImageFormat.Png, run).Single() : null;
        trail.Record(request, ExplanationFacts.Of(answer, answer.Timings, trail.KeepsMaps), ExplainedInput.Of(image));
        return (
            answer.Probabilities,
            new V1Explanation(
                target.Method,
                target.Layer,
                target.Score,
                (object?)target.Output ?? target.Target!,
                V1Heatmap.Of([target.Map.Height, target.Map.Width], target.Map.Values),
                parts.HasFlag(AnswerParts.Boxes) ? target.Boxes : null,
                RegionDocuments.Mask(target, answer.Geometry, parts),
                RegionDocuments.Polygons(target, answer.Geometry, parts),
                target.Diagnostics,
                drawn is null ? null : new PictureDocument("image/png", drawn)
            )
        );
    }

    private async Task<(IReadOnlyList<float>, V1Explanation)> OfNumbersAsync(
        RequestFacts request,
        ModelLease model,
        FloatTensor numbers,
        RequestParameters parameters,
        RunContext run
    )
    {
        var query = QueryOf(numbers, parameters.Explain);
        var answer = await explainer.ExplainTensorAsync(model, query, run);
        var input = ExplainedInput.Of(numbers);
        trail.Record(request, TensorFacts.Of(model.Description, query, answer, input, request.Trace, trail.KeepsMaps), input);
        var (description, logits) = (model.Description, answer.Logits.Values);
        object target = answer.Classes[0] is { } index ? description.Prediction(logits, index) : new V1Value(answer.Scores!.Values[0]);
        return (
            description.Probabilities(logits),
            new V1Explanation(
                parameters.Explain.Method,
                answer.Layer,
                answer.ScoreName,
                target,
                V1Heatmap.Of([.. answer.Map.Shape.Skip(1)], answer.Map.Values),
                null,
                null,
                null,
                answer.Diagnostics[0],
                null
            )
        );
    }
}
