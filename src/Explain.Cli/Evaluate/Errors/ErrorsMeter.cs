using Explain.Cli.Jobs.Items;
using Explain.Cli.Jobs.Rows;
using Explain.Engine.Explaining;
using Explain.Evaluation.Clusters;
using Explain.Evaluation.Localization;

namespace Explain.Cli.Evaluate.Errors;

/// <summary>Explains the classes of pictures and, where they are taken for another one, that. Thread-safe.</summary>
/// <param name="matched">The model, with the pictures' classes.</param>
/// <param name="question">What is asked of it.</param>
/// <param name="pictures">Has the pictures' files.</param>
internal sealed class ErrorsMeter(MatchedModel matched, MapQuestion question, IAnnotatedPictures pictures)
{
    /// <summary>Explains a picture; whatever is wrong with it becomes its outcome.</summary>
    public Task<ItemOutcome<ErrorsRow>> RunAsync(JobItem item) => MeasuredRow.OutcomeAsync<ErrorsRow>(item, async empty =>
        {
            var image = await pictures.ReadAsync(item.Name, CancellationToken.None);
            int[] classes = [.. matched.ByClass(matched.Pictures[item.Name]).Keys];
            var explanation = await matched.ExplainAsync(question, image, classes, CancellationToken.None);
            var best = explanation.Predictions[0];
            var picture = empty with
            {
                Model = matched.Model.Description.Name,
                PredictedIndex = best.Index,
                PredictedLabel = best.Label,
                Right = classes.Contains(best.Index),
            };
            var rows = Rows(picture with { IsThere = true }, explanation);
            return picture.Right
                ? rows
                : [.. rows, .. Rows(picture, await matched.ExplainAsync(question, image, [best.Index], CancellationToken.None))];
        });

    private IReadOnlyList<ErrorsRow> Rows(ErrorsRow picture, Explanation explanation) =>
        [
            .. explanation.Targets.Select(target =>
            {
                var index = target.Target!.Index;
                var truth = matched.TruthOf(picture.Item, index, explanation.Geometry);
                return (
                    picture with
                    {
                        Method = target.Method,
                        Layer = target.Layer,
                        ClassIndex = index,
                        ClassLabel = target.Target.Label,
                        Probability = explanation.Probabilities[index],
                        Inside =
                            truth.Boxes.Count == 0
                                ? double.NaN
                                : Energy.Share(HeatGrid.OfPapers(target.Map, explanation.Geometry), truth.Inside),
                    }
                ).With(SmallMap.Of(target.Map, explanation.Geometry));
            }),
        ];
}
