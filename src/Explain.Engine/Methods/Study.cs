using System.Diagnostics;
using Explain.Autodiff;
using Explain.Engine.Models;
using Explain.Engine.Targets;

namespace Explain.Engine.Methods;

/// <summary>
/// A batch of inputs under study: asks the model for what methods need, when they need it, and keeps what was computed, so that several methods, layers and objectives share
/// one forward pass. Owns native memory.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="input">[N, …].</param>
/// <param name="layers">Target layers.</param>
/// <param name="rounds">The objectives: each round has one for every row of the input.</param>
/// <param name="options">What the request says about how methods work.</param>
/// <param name="cancellation">Ends native runs.</param>
internal sealed class Study(
    Model model, FloatTensor input, IReadOnlyList<string> layers, IReadOnlyList<IReadOnlyList<IObjective>> rounds, MethodOptions options, CancellationToken cancellation) : IDisposable
{
    private readonly List<Pass> _passes = [];
    private readonly Dictionary<string, RunTensor> _activations = [];
    private readonly Dictionary<(int Round, string Layer, string Rules), RunTensor> _gradients = [];
    private readonly Stopwatch _running = new();
    private RunTensor? _scores;
    private IObjective[][]? _resolved;

    /// <summary>The model.</summary>
    public Model Model => model;

    /// <summary>The model with a row's values of the inputs beside the picture, for variants of that row.</summary>
    public Model ModelOf(int row) => model.Rows(row, 1);

    /// <summary>The input, [N, …].</summary>
    public FloatTensor Input => input;

    /// <summary>Target layers.</summary>
    public IReadOnlyList<string> Layers => layers;

    /// <summary>Number of rounds.</summary>
    public int Rounds => rounds.Count;

    /// <summary>What the request says about how methods work.</summary>
    public MethodOptions Options => options;

    /// <summary>Cancelled when nobody waits any more.</summary>
    public CancellationToken Cancellation => cancellation;

    /// <summary>Time spent in ONNX Runtime so far.</summary>
    public TimeSpan Running => _running.Elapsed;

    /// <summary>The explained tensor: class scores, [N, K] or [N, K, 1, …], or another output.</summary>
    public RunTensor Scores
    {
        get
        {
            if (_scores is null) Keep(Time(() => Pass.Forward(model, input, [], cancellation)));
            return _scores!;
        }
    }

    /// <summary>The value of a layer, shaped as in the graph.</summary>
    public RunTensor Activations(string layer)
    {
        if (!_activations.ContainsKey(layer)) Keep(Time(() => Pass.Forward(model, input, Together(layer), cancellation)));
        return _activations[layer];
    }

    /// <summary>The gradient of a round's objectives with respect to a layer, shaped like it. Asked for first, it costs one forward and one backward pass; later, the backward pass only.</summary>
    public RunTensor Gradients(int round, string layer, RuleSet rules)
    {
        if (_gradients.TryGetValue((round, layer, rules.Name), out var known)) return known;
        if (!rounds[round].All(o => o.Settled)) Activations(layer);
        var pass = Time(() => _scores is not null && _activations.TryGetValue(layer, out var value)
            ? Pass.BackwardFrom(model, input, layer, value, Resolved[round], rules, cancellation)
            : Pass.Backward(model, input, Together(layer), rounds[round], rules, cancellation));
        Keep(pass);
        foreach (var (name, gradient) in pass.Gradients) _gradients.TryAdd((round, name, rules.Name), gradient);
        return _gradients[(round, layer, rules.Name)];
    }

    /// <summary>The objective of a row in a round, with class indices for ranks.</summary>
    public IObjective Objective(int round, int row) => Resolved[round][row];

    /// <summary>Runs something on the clock of <see cref="Running"/>.</summary>
    public T Time<T>(Func<T> run)
    {
        _running.Start();
        try
        {
            return run();
        }
        finally
        {
            _running.Stop();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _passes.ForEach(p => p.Dispose());

    private IObjective[][] Resolved => _resolved ??= Resolve();

    private IObjective[][] Resolve()
    {
        var extents = Scores.Shape[1..];
        return [.. rounds.Select(r => r.Select((o, n) => o.Resolve(extents, Scores.Row(n))).ToArray())];
    }

    private string[] Together(string layer) => layers.Contains(layer) ? [.. layers] : [layer];

    private void Keep(Pass pass)
    {
        _passes.Add(pass);
        _scores ??= pass.Scores;
        foreach (var (name, value) in pass.Activations) _activations.TryAdd(name, value);
    }
}
