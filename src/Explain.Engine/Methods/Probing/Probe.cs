using System.Diagnostics;
using Explain.Autodiff.Rules;
using Explain.Engine.Methods.Options;
using Explain.Engine.Models;
using Explain.Engine.Models.Scheduling;
using Explain.Engine.Objectives;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Methods.Probing;

/// <summary>Makes the values of a method of the scalars that variants have: of all of them, or of the first ones.</summary>
internal delegate Attribution SampleMap(Probe probe, double[] scalars);

/// <summary>One question of a study: why did this item get this value of its objective, seen at this layer?</summary>
/// <param name="study">The study.</param>
/// <param name="round">Which of its rounds.</param>
/// <param name="item">Which item.</param>
/// <param name="layer">Target layer.</param>
/// <param name="growing">Where maps go while they grow; null when nobody watches.</param>
internal sealed class Probe(Study study, int round, int item, string layer, GrowingMap? growing = null)
{
    /// <summary>The study.</summary>
    public Study Study => study;

    /// <summary>Target layer.</summary>
    public string Layer => layer;

    /// <summary>Which of the study's rounds.</summary>
    public int Round => round;

    /// <summary>Which item.</summary>
    public int Item => item;

    /// <summary>The scalar that is explained, with class indices for ranks.</summary>
    public IObjective Objective => study.Objective(round, item);

    /// <summary>The model's input, shaped as in the graph with a batch of one.</summary>
    public FloatTensor Input => new([1, .. study.Input.Shape.Skip(1)], study.Input.Item(item));

    /// <summary>The scalar's value for the input.</summary>
    public double Score => Objective.Value(study.Scores.Item(item));

    /// <summary>The same question at another layer.</summary>
    public Probe At(string other) => new(study, round, item, other, growing);

    /// <summary>The same question for another item.</summary>
    public Probe OfItem(int other) => new(study, round, other, layer);

    /// <summary>The layer's feature maps.</summary>
    public FeatureMaps Activation => study.Maps(study.Activations(layer), layer, item);

    /// <summary>The layer's value for this item as it lies in the tensor, to be changed position by position.</summary>
    public LayerItem LayerItem => new(study.Activations(layer), item, study.Model.Description.LayoutOf(layer));

    /// <summary>The gradient of the scalar with respect to the layer.</summary>
    public FeatureMaps Gradient => GradientBy(GradientRules.Plain);

    /// <summary>The gradient of the scalar with respect to the layer, by other rules.</summary>
    public FeatureMaps GradientBy(RuleSet rules) => study.Maps(study.Gradients(round, layer, rules), layer, item);

    /// <summary>The Hessian of the scalar by the layer's value, times that value.</summary>
    public FeatureMaps Curvature => study.Maps(study.Curvatures(round, layer), layer, item);

    /// <summary>The gradient of a scalar that follows from the explained one and the class scores.</summary>
    /// <param name="name">Name of the change.</param>
    /// <param name="change">Makes the other scalar.</param>
    public FeatureMaps GradientOf(string name, ObjectiveChange change) =>
        study.Maps(study.Gradients(round, layer, name, change), layer, item);

    /// <summary>The scalar for variants of the input.</summary>
    /// <returns>One value a variant: of the first ones only, one at least, when time is up before the last.</returns>
    public double[] Evaluate(Variants variants) => study.Respond(item, null, variants)[round];

    /// <summary>The scalar for variants of the input that only this question has.</summary>
    /// <param name="variants">The variants.</param>
    /// <param name="until">When they should be done.</param>
    /// <returns>One value a variant: of the first ones only, one at least, when time is up before the last.</returns>
    public double[] EvaluateWithin(Variants variants, Deadline until) => study.Respond(item, null, variants, until)[round];

    /// <summary>
    /// What a method makes of the scalar for variants of the input: of the first ones only, one at least, when time is up before the last.
    /// </summary>
    public Attribution Sample(Variants variants, SampleMap map) => Sampled(null, variants, map);

    /// <summary>The same for variants of the layer's values.</summary>
    public Attribution SampleHead(Variants variants, SampleMap map) => Sampled(layer, variants, map);

    /// <summary>Shows what a method has of a part of its samples, when that is wanted.</summary>
    public void Show(Func<Attribution> values)
    {
        if (growing is { Watch.WantsMaps: true })
            growing.Show([(round, values())]);
    }

