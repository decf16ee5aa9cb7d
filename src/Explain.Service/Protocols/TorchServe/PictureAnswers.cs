using System.Globalization;
using System.Security.Cryptography;
using Explain.Engine.Catalogue;
using Explain.Engine.Explaining;
using Explain.Engine.Models.Reading;
using Explain.Engine.Parameters;
using Explain.Engine.Vocabulary;
using Explain.Service.AuditTrail;
using Explain.Service.Bodies;
using Explain.Service.Explaining;
using Explain.Service.Limits;
using Explain.Service.Requests;

namespace Explain.Service.Protocols.TorchServe;

/// <summary>Classifies and explains one picture.</summary>
internal sealed class PictureAnswers(
    ModelCatalogue catalogue,
    Explainer explainer,
    ImageRequestReader reader,
    AdmissionGate gate,
    ImageMemoryLimiter room,
    AuditTrailRecorder trail
)
{
    private const int Top = 5;

    // What TorchServe's own handler does.
    private static readonly KeyValuePair<string, string>[] Usual = [new("method", "integrated-gradients"), new("samples", "15")];

    /// <summary>The best classes by label, with their probabilities.</summary>
    /// <exception cref="ExplainException">Anything the caller can mend.</exception>
    public Task<Dictionary<string, float>> PredictAsync(HttpContext context, string model, string? version) =>
        AnswerAsync(context, model, version, async (lease, image, given) =>
        {
            var parameters = ParameterTable.Parse(ParameterScope.Classes, given);
            var input = await explainer.PrepareAsync(lease, [image], context.RequestAborted);
            var outputs = await Inference.RunAsync(
                lease,
                input,
                parameters.Explain.Inputs,
                [lease.Description.Logit],
                context.RequestAborted
            );
            var probabilities = lease.Description.Probabilities(outputs[0].Values);
            var best = Enumerable.Range(0, probabilities.Length).OrderByDescending(k => outputs[0].Values[k]).Take(parameters.Top ?? Top);
            return best.GroupBy(k => Name(lease.Description, k)).ToDictionary(g => g.Key, g => probabilities[g.First()]);
        });

    /// <summary>A map, or values for every number of the model's input.</summary>
    /// <exception cref="ExplainException">Anything the caller can mend.</exception>
    public Task<FloatTensor> ExplainAsync(HttpContext context, string model, string? version) =>
        AnswerAsync(context, model, version, async (lease, image, given) =>
        {
            var asked = given.Any(p => p.Key == "method") ? given : [.. Usual.Where(u => given.All(g => g.Key != u.Key)), .. given];
            var parameters = RequestFacts.Of(context).Deadline.Within(ParameterTable.Parse(ParameterScope.Tensor, asked).Explain);
            var input = await explainer.PrepareAsync(lease, [image], context.RequestAborted);
            var query = new TensorQuery(input, parameters);
            var answer = await explainer.ExplainTensorAsync(lease, query, context.RequestAborted);
            var picture = (Convert.ToHexStringLower(SHA256.HashData(image.Span)), (long)image.Length);
            trail.Record(RequestFacts.Of(context), TensorFacts.Of(lease.Description, query, answer, picture.Item1), picture);
            return answer.Map;
        });

    private async Task<T> AnswerAsync<T>(
        HttpContext context,
        string model,
        string? version,
        Func<ModelLease, ReadOnlyMemory<byte>, IReadOnlyList<KeyValuePair<string, string>>, Task<T>> answer
    )
    {
        using var lease = catalogue.Borrow(model, version);
        gate.RefuseWhenFull(model);
        var request = await reader.ReadBareAsync(context.Request);
        using var turn = await gate.EnterAsync(model, context.RequestAborted);
        using var place = await room.ReserveAsync(request.Image, context.RequestAborted);
        var document = await answer(lease, request.Image, request.Parameters);
        AnswerHeaders.SetModel(context.Response, lease.Description);
        return document;
    }

    private static string Name(ModelDescription model, int index) =>
        index < model.Labels.Count ? model.Labels[index] : index.ToString(CultureInfo.InvariantCulture);
}
