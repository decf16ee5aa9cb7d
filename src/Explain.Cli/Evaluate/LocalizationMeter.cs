using Explain.Cli.Jobs.Items;
using Explain.Cli.Jobs.Rows;
using Explain.Engine.Explaining;
using Explain.Engine.Images;
using Explain.Engine.Methods.Tables;
using Explain.Engine.Parameters;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;
using Explain.Evaluation.Annotations;
using Explain.Evaluation.Localization;

namespace Explain.Cli.Evaluate;

/// <summary>Measures pictures: every class on one, by every method at every layer of every model. Thread-safe.</summary>
/// <param name="models">The models, each with the pictures' objects by its classes.</param>
/// <param name="question">What is asked of them.</param>
/// <param name="pictures">Has the pictures' files.</param>
internal sealed class LocalizationMeter(IReadOnlyList<MatchedModel> models, MapQuestion question, IAnnotatedPictures pictures)
{
    /// <summary>Measures a picture; whatever is wrong with it becomes its outcome.</summary>
    public Task<ItemOutcome<LocalizationRow>> RunAsync(JobItem item) => MeasuredRow.OutcomeAsync<LocalizationRow>(item, async empty =>
        {
            var image = await pictures.ReadAsync(item.Name, CancellationToken.None);
            var rows = new List<LocalizationRow>();
            foreach (var model in models)
            {
                if (model.Pictures.TryGetValue(item.Name, out var picture))
                    rows.AddRange(await MeasureAsync(model, picture, image, empty));
            }
            return rows;
        });

    private async Task<IReadOnlyList<LocalizationRow>> MeasureAsync(
        MatchedModel matched,
        AnnotatedImage picture,
        ReadOnlyMemory<byte> image,
        LocalizationRow empty
    )
    {
        var (model, classes) = (matched.Model, matched.ByClass(picture).Keys.ToArray());
        var parameters = question.Parameters with { Target = string.Join(',', classes) };
        var run = RunContext.Alone(CancellationToken.None);
        var plan = await model.Explainer.PlanAsync(model.Lease, parameters, question.Compare, new OutputParameters(), run);
        var explanation = await model.Explainer.ExplainAsync(model.Lease, plan, image, null, run);
        var geometry = explanation.Geometry;
        var fitted = PictureFit.To(picture, geometry.ImageWidth, geometry.ImageHeight);
        var truths = matched.ByClass(fitted).ToDictionary(c => c.Key, c => Truth.Of(c.Value, geometry));
        var ranks = classes.ToDictionary(c => c, c => Rank(explanation, c, classes));
        var rows = new List<LocalizationRow>();
        foreach (var target in explanation.Targets)
            Add(new Way(model.Description.Name, target.Method, target.Layer), target.Target!.Index, target.Map);
        foreach (var (name, map) in Baselines(picture.Name, explanation, model.Description.Input.Interpolation))
        {
            foreach (var index in classes)
                Add(new Way(model.Description.Name, name, null), index, map);
        }
        return rows;

        void Add(Way way, int index, SaliencyMap map)
        {
            var difficult = PointingGame.IsDifficult(truths[index], truths.Count > 1);
            var places = MapPlaces.Of(map, geometry, truths[index], Threshold(way.Method));
            var measured = new MeasuredMap(picture.Name, index, ranks[index], difficult, places);
            rows.Add(empty.With(way, measured, model.Description.Labels.ElementAtOrDefault(index)));
        }
    }

    private static IEnumerable<(string Name, SaliencyMap Map)> Baselines(string name, Explanation explanation, Interpolation interpolation)
    {
        var seen = InputCanvas.Draw(explanation.Image.Whole, explanation.Geometry, interpolation);
        var first = explanation.Targets[0].Map;
        yield return (BaselineMaps.CentreName, BaselineMaps.Centre(seen.Height, seen.Width));
        yield return (BaselineMaps.RandomName, BaselineMaps.Random(first.Height, first.Width, name));
        yield return (BaselineMaps.EdgesName, BaselineMaps.Edges(seen.Pixels, seen.Height, seen.Width));
    }

    /// <summary>The share of the maximum above which a way's box is drawn.</summary>
    /// <param name="method">Method id, or the name of a baseline.</param>
    public static float Threshold(string method) => MethodTable.All.FirstOrDefault(m => m.Id == method)?.Threshold ?? 0.15f;

    // Of two classes that are both on the picture, only one can come first.
    private static int Rank(Explanation explanation, int index, int[] present)
    {
        var own = explanation.Probabilities[index];
        return 1 + explanation.Probabilities.Where((p, i) => !present.Contains(i) && (p > own || (p == own && i < index))).Count();
    }
}
