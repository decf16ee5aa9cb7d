using System.Diagnostics;
using Explain.Autodiff.Backpropagation;
using Explain.Autodiff.Rules;
using Explain.Engine.Methods.Options;
using Explain.Engine.Models;
using Explain.Engine.Models.Layouts;
using Explain.Engine.Models.Scheduling;
using Explain.Engine.Models.Sessions;
using Explain.Engine.Objectives;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Methods.Probing;

/// <summary>
/// A batch of inputs under study: asks the model for what methods need, when they need it, and keeps what was computed, so that several
/// methods, layers and objectives share one forward pass. Owns native memory.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="input">[N, …].</param>
/// <param name="layers">Target layers; those of one group are computed in one run.</param>
/// <param name="rounds">The objectives: each round has one for every item of the input.</param>
/// <param name="options">What the request says about how methods work.</param>
/// <param name="deadline">The request's, for the methods that sample.</param>
/// <param name="run">On whose behalf.</param>
internal sealed class Study(
    Model model,
    FloatTensor input,
    IReadOnlyList<IReadOnlyList<string>> layers,
    IReadOnlyList<IReadOnlyList<IObjective>> rounds,
    MethodOptions options,
    SharedDeadline deadline,
    RunContext run
) : IDisposable
{
    private readonly List<Pass> _passes = [];
    private readonly Dictionary<string, RunTensor> _activations = [];
    private readonly Dictionary<(int Round, string Layer, string Rules), RunTensor> _gradients = [];
    private readonly Dictionary<string, object> _shared = [];
    private readonly Dictionary<(RunTensor Tensor, int Item), float[]> _maps = [];
    private readonly List<Study> _others = [];
    private readonly List<Study> _changed = [];
    private RunClock _clock = new(run.Trace);
    private RunTensor? _scores;
    private IObjective[][]? _resolved;
    private bool _failedTogether;

    /// <summary>The model.</summary>
    public Model Model => model;

    /// <summary>The model with an item's values of the inputs beside the image, for variants of that item.</summary>
    public Model ModelOf(int item) => model.Items(item, 1);

    /// <summary>The input, [N, …].</summary>
    public FloatTensor Input => input;

    /// <summary>Different variants that a run may have; null for any number.</summary>
    public int? DifferentItems => _failedTogether ? 1 : model.DifferentItems;

    /// <summary>Number of rounds.</summary>
    public int Rounds => rounds.Count;

    /// <summary>What the request says about how methods work.</summary>
    public MethodOptions Options => options;

    /// <summary>The request's, for the methods that sample.</summary>
    public SharedDeadline Deadline => deadline;

    /// <summary>On whose behalf it is.</summary>
    public RunContext Run => run;

    /// <summary>Time spent in ONNX Runtime so far, for this study and those that were made of it.</summary>
    public TimeSpan Running => _clock.Total;

    /// <summary>The feature maps of one item of a layer's value or gradient, channels first whatever the layout of the layer.</summary>
    public FeatureMaps Maps(RunTensor tensor, string layer, int item)
    {
        var layout = model.Description.LayoutOf(layer);
        var index = layout.Index(tensor.Shape);
        if (_maps.TryGetValue((tensor, item), out var known))
            return new FeatureMaps(known, index.Channels, index.Height, index.Width);
        var maps = FeatureMaps.Of(tensor, item, layout);
        // Methods ask many times; maps that are the tensor itself need no room.
        if (!index.IsPlanes || layout.Batch != 0)
            _maps[(tensor, item)] = maps.Values.ToArray();
        return maps;
    }

    /// <summary>The explained tensor: class scores, [N, K] or [N, K, 1, …], or another output.</summary>
    public RunTensor Scores
    {
        get
        {
            if (_scores is null)
            {
                using var scope = Time();
                Keep(Passes.Forward(model, input, [], run));
                Count(1);
            }
            return _scores!;
        }
    }

    /// <summary>The value of a layer, shaped as in the graph.</summary>
    public RunTensor Activations(string layer)
    {
        if (!_activations.ContainsKey(layer))
        {
            using var scope = Time();
            Keep(Passes.Forward(model, input, Together(layer), run));
            Count(1);
        }
        return _activations[layer];
    }

    /// <summary>
    /// The gradient of a round's objectives with respect to a layer, shaped like it. Asked for first, it costs one forward and one backward
    /// pass, for all layers of its group; later, of a layer that is alone, the backward pass only.
    /// </summary>
    public RunTensor Gradients(int round, string layer, RuleSet rules)
    {
        if (_gradients.TryGetValue((round, layer, rules.Name), out var known))
            return known;
        if (!rounds[round].All(o => o.Settled))
            Activations(layer);
        using var scope = Time();
        var (together, objectives) = (Together(layer), _scores is null ? rounds[round] : Resolved[round]);
        var passes = _scores is null ? 2 : 1;
        var pass =
            together.Count == 1 && _scores is not null && _activations.TryGetValue(layer, out var value)
                ? Passes.BackwardFrom(model, input, layer, value, objectives, rules, run)
                : Passes.Backward(model, input, together, objectives, rules, run);
        Keep(pass);
        Count(passes);
        foreach (var (name, gradient) in pass.Gradients)
            _gradients.TryAdd((round, name, rules.Name), gradient);
        return _gradients[(round, layer, rules.Name)];
    }

    /// <summary>The plain gradients of a round's objectives with respect to several layers, in one forward and one backward pass.</summary>
    public void Differentiate(int round, IReadOnlyList<string> layers)
    {
        var objectives = Resolved[round];
        using var scope = Time();
        var pass = Passes.Backward(model, input, layers, objectives, GradientRules.Plain, run);
        Keep(pass);
        Count(2);
        foreach (var (name, gradient) in pass.Gradients)
            _gradients.TryAdd((round, name, GradientRules.Plain.Name), gradient);
    }

    /// <summary>Whether an item's objective has a plain gradient other than zero anywhere in a layer.</summary>
    public bool Reaches(int round, int item, string layer) =>
        Maps(Gradients(round, layer, GradientRules.Plain), layer, item).Values.ContainsAnyExcept(0f);

    /// <summary>The curvature of a round's objectives along a layer, shaped like it.</summary>
    public RunTensor Curvatures(int round, string layer)
    {
        var name = ExplainGraph.CurvatureOf(layer);
        if (_gradients.TryGetValue((round, layer, name), out var known))
            return known;
        var activations = Activations(layer);
        using var scope = Time();
        var pass = Passes.CurvatureFrom(model, input, layer, activations, Resolved[round], run);
        Keep(pass);
        Count(1);
        return _gradients[(round, layer, name)] = pass.Gradients[name];
    }

    /// <summary>The gradient of objectives that follow from those of a round and the class scores, with respect to a layer.</summary>
    public RunTensor Gradients(int round, string layer, string name, ObjectiveChange change)
    {
        if (_gradients.TryGetValue((round, layer, name), out var known))
            return known;
        var activations = Activations(layer);
        var objectives = Resolved[round].Select((o, n) => change(o, Scores.Item(n))).ToArray();
        using var scope = Time();
        var pass = Passes.BackwardFrom(model, input, layer, activations, objectives, GradientRules.Plain, run);
        Keep(pass);
        Count(1);
        return _gradients[(round, layer, name)] = pass.Gradients[layer];
    }

    /// <summary>A study of the same objectives for a changed input; disposed of with this one.</summary>
    /// <param name="name">Name of the change.</param>
    /// <param name="change">Makes the other input, shaped alike.</param>
    public Study Changed(string name, Func<FloatTensor, FloatTensor> change) => Once($"changed|{name}", () =>
        {
            var other = new Study(model, change(input), layers, Resolved, options, deadline, run) { _clock = _clock };
            _changed.Add(other);
            return other;
        });

    /// <summary>A study of one round for an input with other values in all places, without a deadline; the caller disposes of it.</summary>
    /// <param name="round">The round; it is the only one there.</param>
    /// <param name="values">One item.</param>
    public Study Again(int round, float[] values)
    {
        var item = new FloatTensor([1, .. input.Shape.Skip(1)], values);
        var other = FloatTensor.Join([.. Enumerable.Repeat(item, (int)input.Shape[0])]);
        return new Study(model, other, layers, [Resolved[round]], options, new SharedDeadline(null), run) { _clock = _clock };
    }

    /// <summary>A study of other objectives for one item; disposed of with this one.</summary>
    /// <param name="item">The item.</param>
    /// <param name="objectives">The objectives, settled; each is a round.</param>
    public Study OfItem(int item, params IObjective[] objectives)
    {
        var other = new Study(
            ModelOf(item),
            new FloatTensor([1, .. input.Shape.Skip(1)], input.Item(item)),
            [],
            [.. objectives.Select(o => new[] { o })],
            options,
            deadline,
            run
        )
        {
            _clock = _clock,
        };
        _others.Add(other);
        return other;
    }

    /// <summary>The objective of an item in a round, with class indices for ranks.</summary>
    public IObjective Objective(int round, int item) => Resolved[round][item];

    /// <summary>What is computed once for all rounds of an item.</summary>
    /// <param name="name">All that it depends on besides the options.</param>
    /// <param name="compute">Computes it.</param>
    public T Once<T>(string name, Func<T> compute)
        where T : notnull
    {
        if (_shared.TryGetValue(name, out var known))
            return (T)known;
        var value = compute();
        _shared[name] = value;
        return value;
    }

    /// <summary>The scalars of all rounds for variants of an item, run once for each name of variants.</summary>
    /// <param name="item">The item.</param>
    /// <param name="layer">The layer whose values vary; null for the input.</param>
    /// <param name="variants">The variants.</param>
    /// <returns>For each round one value a variant: of the first ones only, one at least, when time is up before the last.</returns>
    public double[][] Respond(int item, string? layer, Variants variants) =>
        Once($"variants|{item}|{layer}|{variants.Name}", () =>
            Respond(item, layer, variants, variants.AllOrNothing ? default : deadline.Next(rounds.Count))
        );

    /// <summary>The same within a deadline of its own, and not remembered.</summary>
    public double[][] Respond(int item, string? layer, Variants variants, Deadline until)
    {
        var (own, shape, layout) = (
            ModelOf(item),
            layer is null ? input.Shape : Activations(layer).Shape,
            layer is null ? LayerLayout.Nchw : model.Description.LayoutOf(layer)
        );
        var variant = new float[layout.WithItems(shape, 1).Aggregate(1L, (a, b) => a * b)];
        var values = rounds.Select(_ => new double[variants.Count]).ToArray();
        var (done, milliseconds) = (0, model.Timings.PerItem(layer is null ? PassKind.Forward : PassKind.Head, layer ?? ""));
        var part = new FloatTensor([0], []);
        while (done < variants.Count)
        {
            var fitting = until.Fitting(DifferentItems ?? Batches.Size, milliseconds);
            if (done > 0 && fitting < (DifferentItems ?? 1))
                break;
            var items = Math.Min(DifferentItems ?? Math.Max(fitting, 1), variants.Count - done);
            var together = model.BatchSize ?? items;
            if (part.Values.Length != together * variant.Length)
                part = new FloatTensor(layout.WithItems(shape, together), new float[together * variant.Length]);
            var start = Stopwatch.GetTimestamp();
            // A model made for several items at a time gets the last one in the places that are left.
            for (var n = 0; n < together; n++)
            {
                if (n < items)
                    variants.Fill(done + n, variant);
                layout.Put(variant, part, n);
            }
            run.Cancellation.ThrowIfCancellationRequested();
            using var pass = Tried(items, () => Respond(own, layer, part, together));
            if (pass is null)
                continue;
            for (var n = 0; n < items; n++)
            {
                for (var round = 0; round < values.Length; round++)
                    values[round][done + n] = Resolved[round][item].Value(pass.Scores!.Item(n));
                variants.Seen?.Invoke(Array.ConvertAll(values, v => v[done + n]));
            }
            done += items;
            milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds / together;
            Count(items);
            if (done < variants.Count)
                variants.Grown?.Invoke(values, done);
        }
        return [.. values.Select(v => v[..done])];
    }

    /// <summary>A run of variants; null when it failed because they were several, and the next ones have runs of their own.</summary>
    /// <param name="items">How many they are.</param>
    /// <param name="pass">Makes the run.</param>
    public Pass? Tried(int items, Func<Pass> pass)
    {
        try
        {
            return pass();
        }
        catch (ExplainException e) when (items > 1 && model.FailsTogether(e))
        {
            _failedTogether = true;
            return null;
        }
    }

    /// <summary>Tells whoever watches that batch items went through the model: forward and backward are one each.</summary>
    public void Count(int passes) => run.Watch?.Pass(passes);

    /// <summary>Gives back the gradients of a round, which nobody asks for again.</summary>
    public void Forget(int round)
    {
        foreach (var key in _gradients.Keys.Where(k => k.Round == round).ToArray())
        {
            _gradients.Remove(key, out var gradient);
            foreach (var maps in _maps.Keys.Where(m => m.Tensor == gradient).ToArray())
                _maps.Remove(maps);
            gradient!.Dispose();
        }
        _changed.ForEach(c => c.Forget(round));
    }

    /// <summary>Runs the model on the clock of <see cref="Running"/> until it is disposed of.</summary>
    public RunClock.Scope Time() => _clock.Measure();

    /// <inheritdoc/>
    public void Dispose()
    {
        _passes.ForEach(p => p.Dispose());
        _others.ForEach(o => o.Dispose());
        _changed.ForEach(c => c.Dispose());
    }

    private Pass Respond(Model own, string? layer, FloatTensor variants, int rows)
    {
        using (Time())
            return layer is null ? Passes.Forward(own, variants, [], run) : Passes.Head(own, layer, variants, rows, run);
    }

    private IObjective[][] Resolved => _resolved ??= Resolve();

    private IObjective[][] Resolve()
    {
        var extents = Scores.Shape[1..];
        return [.. rounds.Select(r => r.Select((o, n) => o.Resolve(extents, Scores.Item(n))).ToArray())];
    }

    private IReadOnlyList<string> Together(string layer) => layers.FirstOrDefault(group => group.Contains(layer)) ?? [layer];

    private void Keep(Pass pass)
    {
        _passes.Add(pass);
        _scores ??= pass.Scores;
        foreach (var (name, value) in pass.Activations)
            _activations.TryAdd(name, value);
    }
}