    /// <summary>
    /// The gradient of the scalar at inputs that are made when their turn comes; a few at a time go through the model together.
    /// </summary>
    /// <param name="count">How many.</param>
    /// <param name="fill">Writes the input of a number from 0, in the layout of the model's input; the same for the same number.</param>
    /// <param name="layers">Tensors to differentiate by.</param>
    /// <param name="until">When they should be done.</param>
    /// <param name="least">How many are done in any case.</param>
    /// <returns>For each input in turn, the pass and its item there; disposed of when the next is asked for. The first inputs only, when
    /// time is up before the last.</returns>
    public IEnumerable<(Pass Pass, int Item)> Differentiate(
        int count,
        Action<int, Span<float>> fill,
        IReadOnlyList<string> layers,
        Deadline until,
        int least = 1
    )
    {
        var like = Input;
        var (length, milliseconds) = (like.Values.Length, study.Model.Timings.PerItem(PassKind.Gradient, string.Join('|', layers)));
        for (var done = 0; done < count; )
        {
            var fitting = until.Fitting(study.DifferentItems ?? Batches.Size, milliseconds);
            if (done >= least && fitting < (study.DifferentItems ?? 1))
                yield break;
            var items = Math.Min(study.DifferentItems ?? Math.Max(fitting, 1), count - done);
            var (begun, inputs) = (Stopwatch.GetTimestamp(), new FloatTensor([items, .. like.Shape.Skip(1)], new float[items * length]));
            for (var n = 0; n < items; n++)
                fill(done + n, inputs.Values.AsSpan(n * length, length));
            using var pass = study.Tried(items, () => Differentiate(inputs, layers, GradientRules.Plain));
            if (pass is null)
                continue;
            milliseconds = Stopwatch.GetElapsedTime(begun).TotalMilliseconds / items;
            for (var n = 0; n < items; n++)
                yield return (pass, n);
            done += items;
        }
    }

    /// <summary>The gradient of the scalar at other inputs, in one run.</summary>
    /// <param name="inputs">[n, …], shaped like the model's input, not more than a run may have.</param>
    /// <param name="layers">Tensors to differentiate by.</param>
    /// <param name="rules">The gradient rules.</param>
    public Pass Differentiate(FloatTensor inputs, IReadOnlyList<string> layers, RuleSet rules)
    {
        var pass = Backward(Batches.Filled(inputs, study.Model.BatchSize), layers, rules);
        study.Count(2 * (int)inputs.Shape[0]);
        return pass;
    }

    /// <summary>The multipliers of rules that compare two inputs: what each value of this one counts for, shaped like it.</summary>
    /// <param name="reference">What it is compared with, as many values.</param>
    /// <param name="rules">The rules.</param>
    public float[] Multipliers(float[] reference, RuleSet rules)
    {
        var (input, name) = (Input, study.Model.Description.Input.Name);
        // A model made for several items at a time gets the same one in all positions.
        var items = study.Model.BatchSize ?? 1;
        FloatTensor Repeated(float[] values) =>
            new([items, .. input.Shape.Skip(1)], [.. Enumerable.Repeat(values, items).SelectMany(v => v)]);
        using var pass = Backward(Repeated(input.Values), [name], rules, Repeated(reference));
        // Two inputs go forward, and what they differ by goes back.
        study.Count(3);
        return pass.Gradients[name].Item(0).ToArray();
    }

    private Attribution Sampled(string? at, Variants variants, SampleMap map)
    {
        return map(this, study.Respond(item, at, growing is null ? variants : variants with { Grown = Grown })[round]);

        // A run has the scalars of all rounds.
        void Grown(double[][] scalars, int done)
        {
            if (growing.Watch.WantsMaps)
                growing.Show(growing.Explanations.Select(e => (e.Key, map(new Probe(study, e.Key, item, layer), scalars[e.Key][..done]))));
        }
    }

    private Pass Backward(FloatTensor inputs, IReadOnlyList<string> layers, RuleSet rules, FloatTensor? reference = null)
    {
        using var scope = study.Time();
        IObjective[] objectives = [.. Enumerable.Repeat(Objective, (int)inputs.Shape[0])];
        return Passes.Backward(study.ModelOf(item), inputs, layers, objectives, rules, study.Run, reference);
    }
}
