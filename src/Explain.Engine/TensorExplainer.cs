using Explain.Engine.Images;
using Explain.Engine.Methods;
using Explain.Engine.Models;
using Explain.Engine.Targets;

namespace Explain.Engine;

/// <summary>A batch of the model's own input, each row with its own target.</summary>
/// <param name="Input">[N, …], preprocessed.</param>
/// <param name="Parameters">Method, layer, score, sign; the target too, unless given by row.</param>
public sealed record TensorQuery(FloatTensor Input, ExplainParameters Parameters)
{
    /// <summary>One class a row, [N]; null for the target of the parameters.</summary>
    public IReadOnlyList<long>? RowTargets { get; init; }

    /// <summary>Shaped like the class scores: the scalar is Σ cotangent · score; null for classes.</summary>
    public FloatTensor? Cotangent { get; init; }
}

/// <summary>Explanations of a batch.</summary>
/// <param name="Logits">[N, K].</param>
/// <param name="Map">Raw maps, [N, h, w].</param>
/// <param name="Heatmap">Maps as shown, 0..1, [N, H, W] with the input's height and width.</param>
/// <param name="Activations">The layer's value, shaped as in the graph.</param>
/// <param name="Gradients">Gradient of the score with respect to the layer, shaped like it; null for methods that need none.</param>
public sealed record TensorAnswer(FloatTensor Logits, FloatTensor Map, FloatTensor Heatmap, FloatTensor Activations, FloatTensor? Gradients);

/// <summary>Explains tensors.</summary>
internal static class TensorExplainer
{
    /// <summary>Explains every row.</summary>
    /// <exception cref="ExplainException">Anything the caller can mend.</exception>
    public static TensorAnswer Explain(Model model, TensorQuery query, CancellationToken cancellation)
    {
        var plan = ExplainPlan.Make(model, query.Parameters);
        CheckInput(model.Description, query.Input);
        var rows = (int)query.Input.Shape[0];
        if (query.Cotangent is not null) CheckCotangent(model.Description, query.Cotangent, plan, rows);
        var targets = Targets(model.Description, query, plan, rows);
        var batch = model.Description.Inputs.Single(i => i.Name == model.Description.Input.Name).Shape[0];
        // A model exported for one picture at a time takes the rows one by one.
        var parts = batch == rows || batch < 0 ? [(0, rows)] : Enumerable.Range(0, rows).Select(r => (r, 1)).ToArray();
        if (batch > 1 && batch != rows) throw Invalid($"the model takes batches of exactly {batch}, the input has {rows} rows");
        return Join([.. parts.Select(p => Explain(plan, Rows(query.Input, p.Item1, p.Item2), [.. targets.Skip(p.Item1).Take(p.Item2)],
            query.Cotangent is { } c ? Rows(c, p.Item1, p.Item2) : null, query.Parameters.Sign, cancellation))]);
    }

    private static TensorAnswer Explain(ExplainPlan plan, FloatTensor input, Target[] targets, FloatTensor? cotangent, Sign? sign, CancellationToken cancellation)
    {
        var seeds = targets.Select(plan.Score.Row).ToArray();
        using var evidence = cotangent is not null
            ? Evidence.ForCotangent(plan.Model, input, plan.Layer, plan.Score.Function, cotangent, cancellation)
            : Evidence.ForRows(plan.Model, input, plan.Layer, plan.Score.Function, [.. seeds.SelectMany(s => s.Classes)], [.. seeds.SelectMany(s => s.Weights)],
                plan.Method.Needs == Needs.Gradient, cancellation);
        var gradients = evidence.Gradients.Count > 0 ? evidence.Gradients[0] : null;
        var maps = new SaliencyMap[targets.Length];
        for (var n = 0; n < maps.Length; n++)
        {
            var weights = plan.Method.Needs == Needs.LinearHead ? plan.HeadWeights(targets[n], Ranking.Of(evidence.Logits.Row(n))) : [];
            maps[n] = MapBuilder.Build(plan.Method, evidence.Activations, gradients, weights, n, sign).Map;
        }
        var (height, width) = Extent(plan.Model.Description.Input, input);
        return new TensorAnswer(
            new FloatTensor([targets.Length, evidence.Logits.Values.Length / targets.Length], evidence.Logits.Values.ToArray()),
            new FloatTensor([targets.Length, maps[0].Height, maps[0].Width], [.. maps.SelectMany(m => m.Values)]),
            new FloatTensor([targets.Length, height, width], [.. maps.SelectMany(m => MapBuilder.Heatmap(m, height, width))]),
            evidence.Activations.Copy(), gradients?.Copy());
    }

