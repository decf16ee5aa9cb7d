using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Explain.Engine.Explaining;
using Explain.Engine.Images;
using Explain.Engine.Models.Reading;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;

namespace Explain.Service.AuditTrail;

/// <summary>What the trail keeps of explained rows of the model's own input.</summary>
internal static class TensorFacts
{
    /// <summary>The facts of an answer, with one target for each row.</summary>
    /// <param name="model">The model.</param>
    /// <param name="query">What was asked.</param>
    /// <param name="answer">What was answered.</param>
    /// <param name="digest">Of the input.</param>
    public static ExplanationFacts Of(ModelDescription model, TensorQuery query, TensorAnswer answer, string digest)
    {
        var shape = query.Input.Shape;
        var rows = model.Input.Layout == TensorLayout.Nchw ? 2 : 1;
        return new ExplanationFacts(
            $"sha256:{Canonical.Digest(new object?[] { digest, model.Sha256, query.Parameters, query.RowTargets, query.Cotangent?.Values })}",
            new ModelIdentity(model.Name, model.Version, model.Sha256),
            (int)shape[rows + 1],
            (int)shape[rows],
            Stages(),
            [.. Enumerable.Range(0, (int)shape[0]).Select(row => Row(model, query, answer, row))]
        );
    }

    /// <summary>SHA-256 of rows: of their numbers as they lie in memory, lower-case hex; and how many bytes these are.</summary>
    public static (string Digest, long Bytes) Digest(FloatTensor input)
    {
        var bytes = MemoryMarshal.AsBytes<float>(input.Values);
        return (Convert.ToHexStringLower(SHA256.HashData(bytes)), bytes.Length);
    }

    private static TargetFacts Row(ModelDescription model, TensorQuery query, TensorAnswer answer, int row)
    {
        var explained = answer.Classes[row] is { } index
            ? model.Prediction(answer.Logits.Values.AsSpan(row * model.Classes, model.Classes), index)
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
            answer.Partial[row]
        );
    }

    private static Timings Stages()
    {
        var trace = RequestTrace.Current;
        double Of(Stage stage) => Math.Round(trace?[stage].TotalMilliseconds ?? 0, 3);
        return new Timings(Of(Stage.Decode), Of(Stage.Preprocess), Of(Stage.Queue), Of(Stage.Run), Of(Stage.Map), Of(Stage.Render));
    }

    private sealed record OutputName(string Output);
}
