using Explain.Engine.Explaining;
using Explain.Engine.Images;
using Explain.Engine.Models.Reading;
using Explain.Engine.Telemetry;

namespace Explain.Service.AuditTrail;

/// <summary>What the trail keeps of explained items of the model's own input.</summary>
internal static class TensorFacts
{
    /// <summary>The facts of an answer, with one target for each item.</summary>
    /// <param name="model">The model.</param>
    /// <param name="query">What was asked.</param>
    /// <param name="answer">What was answered.</param>
    /// <param name="input">What was explained.</param>
    /// <param name="trace">What is known of the request.</param>
    /// <param name="maps">Whether raw maps are kept, too.</param>
    public static ExplanationFacts Of(
        ModelDescription model,
        TensorQuery query,
        TensorAnswer answer,
        ExplainedInput input,
        RequestTrace trace,
        bool maps
    )
    {
        var shape = query.Input.Shape;
        var rows = model.Input.Layout == TensorLayout.Nchw ? 2 : 1;
        return new ExplanationFacts(
            AnswerId.Of(
                input.Digest,
                model,
                query.Parameters,
                [query.ItemTargets, query.Cotangent?.Values, .. answer.Partial.Select(p => p?.Done)]
            ),
            new ModelIdentity(model.Name, model.Version, model.Sha256),
            (int)shape[rows + 1],
            (int)shape[rows],
            Stages(trace),
            [.. Enumerable.Range(0, (int)shape[0]).Select(item => Item(model, query, answer, item, maps))]
        );
    }

    private static TargetFacts Item(ModelDescription model, TensorQuery query, TensorAnswer answer, int item, bool map)
    {
        var explained = answer.Classes[item] is { } index
            ? model.Prediction(answer.Logits.Values.AsSpan(item * model.Classes, model.Classes), index)
            : null;
        return new TargetFacts(
            query.Parameters.Method,
            answer.Layer,
            answer.ScoreName,
            explained?.Index,
            explained?.Label,
            TargetFacts.Finite(explained?.Logit),
            TargetFacts.Finite(explained?.Probability),
            explained is null ? TargetFacts.Written(new OutputName(model.Logit)) : null,
            "[]",
            "[]",
            answer.Partial[item],
            map ? QuantizedMap.Of(answer.Maps[item]) : null
        );
    }

    private static Timings Stages(RequestTrace trace)
    {
        double Of(Stage stage) => Math.Round(trace[stage].TotalMilliseconds, 3);
        return new Timings(Of(Stage.Decode), Of(Stage.Preprocess), Of(Stage.Queue), Of(Stage.Run), Of(Stage.Map), Of(Stage.Encode));
    }

    private sealed record OutputName(string Output);
}