    private static Target[] Targets(ModelDescription description, TensorQuery query, ExplainPlan plan, int rows)
    {
        if (query.RowTargets is not { } own)
            return plan.Targets.Count == 1 ? [.. Enumerable.Repeat(plan.Targets[0], rows)] : throw Invalid("one target a row: give several classes as the INT64 input 'target' of shape [N]");
        if (own.Count != rows) throw Invalid($"'target' has {own.Count} entries, the input has {rows} rows");
        return [.. own.Select(t => t >= 0 && t < description.Classes ? new Target(t)
            : throw new ExplainException(ExplainError.TargetOutOfRange, $"class {t} does not exist; the classes are 0 to {description.Classes - 1}"))];
    }

    private static void CheckInput(ModelDescription description, FloatTensor input)
    {
        var declared = description.Inputs.Single(i => i.Name == description.Input.Name).Shape;
        var fits = input.Shape.Count == declared.Count && input.Shape.All(d => d > 0) && declared.Skip(1).Zip(input.Shape.Skip(1)).All(p => p.First < 0 || p.First == p.Second);
        if (!fits) throw Invalid($"input '{description.Input.Name}' has shape [{string.Join(", ", input.Shape)}], the model takes [{string.Join(", ", declared)}]");
        CheckValues($"input '{description.Input.Name}'", input);
    }

    private static void CheckValues(string name, FloatTensor tensor)
    {
        if (tensor.Values.Length != tensor.Shape.Aggregate(1L, (a, b) => a * b)) throw Invalid($"{name} has {tensor.Values.Length} values, its shape is [{string.Join(", ", tensor.Shape)}]");
        if (!System.Numerics.Tensors.TensorPrimitives.IsFiniteAll<float>(tensor.Values)) throw Invalid($"{name} holds values that are not finite numbers");
    }

    private static void CheckCotangent(ModelDescription description, FloatTensor cotangent, ExplainPlan plan, int rows)
    {
        if (plan.Method.Needs != Needs.Gradient) throw new ExplainException(ExplainError.MethodNotSupported, $"{plan.Method.Info.Id} takes no gradient, so it takes no cotangent");
        if (cotangent.Shape.Count == 0 || cotangent.Shape[0] != rows || cotangent.Shape.Skip(1).Aggregate(1L, (a, b) => a * b) != description.Classes)
            throw Invalid($"'cotangent' has shape [{string.Join(", ", cotangent.Shape)}], the class scores have [{rows}, {description.Classes}]");
        CheckValues("'cotangent'", cotangent);
    }

    private static (int Height, int Width) Extent(InputSpec spec, FloatTensor input) => spec.Layout == TensorLayout.Nchw
        ? ((int)input.Shape[2], (int)input.Shape[3])
        : ((int)input.Shape[1], (int)input.Shape[2]);

    private static FloatTensor Rows(FloatTensor tensor, int first, int count)
    {
        var length = tensor.Values.Length / (int)tensor.Shape[0];
        return count == tensor.Shape[0] ? tensor : new FloatTensor([count, .. tensor.Shape.Skip(1)], tensor.Values[(first * length)..((first + count) * length)]);
    }

    private static TensorAnswer Join(IReadOnlyList<TensorAnswer> parts) => parts.Count == 1 ? parts[0] : new TensorAnswer(
        Join(parts.Select(p => p.Logits)), Join(parts.Select(p => p.Map)), Join(parts.Select(p => p.Heatmap)), Join(parts.Select(p => p.Activations)),
        parts[0].Gradients is null ? null : Join(parts.Select(p => p.Gradients!)));

    private static FloatTensor Join(IEnumerable<FloatTensor> parts)
    {
        var all = parts.ToArray();
        return new FloatTensor([all.Sum(p => p.Shape[0]), .. all[0].Shape.Skip(1)], [.. all.SelectMany(p => p.Values)]);
    }

    private static ExplainException Invalid(string message) => new(ExplainError.InvalidRequest, message);
}
