using Explain.Cli.Jobs.Items;
using Explain.Cli.Jobs.Rows;
using Explain.Engine.Explaining;
using Explain.Engine.Images;
using Explain.Evaluation.Clusters;
using Explain.Evaluation.Localization;

namespace Explain.Cli.Evaluate.Trust;

/// <summary>Two models whose classes are known by the same labels.</summary>
/// <param name="First">The first.</param>
/// <param name="Second">The second.</param>
internal sealed record ModelPair(MatchedModel First, MatchedModel Second)
{
    /// <summary>The two.</summary>
    public IReadOnlyList<MatchedModel> Both => [First, Second];

    /// <summary>Pictures that are of a class of both, by name.</summary>
    public IEnumerable<string> Pictures => First.Pictures.Keys.Where(name => Labels(name).Count > 0);

    /// <summary>The classes of a picture that both models have, each by one label.</summary>
    public IReadOnlyList<string> Labels(string picture) =>
        First.Pictures.TryGetValue(picture, out var known)
            ? [.. known.Objects.Select(o => o.Label).Where(Second.Indices.ContainsKey).DistinctBy(label => First.Indices[label])]
            : [];
}

/// <summary>Explains the classes of pictures by two models. Thread-safe.</summary>
/// <param name="pair">The models.</param>
/// <param name="question">What is asked of them.</param>
/// <param name="pictures">Has the pictures' files.</param>
internal sealed class TrustMeter(ModelPair pair, MapQuestion question, IAnnotatedPictures pictures)
{
    /// <summary>Explains a picture; whatever is wrong with it becomes its outcome.</summary>
    public Task<ItemOutcome<TrustRow>> RunAsync(JobItem item) => MeasuredRow.OutcomeAsync<TrustRow>(item, async empty =>
        {
            var image = await pictures.ReadAsync(item.Name, CancellationToken.None);
            var labels = pair.Labels(item.Name);
            var explanations = new List<Explanation>();
            foreach (var matched in pair.Both)
            {
                var classes = labels.Select(label => matched.Indices[label]).Distinct();
                explanations.Add(await matched.ExplainAsync(question, image, classes, CancellationToken.None));
            }
            var part = Common(explanations[0].Geometry.Region, explanations[1].Geometry.Region);
            return
            [
                .. pair.Both.Zip(explanations).SelectMany(side => labels.Select(label => Row(empty, label, side.First, side.Second, part))),
            ];
        });

    private static TrustRow Row(TrustRow empty, string label, MatchedModel matched, Explanation explanation, PixelRect part)
    {
        var index = matched.Indices[label];
        var target = explanation.Targets.First(t => t.Target!.Index == index);
        var truth = matched.TruthOf(empty.Item, index, explanation.Geometry);
        var heat = HeatGrid.OfPapers(target.Map, explanation.Geometry);
        var known = truth.Boxes.Count > 0;
        return empty with
        {
            Model = matched.Model.Description.Name,
            Method = target.Method,
            Layer = target.Layer,
            Label = label,
            ClassLabel = target.Target!.Label,
            Right = matched.ByClass(matched.Pictures[empty.Item]).ContainsKey(explanation.Predictions[0].Index),
            Probability = explanation.Probabilities[index],
            Known = known,
            Points = known && PointingGame.Hits(heat, truth),
            Inside = known ? Energy.Share(heat, truth.Inside) : double.NaN,
            Border = MapFigures.Of(SmallMap.Of(target.Map, explanation.Geometry)).Border,
            Shares = [.. SmallMap.Of(target.Map, explanation.Geometry, part)],
        };
    }

    private static PixelRect Common(PixelRect a, PixelRect b)
    {
        var (x, y) = (Math.Max(a.X, b.X), Math.Max(a.Y, b.Y));
        // Both see the middle.
        return new PixelRect(x, y, Math.Min(a.X + a.Width, b.X + b.Width) - x, Math.Min(a.Y + a.Height, b.Y + b.Height) - y);
    }
}
