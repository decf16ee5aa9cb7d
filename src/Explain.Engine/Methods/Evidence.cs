using System.Numerics.Tensors;
using Explain.Autodiff;
using Explain.Engine.Models;
using Explain.Engine.Targets;

namespace Explain.Engine.Methods;

/// <summary>What one forward pass and the backward passes from it gave. Owns native memory.</summary>
/// <param name="Logits">Class scores, [N, K] or [N, K, 1, …]; finite.</param>
/// <param name="Activations">The layer's value, shaped as in the graph.</param>
/// <param name="Gradients">For each target, the gradient of its score with respect to the layer; empty for methods that need none.</param>
internal sealed record Evidence(RunTensor Logits, RunTensor Activations, IReadOnlyList<RunTensor> Gradients) : IDisposable
{
    /// <summary>The evidence for several targets of one picture, in every row of the input: one forward pass, and one backward pass a target.</summary>
    public static Evidence ForTargets(
        Model model, FloatTensor input, string layer, Score score, IReadOnlyList<Target> targets, bool gradients, CancellationToken cancellation)
    {
        var rows = (int)input.Shape[0];
        var (first, weights) = score.Row(targets[0]);
        var evidence = ForRows(model, input, layer, score.Function, Repeat(first, rows), Repeat(weights, rows), gradients, cancellation);
        if (targets.Count == 1 || !gradients) return evidence;
        var all = new List<RunTensor>(evidence.Gradients);
        try
        {
            var ranking = Ranking.Of(evidence.Logits.Row(0));
            using var lease = model.Borrow(Query(model, layer, score.Function) with { FromLayers = true });
            using var image = RunTensor.Over(input);
            foreach (var target in targets.Skip(1))
            {
                var (classes, factors) = score.Row(target, ranking);
                using var row = RunTensor.Over([rows, rows * factors.Length], ExplainGraph.PerRow(Repeat(factors, rows), rows));
                var feeds = new Dictionary<string, RunTensor>
                {
                    [model.Description.Input.Name] = image,
                    [layer] = evidence.Activations,
                    [ExplainGraph.Weights] = row,
                };
                all.AddRange(SessionRun.Run(lease.Session, feeds, (ExplainGraph.Classes, [rows, classes.Length], Repeat(classes, rows)), [ExplainGraph.GradientOf(layer)], cancellation));
            }
            return evidence with { Gradients = all };
        }
        catch
        {
            (evidence with { Gradients = all }).Dispose();
            throw;
        }
    }

    /// <summary>The evidence for a batch, each row with its own classes.</summary>
    /// <param name="model">The model.</param>
    /// <param name="input">[N, …].</param>
    /// <param name="layer">Target layer.</param>
    /// <param name="function">What of the scores is differentiated.</param>
    /// <param name="classes">Class indices, row-major [N, S]; -1 for the predicted one.</param>
    /// <param name="weights">Their factors, row-major [N, S].</param>
    /// <param name="gradients">Whether to run the backward pass.</param>
    /// <param name="cancellation">Ends the native run.</param>
    public static Evidence ForRows(
        Model model, FloatTensor input, string layer, ScoreFunction function, long[] classes, float[] weights, bool gradients, CancellationToken cancellation)
    {
        var rows = input.Shape[0];
        var blocks = new FloatTensor([rows, weights.Length], ExplainGraph.PerRow(weights, (int)rows));
        return Run(model, Query(model, layer, function) with { Gradients = gradients }, input, ExplainGraph.Weights, blocks,
            (ExplainGraph.Classes, [rows, classes.Length / rows], classes), cancellation);
    }

    /// <summary>The evidence for a batch with a cotangent shaped like the class scores.</summary>
    public static Evidence ForCotangent(
        Model model, FloatTensor input, string layer, ScoreFunction function, FloatTensor cotangent, CancellationToken cancellation) =>
        Run(model, Query(model, layer, function) with { Dense = true }, input, ExplainGraph.Cotangent, AsScores(model, cotangent), null, cancellation);

    /// <summary>The class scores alone.</summary>
    public static RunTensor Forward(Model model, FloatTensor input, CancellationToken cancellation)
    {
        var query = new GradientQuery(model.Description.Logit, []) { Gradients = false };
        using var lease = model.Borrow(query);
        using var x = RunTensor.Over(input);
        return SessionRun.Run(lease.Session, new Dictionary<string, RunTensor> { [model.Description.Input.Name] = x }, null, [query.Scores], cancellation)[0];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Logits.Dispose();
        Activations.Dispose();
        foreach (var gradient in Gradients) gradient.Dispose();
    }

    private static Evidence Run(
        Model model, GradientQuery query, FloatTensor input, string seed, FloatTensor seedValues, (string, long[], long[])? classes, CancellationToken cancellation)
    {
        var (image, layer) = (model.Description.Input.Name, query.Layers[0]);
        List<string> outputs = [query.Scores];
        if (layer != image) outputs.Add(layer);
        if (query.Gradients) outputs.Add(ExplainGraph.GradientOf(layer));
        using var lease = model.Borrow(query);
        using var x = RunTensor.Over(input);
        using var s = RunTensor.Over(seedValues);
        var results = SessionRun.Run(lease.Session, new Dictionary<string, RunTensor> { [image] = x, [seed] = s }, classes, outputs, cancellation);
        var evidence = new Evidence(results[0], layer == image ? RunTensor.Over(input) : results[1], query.Gradients ? [results[^1]] : []);
        if (TensorPrimitives.IsFiniteAll(evidence.Logits.Values)) return evidence;
        evidence.Dispose();
        throw new ExplainException(ExplainError.InvalidRequest, "the model's scores for this input are not finite numbers; the input is outside what the model can compute");
    }

    private static T[] Repeat<T>(T[] values, int rows) => rows == 1 ? values : [.. Enumerable.Repeat(values, rows).SelectMany(v => v)];

    // Clients see the class scores as [N, K]; in the graph they may have more axes.
    private static FloatTensor AsScores(Model model, FloatTensor cotangent) => model.Graph.Type(model.Description.Logit)?.Dims is { } dims && dims.Count != cotangent.Shape.Count
        ? cotangent with { Shape = [cotangent.Shape[0], .. dims.Skip(1).Select((d, axis) => d.Size ?? (axis == 0 ? model.Description.Classes : 1))] }
        : cotangent;

    private static GradientQuery Query(Model model, string layer, ScoreFunction function) => new(model.Description.Logit, [layer]) { Function = function };
}
