using Explain.Engine.Answers;
using Explain.Engine.Explaining;
using Explain.Engine.Images;
using Explain.Engine.Models;
using Explain.Engine.Parameters;
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
        using var model = admission.Admit(name);
        var instances = await body.ReadAsync(request.Http.Request, model.Description, ParameterScope.Classes);
        var run = request.Run();
        using var turn = await admission.EnterAsync(model, ImagesOf(instances), run);
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
        using var model = admission.Admit(name);
        var instances = await body.ReadAsync(request.Http.Request, model.Description, ParameterScope.Image);
        using var turn = await admission.EnterAsync(model, ImagesOf(instances), request.Run());
        var (predictions, explanations) = (new List<IReadOnlyList<float>>(), new List<V1Explanation>());
        foreach (var instance in instances)
        {
            var parameters = instance.Parameters with { Explain = request.Deadline.Within(instance.Parameters.Explain) };
            var (prediction, explanation) = instance.Numbers is { } numbers
                ? await OfNumbersAsync(request, model, numbers, parameters)
                : await OfImageAsync(request, model, instance.Image!.Value, parameters);
            predictions.Add(prediction);
            explanations.Add(explanation);
        }
        AnswerHeaders.SetModel(request.Http.Response, model.Description);
        return new V1Explanations(predictions, explanations);
    }

    private static ReadOnlyMemory<byte>[] ImagesOf(IReadOnlyList<Instance> instances) =>
        [.. instances.Select(i => i.Image).OfType<ReadOnlyMemory<byte>>()];

    private async Task<(IReadOnlyList<float>, V1Explanation)> OfImageAsync(
        RequestFacts request,
        ModelLease model,
        ReadOnlyMemory<byte> image,
        RequestParameters parameters
    )
    {
        var answer = await explainer.ExplainAsync(model, image, parameters.Explain, request.Run());
        if (answer.Targets is not [var target])
        {
            throw new ExplainException(
                ExplainError.InvalidRequest,
                $"the target names {answer.Targets.Count} classes; each instance has one explanation, so give the instance once for each"
            );
        }

        var parts = parameters.Output.Include;
        var drawn = parts.HasFlag(AnswerParts.Image) ? images.WriteEach(answer, parameters, ImageFormat.Png).Single() : null;
        trail.Record(request, ExplanationFacts.Of(answer, answer.Timings), ExplainedInput.Of(image));
        return (
            answer.Probabilities,
            new V1Explanation(
                target.Method,
                target.Layer,
                target.Score,
                (object?)target.Output ?? target.Target!,
                V1Heatmap.Of([target.Map.Height, target.Map.Width], target.Map.Values),
                parts.HasFlag(AnswerParts.Boxes) ? target.Boxes : null,
                target.Diagnostics,
                drawn is null ? null : new PictureDocument("image/png", drawn)
            )
        );
    }

    private async Task<(IReadOnlyList<float>, V1Explanation)> OfNumbersAsync(
        RequestFacts request,
        ModelLease model,
        FloatTensor numbers,
        RequestParameters parameters
    )
    {
        var query = new TensorQuery(numbers, parameters.Explain) { Parts = TensorParts.Scores };
        var answer = await explainer.ExplainTensorAsync(model, query, request.Run());
        var input = ExplainedInput.Of(numbers);
        trail.Record(request, TensorFacts.Of(model.Description, query, answer, input, request.Trace), input);
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
                [],
                null
            )
        );
    }
}
