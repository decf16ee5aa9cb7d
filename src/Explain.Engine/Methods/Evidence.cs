using Explain.Autodiff;
using Explain.Engine.Models;
using Explain.Engine.Targets;

namespace Explain.Engine.Methods;

/// <summary>What one forward pass and the backward passes from it gave.</summary>
/// <param name="Logits">Class scores, [N, K].</param>
/// <param name="Activations">The layer's value, shaped as in the graph.</param>
/// <param name="Gradients">For each target, the gradient of its score with respect to the layer; empty for methods that need none.</param>
internal sealed record Evidence(FloatTensor Logits, FloatTensor Activations, IReadOnlyList<FloatTensor> Gradients)
{
    /// <summary>The evidence for several targets of one picture: one forward pass, and one backward pass a target.</summary>
    public static Evidence ForTargets(
        Model model, FloatTensor input, string layer, Score score, IReadOnlyList<Target> targets, bool gradients, CancellationToken cancellation)
    {
        var (first, weights) = score.Row(targets[0]);
        var evidence = ForRows(model, input, layer, score.Function, first, weights, gradients, cancellation);
        if (targets.Count == 1 || !gradients) return evidence;
        var ranking = Ranking.Of(evidence.Logits.Row(0));
        var query = Query(model, layer, score.Function) with { FromLayers = true };
        using var lease = model.Borrow(query);
        var all = new List<FloatTensor>(evidence.Gradients);
        foreach (var target in targets.Skip(1))
        {
            var (classes, row) = (score.Against is { } other ? [target.Resolve(ranking), other.Resolve(ranking)] : new long[] { target.Resolve(ranking) }, score.Row(target).Weights);
            var feeds = new Dictionary<string, FloatTensor>
            {
                [model.Description.Input.Name] = input,
                [layer] = evidence.Activations,
                [ExplainGraph.Weights] = new([1, row.Length], row),
            };
            all.AddRange(SessionRun.Run(lease.Session, feeds, (ExplainGraph.Classes, [1, classes.Length], classes), [ExplainGraph.GradientOf(layer)], cancellation));
        }
        return evidence with { Gradients = all };
    }

    /// <summary>The evidence for a batch, each row with its own classes.</summary>
    /// <param name="model">The model.</param>
    /// <param name="input">[N, …].</param>
    /// <param name="layer">Target layer.</param>
    /// <param name="function">What of the scores is differentiated.</param>
    /// <param name="classes">Class codes, row-major [N, S].</param>
    /// <param name="weights">Their factors, row-major [N, S].</param>
    /// <param name="gradients">Whether to run the backward pass.</param>
    /// <param name="cancellation">Ends the native run.</param>
    public static Evidence ForRows(
        Model model, FloatTensor input, string layer, ScoreFunction function, long[] classes, float[] weights, bool gradients, CancellationToken cancellation)
    {
        var rows = input.Shape[0];
        var feeds = new Dictionary<string, FloatTensor>
        {
            [model.Description.Input.Name] = input,
            [ExplainGraph.Weights] = new([rows, weights.Length / rows], weights),
        };
        return Run(model, Query(model, layer, function) with { Gradients = gradients }, feeds, (ExplainGraph.Classes, [rows, classes.Length / rows], classes), cancellation);
    }

    /// <summary>The evidence for a batch with a cotangent shaped like the class scores.</summary>
    public static Evidence ForCotangent(
        Model model, FloatTensor input, string layer, ScoreFunction function, FloatTensor cotangent, CancellationToken cancellation)
    {
        var feeds = new Dictionary<string, FloatTensor> { [model.Description.Input.Name] = input, [ExplainGraph.Cotangent] = cotangent };
        return Run(model, Query(model, layer, function) with { Dense = true }, feeds, null, cancellation);
    }

    private static Evidence Run(
        Model model, GradientQuery query, Dictionary<string, FloatTensor> feeds, (string, long[], long[])? classes, CancellationToken cancellation)
    {
        var layer = query.Layers[0];
        var isInput = layer == model.Description.Input.Name;
        List<string> outputs = [query.Scores];
        if (!isInput) outputs.Add(layer);
        if (query.Gradients) outputs.Add(ExplainGraph.GradientOf(layer));
        using var lease = model.Borrow(query);
        var results = SessionRun.Run(lease.Session, feeds, classes, outputs, cancellation);
        var logits = results[0] with { Shape = [results[0].Shape[0], results[0].Values.Length / results[0].Shape[0]] };
        if (logits.Values.Any(v => !float.IsFinite(v)))
            throw new ExplainException(ExplainError.InvalidRequest, "the model's scores for this input are not finite numbers; the input is outside what the model can compute");
        return new Evidence(logits, isInput ? feeds[layer] : results[1], query.Gradients ? [results[^1]] : []);
    }

    private static GradientQuery Query(Model model, string layer, ScoreFunction function) => new(model.Description.Logit, [layer]) { Function = function };
}
