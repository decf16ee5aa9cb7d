using Explain.Autodiff;
using Explain.Engine.Models;
using Explain.Engine.Targets;

namespace Explain.Engine.Methods;

/// <summary>One question of a study: why did this row get this value of its objective, seen at this layer?</summary>
/// <param name="study">The study.</param>
/// <param name="round">Which of its rounds.</param>
/// <param name="row">Which row.</param>
/// <param name="layer">Target layer.</param>
internal sealed class Probe(Study study, int round, int row, string layer)
{
    // So many rows of a perturbed input go through the model at once: enough for its kernels to work at full speed.
    private const int BatchRows = 16;

    /// <summary>The study.</summary>
    public Study Study => study;

    /// <summary>Target layer.</summary>
    public string Layer => layer;

    /// <summary>The scalar that is explained, with class indices for ranks.</summary>
    public IObjective Objective => study.Objective(round, row);

    /// <summary>The model's input, shaped as in the graph with a batch of one.</summary>
    public FloatTensor Input => new([1, .. study.Input.Shape.Skip(1)], study.Input.Row(row));

    /// <summary>The scalar's value for the input.</summary>
    public double Score => Objective.Value(study.Scores.Row(row));

    /// <summary>The same question at another layer.</summary>
    public Probe At(string other) => new(study, round, row, other);

    /// <summary>The layer's feature maps.</summary>
    public FeatureMaps Activation => FeatureMaps.Of(study.Activations(layer), row);

    /// <summary>The gradient of the scalar with respect to the layer.</summary>
    public FeatureMaps Gradient => GradientBy(GradientRules.Plain);

    /// <summary>The gradient of the scalar with respect to the layer, by other rules.</summary>
    public FeatureMaps GradientBy(RuleSet rules) => FeatureMaps.Of(study.Gradients(round, layer, rules), row);

    /// <summary>The scalar for other inputs.</summary>
    /// <param name="inputs">[n, …], shaped like the model's input.</param>
    /// <returns>One value a row.</returns>
    public double[] Evaluate(FloatTensor inputs) => Evaluate(inputs, part => Pass.Forward(study.ModelOf(row), part, [], study.Cancellation));

    /// <summary>The scalar for other values of the layer.</summary>
    /// <param name="activations">[n, …], shaped like the layer.</param>
    /// <returns>One value a row.</returns>
    public double[] EvaluateHead(FloatTensor activations) => Evaluate(activations, part => Pass.Head(study.ModelOf(row), layer, part, study.Cancellation));

    /// <summary>The gradient of the scalar at other inputs.</summary>
    /// <param name="inputs">[n, …], shaped like the model's input.</param>
    /// <param name="layers">Tensors to differentiate by.</param>
    /// <param name="rules">The gradient rules.</param>
    /// <returns>The passes of one part of the rows after the other, each with the number of its first row; disposed of when the next is asked for.</returns>
    public IEnumerable<(int First, Pass Pass)> Differentiate(FloatTensor inputs, IReadOnlyList<string> layers, RuleSet rules)
    {
        foreach (var (first, part) in Batches.Split(inputs, study.Model.BatchSize, BatchRows))
        {
            using var pass = study.Time(() => Pass.Backward(
                study.ModelOf(row), part, layers, [.. Enumerable.Repeat(Objective, (int)part.Shape[0])], rules, study.Cancellation));
            yield return (first, pass);
        }
    }

    private double[] Evaluate(FloatTensor inputs, Func<FloatTensor, Pass> run)
    {
        var values = new double[inputs.Shape[0]];
        foreach (var (first, part) in Batches.Split(inputs, study.Model.BatchSize, BatchRows))
        {
            using var pass = study.Time(() => run(part));
            for (var n = 0; n < part.Shape[0] && first + n < values.Length; n++) values[first + n] = Objective.Value(pass.Scores!.Row(n));
        }
        return values;
    }
}
