using Explain.Cli.Image;
using Explain.Cli.Jobs.Items;
using Explain.Cli.Jobs.Rows;
using Explain.Cli.Terminal;
using Explain.Engine.Explaining;
using Explain.Engine.Measures;
using Explain.Engine.Models.Reading;
using Explain.Engine.Parameters;
using Explain.Engine.Telemetry;
using Explain.Evaluation.Localization;

namespace Explain.Cli.Evaluate;

/// <summary>Measures how faithful the maps of pictures are, and maps that know nothing of the model. Thread-safe.</summary>
/// <param name="models">The models.</param>
/// <param name="question">What is asked of them.</param>
/// <param name="folder">The folder from which names are counted.</param>
internal sealed class FaithfulnessMeter(IReadOnlyList<OpenModel> models, MapQuestion question, string folder)
{
    /// <summary>Measures; whatever is wrong with a picture becomes its outcome.</summary>
    public Task<ItemOutcome<FaithfulnessRow>> RunAsync(JobItem item) => MeasuredRow.OutcomeAsync<FaithfulnessRow>(item, async empty =>
        {
            var image = await ImageFile.ReadAsync(Path.Combine(folder, item.Name), CancellationToken.None);
            var rows = new List<FaithfulnessRow>();
            foreach (var model in models)
            {
                var plan = await PlanAsync(model, item, CancellationToken.None);
                var run = RunContext.Alone(CancellationToken.None);
                var explanation = await model.Explainer.ExplainAsync(model.Lease, plan, image, null, run);
                rows.AddRange(explanation.Targets.Select(t => Row(empty with { Model = model.Description.Name }, t)));
            }
            return rows;
        });

    /// <summary>What measuring a picture by a model takes.</summary>
    /// <exception cref="Engine.Vocabulary.ExplainException">What is wrong with the question.</exception>
    public Task<PlannedExplanation> PlanAsync(OpenModel model, JobItem item, CancellationToken cancellation) =>
        model.Explainer.PlanAsync(
            model.Lease,
            item.Asked(question.Parameters) with
            {
                Faithfulness = true,
            },
            question.Compare with
            {
                Given = [.. Baselines(model.Description, item.Name)],
            },
            new OutputParameters(),
            RunContext.Alone(cancellation)
        );

    // As fine as the maps of the model's own layer: noise in single pixels would be measured for its fineness.
    private static IEnumerable<GivenMap> Baselines(ModelDescription model, string picture)
    {
        var (height, width) = model.Layers.FirstOrDefault(l => l.Name == model.Layer) is { } layer
            ? (layer.Height, layer.Width)
            : (model.Input.Height, model.Input.Width);
        yield return new GivenMap(BaselineMaps.CentreName, BaselineMaps.Centre(model.Input.Height, model.Input.Width));
        yield return new GivenMap(BaselineMaps.RandomName, BaselineMaps.Random(height, width, picture));
    }

    private static FaithfulnessRow Row(FaithfulnessRow empty, TargetExplanation target) =>
        empty with
        {
            Method = target.Method,
            Layer = BaselineMaps.Names.Contains(target.Method) ? null : target.Layer,
            Target = target.Name,
            ClassIndex = target.Target?.Index,
            Score = target.Faithfulness!.Score,
            Measures = MeasureTable.Values(target.Faithfulness).ToDictionary(),
        };
}
