using System.Collections.Concurrent;
using Explain.Autodiff.Backpropagation;
using Explain.Autodiff.Graphs;
using Explain.Engine.Models.Reading;
using Explain.Engine.Models.Scheduling;
using Explain.Engine.Models.Sessions;
using Explain.Engine.Vocabulary;
using Microsoft.ML.OnnxRuntime;

namespace Explain.Engine.Models;

/// <summary>A model in memory: its graph and its open sessions. Requests see it through a <see cref="Model"/>.</summary>
/// <param name="graph">The graph in the form that rules know.</param>
/// <param name="sized">The same graph with the types that it has for one image of the size in use.</param>
/// <param name="folder">Where the weights beside the file are.</param>
/// <param name="factory">Opens sessions.</param>
/// <param name="description">What is known of it; of the outputs that can be explained, for the first.</param>
/// <param name="loading">Ends what is opened until <see cref="EndLoading"/>.</param>
internal sealed class LoadedModel(
    Graph graph,
    Graph sized,
    string? folder,
    SessionFactory factory,
    ModelDescription description,
    CancellationToken loading
) : IDisposable
{
    // The default layer's graphs and a few of other layers: a client that walks through all layers must not fill the memory.
    private const int OpenSessions = 6;

    // Each session maps the weights beside the file into memory again.
    private readonly SessionCache _sessions = new(graph.HasLargeWeights ? 1 : OpenSessions);
    private readonly ConcurrentDictionary<string, Lazy<ExplainedOutput>> _outputs = [];
    private readonly Lazy<bool> _native = new(() => factory.Native.Serve(graph));
    private readonly RunDevice _device = factory.NextDevice();
    private CancellationToken _loading = loading;
    private bool _standardOnly;

    /// <summary>The graph in the form that rules know, with its types.</summary>
    public Graph Graph => graph;

    /// <summary>The same graph with the types that it has for one image of the size in use.</summary>
    public Graph Sized => sized;

    /// <summary>What is known of it; of the outputs that can be explained, for the first.</summary>
    public ModelDescription Description { get; private set; } = description;

    /// <summary>Makes native runs when there is room for them, several requests' together where that is possible.</summary>
    public RunBatcher Runs { get; } = new(factory.Schedule);

    /// <summary>Counts its native runs.</summary>
    public RunCounts Counts { get; } = new();

    /// <summary>How runs share the machine.</summary>
    public RunSchedule Schedule => factory.Schedule;

    /// <summary>Where its runs leave feature maps and gradients; null where that is the memory of the host.</summary>
    public DeviceMemory? Memory => _device.Memory;

    /// <summary>Whether its batch items mind each other.</summary>
    public RowFinding Rows { get; private set; } = RowFinding.Untried;

    /// <summary>Notes what was found of its batch items, before the first request.</summary>
    public void Note(RowFinding rows)
    {
        Rows = rows;
        if (rows.Reason is { } reason)
        {
            var guess = new Guess("batch", "1", $"{reason}; every image and every sample has a run of its own");
            Description = Description with { Guesses = [.. Description.Guesses, guess] };
        }
    }

    /// <summary>Nothing ends what is opened from here on: whoever asks after a caller who left has the session, too.</summary>
    public void EndLoading() => _loading = CancellationToken.None;

    /// <summary>The model as a request sees it that says nothing of outputs and auxiliary inputs.</summary>
    public Model View => new(this, Output(Description.Logit), AuxiliaryInputs.None);

    /// <summary>What is known of one of its tensors, as that which is explained.</summary>
    /// <param name="tensor">A float output, or the logit behind one.</param>
    /// <param name="layer">Its default layer; null for the usual one.</param>
    public ExplainedOutput Output(string tensor, string? layer = null) =>
        _outputs
            .GetOrAdd($"{tensor}|{layer}", _ => new Lazy<ExplainedOutput>(() =>
            {
                var usual = OutputDescription.Of(this, tensor);
                return new ExplainedOutput(this, layer is null ? usual : usual with { Layer = layer });
            }))
            .Value;

    /// <summary>Borrows the session that answers a query.</summary>
    /// <exception cref="ExplainException"><see cref="ExplainError.MethodNotSupported"/>: an operator has no rule, or the graph cannot be
    /// opened.</exception>
    public SessionCache.Lease Borrow(GradientQuery query)
    {
        var asked = query with { Native = query.Gradients && !_standardOnly && _native.Value };
        return _sessions.Borrow(asked.Key, () => Open(asked));
    }

    /// <summary>Values of constants, in that order.</summary>
    // Whatever way a constant is stored (in the file, beside it, in half precision), ONNX Runtime can read it.
    public FloatTensor[] Read(IReadOnlyList<string> constants)
    {
        if (constants.Count == 0)
            return [];
        var reading = graph.Clone();
        string[] read = [.. constants.Select(c => reading.Append("Cast", [c], 1, [Attributes.Of("to", 1)]).Output[0])];
        reading.SetOutputs(read);
        using var session = new TrialSession(reading, folder, _loading);
        return session.Floats(new Dictionary<string, RunTensor>(), read);
    }

    /// <inheritdoc/>
    public void Dispose() => _sessions.Dispose();

    private InferenceSession Open(GradientQuery query)
    {
        if (!ExplainGraph.TryBuild(graph, query, out var built, out var reason))
            throw NotDifferentiable(query, reason);
        try
        {
            return factory.Open(built, folder, _device, graph.HasLargeWeights, _loading);
        }
        catch (NotSupportedException e) when (NativeNodes.In(built))
        {
            _standardOnly = true;
            factory.Native.Refused(e);
            return Open(query with { Native = false });
        }
        catch (NotSupportedException e)
        {
            throw NotDifferentiable(query, e.Message, e);
        }
    }

    private static ExplainException NotDifferentiable(GradientQuery query, string? reason, Exception? cause = null) =>
        new(
            ExplainError.MethodNotSupported,
            query.Gradients ? $"the gradient with respect to {string.Join(", ", query.Layers)} cannot be computed: {reason}" : reason!,
            cause: cause
        );
}
