using System.Collections.Concurrent;
using Explain.Autodiff;
using Explain.Engine.Methods;
using Microsoft.ML.OnnxRuntime;

namespace Explain.Engine.Models;

/// <summary>A loaded model: its graph, what is known of it, and its open sessions.</summary>
internal sealed class Model(Graph graph, Graph sized, string? folder, SessionFactory factory, ModelDescription description) : IDisposable
{
    // The default layer's graphs and a few of other layers: a client that walks through all layers must not fill the memory.
    private const int OpenSessions = 6;

    private readonly SessionCache _sessions = new(OpenSessions);
    private readonly ConcurrentDictionary<string, Lazy<Head>> _heads = [];
    private readonly ConcurrentDictionary<string, string?> _unsupported = [];

    private IReadOnlyList<Bias>? _biases;

    /// <summary>The graph in the form that rules know, with its types.</summary>
    public Graph Graph { get; } = graph;

    /// <summary>What its passes took lately.</summary>
    public PassTimings Timings { get; } = new();

    /// <summary>What is added on the way from the input to the class scores.</summary>
    public IReadOnlyList<Bias> Biases => LazyInitializer.EnsureInitialized(ref _biases, () => Models.Biases.Find(Graph, Description.Input.Name, Description.Logit, Read));

    /// <summary>What clients may know.</summary>
    public ModelDescription Description { get; set; } = description;

    /// <summary>Rows that the model takes at once, exactly; null when any number will do.</summary>
    public int? BatchSize => Description.Inputs.Single(i => i.Name == Description.Input.Name).Shape[0] is > 0 and var rows ? (int)rows : null;

    /// <summary>Borrows the session that answers a query.</summary>
    /// <exception cref="ExplainException"><see cref="ExplainError.MethodNotSupported"/>: the graph of the query cannot be built or opened.</exception>
    public SessionCache.Lease Borrow(GradientQuery query) => _sessions.Borrow(
        $"{query.Scores}|{query.Function}|{query.Dense}|{query.FromLayers}|{query.Gradients}|{query.Curvature}|{query.Rules.Name}|{string.Join('|', query.Layers)}", () => Open(query));

    /// <summary>Why a method cannot be done at a layer; null when it can. The graph is searched once for each.</summary>
    public string? WhyNot(Method method, string? layer) =>
        _unsupported.GetOrAdd($"{method.Info.Id}|{layer}", _ => MethodSupportTable.Reason(this, method, layer));

    /// <summary>The linear layer behind a target layer, where CAM has a closed form.</summary>
    /// <exception cref="ExplainException"><see cref="ExplainError.MethodNotSupported"/>.</exception>
    public Head HeadBehind(string layer) =>
        _heads.GetOrAdd(layer, l => new Lazy<Head>(() => Head.Find(sized, l, Description.Logit, c => Read([c])[0]))).Value;

    /// <inheritdoc/>
    public void Dispose() => _sessions.Dispose();

    private InferenceSession Open(GradientQuery query)
    {
        try
        {
            return factory.Open(ExplainGraph.Build(Graph, query).ToBytes(), folder);
        }
        catch (Exception e) when (e is MissingRuleException or NotSupportedException or ArgumentException or OnnxRuntimeException)
        {
            throw new ExplainException(ExplainError.MethodNotSupported, $"the gradient with respect to {string.Join(", ", query.Layers)} cannot be computed: {e.Message}");
        }
    }

    // Whatever way a constant is stored (in the file, beside it, in half precision), ONNX Runtime can read it.
    private FloatTensor[] Read(IReadOnlyList<string> constants)
    {
        if (constants.Count == 0) return [];
        var graph = Graph.Clone();
        string[] read = [.. constants.Select(c => graph.Append("Cast", [c], 1, [Attributes.Of("to", 1)]).Output[0])];
        graph.SetOutputs(read);
        using var session = SessionFactory.OpenForTypes(graph.ToBytes(), folder);
        var values = SessionRun.Run(session, new Dictionary<string, RunTensor>(), null, read, CancellationToken.None);
        FloatTensor[] copies = [.. values.Select(v => v.Copy())];
        Array.ForEach(values, v => v.Dispose());
        return copies;
    }
}
