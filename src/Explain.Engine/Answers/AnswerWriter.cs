using System.Diagnostics;
using System.Text.Json;
using Explain.Engine.Explaining;
using Explain.Engine.Images;
using Explain.Engine.Parameters;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Answers;

/// <summary>An explanation, written.</summary>
/// <param name="Content">The bytes.</param>
/// <param name="Timings">Those of the engine and the time it took to draw and encode.</param>
public sealed record Answer(byte[] Content, Timings Timings);

/// <summary>Writes an explanation in the format asked for.</summary>
public sealed class AnswerWriter(ImageWriter images)
{
    /// <summary>Writes it.</summary>
    /// <param name="explanation">What was found.</param>
    /// <param name="parameters">How it is drawn.</param>
    /// <param name="format">As what.</param>
    /// <param name="run">On whose behalf.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public Answer Write(Explanation explanation, RequestParameters parameters, AnswerFormat format, RunContext run)
    {
        var start = Stopwatch.GetTimestamp();
        var content = format switch
        {
            AnswerFormat.Png => images.Write(explanation, parameters, ImageFormat.Png, run),
            AnswerFormat.Jpeg => images.Write(explanation, parameters, ImageFormat.Jpeg, run),
            AnswerFormat.Webp => images.Write(explanation, parameters, ImageFormat.Webp, run),
            AnswerFormat.Npy => Npy(explanation, run),
            AnswerFormat.Json => [],
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, null),
        };
        if (format == AnswerFormat.Json)
            return Document(explanation, parameters, start, run);
        return new Answer(content, Timed(explanation, start));
    }

    private static byte[] Npy(Explanation explanation, RunContext run)
    {
        using var stage = run.Trace.Time(Stage.Encode);
        var map = explanation.Targets[0].Map;
        if (explanation.Targets.Any(t => (t.Map.Height, t.Map.Width) != (map.Height, map.Width)))
        {
            const string Message = "npy holds maps of one size; these have several";
            throw ExplainException.Parameter("format", Message);
        }
        int[] shape = explanation.Targets.Count == 1 ? [map.Height, map.Width] : [explanation.Targets.Count, map.Height, map.Width];
        return stage.Done(NpyWriter.Write(shape, [.. explanation.Targets.Select(t => t.Map.Values)]));
    }

    private Answer Document(Explanation explanation, RequestParameters parameters, long start, RunContext run)
    {
        var parts = parameters.Output.Include;
        var drawn = parts.HasFlag(AnswerParts.Image) ? images.WriteEach(explanation, parameters, ImageFormat.Png, run).ToArray() : null;
        var timings = drawn is null ? explanation.Timings : Timed(explanation, start);
        var targets = explanation.Targets.Select(
            (t, i) =>
                new TargetDocument(
                    t.Method,
                    t.Layer,
                    t.Score,
                    (object?)t.Output ?? t.Target!,
                    parts.HasFlag(AnswerParts.Map) ? MapDocument.Of(t.Map) : null,
                    parts.HasFlag(AnswerParts.Boxes) ? t.Boxes : null,
                    RegionDocuments.Mask(t, explanation.Geometry, parts),
                    RegionDocuments.Polygons(t, explanation.Geometry, parts),
                    t.Diagnostics,
                    t.Partial,
                    t.Completeness,
                    t.Channels?.Select(c => new ChannelDocument(
                            c.Index,
                            c.Name,
                            c.Weight,
                            c.Weight < 0 ? "negative" : "positive",
                            MapDocument.Of(c.Map)
                        ))
                        .ToArray(),
                    t.Features,
                    t.Faithfulness,
                    drawn is null ? null : new PictureDocument("image/png", drawn[i])
                )
        );
        var document = new ExplanationDocument(
            explanation.Id,
            explanation.Model,
            ImageFacts.Of(explanation.Image, explanation.Geometry),
            explanation.Predictions,
            [.. targets],
            timings
        );
        using var stage = run.Trace.Time(Stage.Encode);
        using var content = new CancellableBuffer(run.Cancellation);
        JsonSerializer.Serialize(content, document, Json.Options);
        return stage.Done(new Answer(content.ToArray(), timings));
    }

    private static Timings Timed(Explanation explanation, long start) =>
        explanation.Timings with
        {
            Render = Math.Round(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 3),
        };
}
