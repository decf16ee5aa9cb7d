using System.Security.Cryptography;
using Explain.Engine.Answers;
using Explain.Engine.Catalogue;
using Explain.Engine.Explaining;
using Explain.Engine.Images;
using Explain.Engine.Parameters;
using Explain.Engine.Vocabulary;
using Explain.Service.AuditTrail;
using Explain.Service.Explaining;
using Explain.Service.Limits;
using Explain.Service.Requests;

namespace Explain.Service.Protocols.KServe;

/// <summary>Predicts and explains instances, one after the other.</summary>
internal sealed class InstanceAnswers(
    ModelCatalogue catalogue,
    Explainer explainer,
    RequestBody body,
    AdmissionGate gate,
    ImageMemoryLimiter room,
    PictureWriter pictures,
    AuditTrailRecorder trail
)
{
    /// <summary>Answers a predict request.</summary>
    /// <exception cref="ExplainException">Anything the caller can mend.</exception>
    public Task<V1Predictions> PredictAsync(HttpContext context, string model) =>
        AnswerAsync(context, model, ParameterScope.Classes, async (lease, instances) =>
        {
            var predictions = new List<float[]>();
            foreach (var (instance, parameters) in instances)
            {
                using var place = await ReserveAsync(instance, context.RequestAborted);
                var input = instance.Numbers ?? await explainer.PrepareAsync(lease, [instance.Picture!.Value], context.RequestAborted);
                var outputs = await Inference.RunAsync(
                    lease,
                    input,
                    parameters.Explain.Inputs,
                    [lease.Description.Logit],
                    context.RequestAborted
                );
                predictions.Add(lease.Description.Probabilities(outputs[0].Values));
            }
            return new V1Predictions(predictions);
        });

    /// <summary>Answers an explain request.</summary>
    /// <exception cref="ExplainException">Anything the caller can mend.</exception>
    public Task<V1Explanations> ExplainAsync(HttpContext context, string model) =>
        AnswerAsync(context, model, ParameterScope.Picture, async (lease, instances) =>
        {
            var (predictions, explanations) = (new List<IReadOnlyList<float>>(), new List<V1Explanation>());
            foreach (var (instance, parameters) in instances)
            {
                using var place = await ReserveAsync(instance, context.RequestAborted);
                var hurried = parameters with { Explain = RequestFacts.Of(context).Deadline.Within(parameters.Explain) };
                var (prediction, explanation) = instance.Numbers is { } numbers
                    ? await OfNumbersAsync(context, lease, numbers, hurried)
                    : await OfPictureAsync(context, lease, instance.Picture!.Value, hurried);
                predictions.Add(prediction);
                explanations.Add(explanation);
            }
            return new V1Explanations(predictions, explanations);
        });

    private async Task<T> AnswerAsync<T>(
        HttpContext context,
        string model,
        ParameterScope scope,
        Func<ModelLease, IReadOnlyList<(Instance Instance, RequestParameters Parameters)>, Task<T>> answer
    )
    {
        using var lease = catalogue.Borrow(model);
        gate.RefuseWhenFull(model);
        var instances = await body.ReadAsync(context.Request, lease.Description);
        var asked = instances.Select(i => (i, ParameterTable.Parse(scope, i.Parameters))).ToArray();
        using var turn = await gate.EnterAsync(model, context.RequestAborted);
        var document = await answer(lease, asked);
        AnswerHeaders.SetModel(context.Response, lease.Description);
        return document;
    }

    private async Task<IDisposable?> ReserveAsync(Instance instance, CancellationToken cancellation) =>
        instance.Picture is { } picture ? await room.ReserveAsync(picture, cancellation) : null;

    private async Task<(IReadOnlyList<float>, V1Explanation)> OfPictureAsync(
        HttpContext context,
        ModelLease model,
        ReadOnlyMemory<byte> picture,
        RequestParameters parameters
    )
    {
        var answer = await explainer.ExplainAsync(model, picture, parameters.Explain, context.RequestAborted);
        if (answer.Targets is not [var target])
        {
            throw new ExplainException(
                ExplainError.InvalidRequest,
                $"the target names {answer.Targets.Count} classes; each instance has one explanation, so give the instance once for each"
            );
        }

        var parts = parameters.Output.Include;
        var drawn = parts.HasFlag(AnswerParts.Image) ? pictures.WriteEach(answer, parameters, ImageFormat.Png).Single() : null;
        trail.Record(
            RequestFacts.Of(context),
            ExplanationFacts.Of(answer, answer.Timings),
            (Convert.ToHexStringLower(SHA256.HashData(picture.Span)), picture.Length)
        );
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
        HttpContext context,
        ModelLease model,
        FloatTensor numbers,
        RequestParameters parameters
    )
    {
        var query = new TensorQuery(numbers, parameters.Explain) { Parts = TensorParts.Scores };
        var answer = await explainer.ExplainTensorAsync(model, query, context.RequestAborted);
        var input = TensorFacts.Digest(numbers);
        trail.Record(RequestFacts.Of(context), TensorFacts.Of(model.Description, query, answer, input.Digest), input);
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
