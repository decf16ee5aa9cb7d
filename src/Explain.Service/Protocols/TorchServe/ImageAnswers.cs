using System.Globalization;
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

/// <summary>Classifies and explains one image.</summary>
internal sealed class ImageAnswers(Admission admission, Explainer explainer, ImageRequestReader reader, AuditTrailRecorder trail)
{
    private const int Top = 5;

    // What TorchServe's own handler does.
    private static readonly KeyValuePair<string, string>[] Usual = [new("method", "integrated-gradients"), new("samples", "15")];

    /// <summary>The best classes by label, with their probabilities.</summary>
    /// <exception cref="ExplainException">Anything the caller can mend.</exception>
    public async Task<Dictionary<string, float>> PredictAsync(RequestFacts request, string name, string? version)
    {
        using var model = admission.Admit(name, request.Run(), version);
        var description = model.Description;
        var body = await reader.ReadBareAsync(request.Http.Request);
        var parameters = ParameterTable.Parse(ParameterScope.Classes, body.Parameters);
        using var turn = await admission.EnterAsync(model, Price.OfForward(1), [body.Image], request.Deadline, request.Run());
        var input = await explainer.PrepareAsync(model, [body.Image], turn.Run);
        var outputs = await Inference.RunAsync(model, input, parameters.Explain.Inputs, [description.Logit], turn.Run);
        var scores = outputs[0].Values;
        var probabilities = description.Probabilities(scores);
        var best = Enumerable.Range(0, probabilities.Length).OrderByDescending(k => scores[k]).Take(parameters.Top ?? Top);
        AnswerHeaders.SetModel(request.Http.Response, description);
        return best.GroupBy(k => Name(description, k)).ToDictionary(g => g.Key, g => probabilities[g.First()]);
    }

    /// <summary>A map, or values for every number of the model's input.</summary>
    /// <exception cref="ExplainException">Anything the caller can mend.</exception>
    public async Task<FloatTensor> ExplainAsync(RequestFacts request, string name, string? version)
    {
        using var model = admission.Admit(name, request.Run(), version);
        var body = await reader.ReadBareAsync(request.Http.Request);
        var parameters = ParameterTable.Parse(ParameterScope.Tensor, WithUsual(body.Parameters));
        var price = await explainer.PriceAsync(model, new TensorQuery(new FloatTensor([], []), parameters.Explain), 1, request.Run());
        using var turn = await admission.EnterAsync(model, price, [body.Image], request.Deadline, request.Run());
        var input = await explainer.PrepareAsync(model, [body.Image], turn.Run);
        var query = new TensorQuery(input, request.Deadline.Within(parameters.Explain));
        var answer = await explainer.ExplainTensorAsync(model, query, turn.Run);
        var image = ExplainedInput.Of(body.Image);
        trail.Record(request, TensorFacts.Of(model.Description, query, answer, image, request.Trace, trail.KeepsMaps), image);
        AnswerHeaders.SetModel(request.Http.Response, model.Description);
        return answer.Map;
    }

    private static IReadOnlyList<KeyValuePair<string, string>> WithUsual(IReadOnlyList<KeyValuePair<string, string>> given) =>
        given.Any(p => p.Key == "method") ? given : [.. Usual.Where(u => given.All(g => g.Key != u.Key)), .. given];

    private static string Name(ModelDescription model, int index) =>
        index < model.Labels.Count ? model.Labels[index] : index.ToString(CultureInfo.InvariantCulture);
}
