using System.Text.Json;
using Explain.Cli.Jobs.Items;
using Explain.Engine.Explaining;
using Explain.Engine.Models.Reading;
using Explain.Engine.Vocabulary;

namespace Explain.Cli.Batch;

/// <summary>Puts explanations and failures into rows.</summary>
internal sealed class RowMaker(ModelDescription model, string method)
{
    /// <summary>One row for each target.</summary>
    /// <param name="item">The item.</param>
    /// <param name="explanation">What was found.</param>
    /// <param name="timings">With the time it took to draw.</param>
    /// <param name="file">What was written, from the folder of the results; null for nothing.</param>
    public IReadOnlyList<BatchRow> Done(JobItem item, Explanation explanation, Timings timings, string? file) =>
        [
            .. explanation.Targets.Select(target =>
                Of(
                    Of(item) with
                    {
                        Status = BatchRow.Done,
                        File = file,
                    },
                    explanation,
                    timings,
                    explanation.Predictions is [var best, ..] ? best : null,
                    target
                )
            ),
        ];

    /// <summary>One row that says why there is no other.</summary>
    public IReadOnlyList<BatchRow> Failed(JobItem item, string error) => [Of(item) with { Error = error, Target = item.Target }];

    private BatchRow Of(JobItem item) =>
        new()
        {
            Key = item.Key,
            Item = item.Name,
            Id = item.Id,
            FinishedAt = DateTime.UtcNow,
            Model = model.Name,
            ModelSha256 = model.Sha256,
            Method = method,
        };

    private static BatchRow Of(BatchRow row, Explanation explanation, Timings timings, Prediction? best, TargetExplanation target) =>
        row with
        {
            Explanation = explanation.Id,
            Layer = target.Layer,
            Score = target.Score,
            Target = target.Name,
            TargetIndex = target.Target?.Index,
            TargetLabel = target.Target?.Label,
            TargetLogit = target.Target?.Logit,
            TargetProbability = target.Target?.Probability,
            TargetValue = target.Output?.Value,
            PredictedIndex = best?.Index,
            PredictedLabel = best?.Label,
            PredictedProbability = best?.Probability,
            Boxes =
            [
                .. target.Boxes.Select(b => new BoxCell
                {
                    X = b.X,
                    Y = b.Y,
                    Width = b.Width,
                    Height = b.Height,
                    Score = b.Score,
                }),
            ],
            Diagnostics = [.. target.Diagnostics.Select(d => new DiagnosticCell { Code = d.Code, Message = d.Message })],
            PartialDone = target.Partial?.Done,
            PartialOf = target.Partial?.Of,
            Faithfulness = Text(target.Faithfulness),
            Completeness = Text(target.Completeness),
            Width = explanation.Image.Width,
            Height = explanation.Image.Height,
            MapWidth = target.Map.Width,
            MapHeight = target.Map.Height,
            MapMin = target.Map.Min,
            MapMax = target.Map.Max,
            DecodeMs = timings.Decode,
            PreprocessMs = timings.Preprocess,
            RunMs = timings.Run,
            MapMs = timings.Map,
            RenderMs = timings.Render,
        };

    private static string? Text<T>(T? facts)
        where T : class => facts is null ? null : JsonSerializer.Serialize(facts, Json.Options);
}
