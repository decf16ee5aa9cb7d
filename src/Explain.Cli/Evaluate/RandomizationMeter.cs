using Explain.Cli.Image;
using Explain.Cli.Jobs.Items;
using Explain.Cli.Jobs.Rows;
using Explain.Cli.Terminal;
using Explain.Engine.Explaining;
using Explain.Engine.Parameters;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;
using Explain.Evaluation.Localization;
using Explain.Evaluation.Randomization;

namespace Explain.Cli.Evaluate;

/// <summary>The model with some weights drawn anew.</summary>
/// <param name="Stage">From 1, at the head.</param>
/// <param name="Layer">The last layer whose weights were drawn anew.</param>
/// <param name="Model">The model.</param>
internal sealed record RandomModel(int Stage, string Layer, OpenModel Model);

/// <summary>Compares a picture's maps with those of the model with weights drawn anew. Thread-safe.</summary>
/// <param name="model">The model as it is.</param>
/// <param name="strangers">The model with weights drawn anew.</param>
/// <param name="question">What is asked of them.</param>
/// <param name="folder">The folder from which names are counted.</param>
internal sealed class RandomizationMeter(OpenModel model, IReadOnlyList<RandomModel> strangers, MapQuestion question, string folder)
{
    /// <summary>Compares; whatever is wrong with a picture becomes its outcome.</summary>
    public Task<ItemOutcome<RandomizationRow>> RunAsync(JobItem item) => MeasuredRow.OutcomeAsync<RandomizationRow>(item, async empty =>
        {
            var image = await ImageFile.ReadAsync(Path.Combine(folder, item.Name), CancellationToken.None);
            var own = await ExplainAsync(model, image, item.Asked(question.Parameters));
            // What the model predicts is the target of all.
            var target = string.Join(',', own.Targets.Select(t => t.Target?.Index ?? throw NoClass()).Distinct());
            var rows = new List<RandomizationRow>();
            foreach (var stranger in strangers)
            {
                var other = await ExplainAsync(stranger.Model, image, question.Parameters with { Target = target });
                foreach (var (a, b) in own.Targets.Zip(other.Targets))
                    rows.Add(Row(empty with { Model = model.Description.Name }, stranger, a, b, own));
            }
            return rows;
        });

    private static RandomizationRow Row(
        RandomizationRow empty,
        RandomModel stranger,
        TargetExplanation own,
        TargetExplanation other,
        Explanation explanation
    )
    {
        var geometry = explanation.Geometry;
        var (a, b) = (HeatGrid.OfPapers(own.Map, geometry), HeatGrid.OfPapers(other.Map, geometry));
        return empty with
        {
            Method = own.Method,
            Layer = own.Layer,
            Stage = stranger.Stage,
            DrawnAnew = stranger.Layer,
            RankCorrelation = MapSimilarity.RankCorrelation(own.Map.Values, other.Map.Values),
            RankCorrelationOfMagnitudes = MapSimilarity.RankCorrelationOfMagnitudes(own.Map.Values, other.Map.Values),
            Structure = MapSimilarity.Structure(a, b, geometry.InputHeight, geometry.InputWidth),
        };
    }

    private async Task<Explanation> ExplainAsync(OpenModel asked, ReadOnlyMemory<byte> image, ExplainParameters parameters)
    {
        var run = RunContext.Alone(CancellationToken.None);
        var plan = await asked.Explainer.PlanAsync(asked.Lease, parameters, question.Compare, new OutputParameters(), run);
        return await asked.Explainer.ExplainAsync(asked.Lease, plan, image, null, run);
    }

    private static ExplainException NoClass() => new(ExplainError.InvalidParameter, "the target is no class; the test takes classes");
}
