using System.Collections.Concurrent;
using Explain.Autodiff.Backpropagation;
using Explain.Autodiff.Graphs;
using Explain.Engine.Methods.Probing;
using Explain.Engine.Methods.Tables;
using Explain.Engine.Models.Layouts;
using Explain.Engine.Models.Reading;
using Explain.Engine.Models.Scheduling;
using Explain.Engine.Models.Sessions;
using Explain.Engine.Vocabulary;
using Microsoft.ML.OnnxRuntime;

namespace Explain.Engine.Models;

/// <summary>
/// A loaded model: its graph, what is known of it, and its open sessions. A request sees it through views that share all of this: one
/// explains another output (<see cref="Explaining"/>),
/// one has values for the inputs beside the picture (<see cref="With"/>). Views are not disposed of.
/// </summary>
internal sealed class Model(Graph graph, Graph sized, string? folder, SessionFactory factory, ModelDescription description) : IDisposable
{
    // The default layer's graphs and a few of other layers: a client that walks through all layers must not fill the memory.
    private const int OpenSessions = 6;

    // Each session maps the weights beside the file into memory again.
    private readonly SessionCache _sessions = new(graph.HasLargeWeights ? 1 : OpenSessions);
    private readonly ConcurrentDictionary<string, Lazy<Model>> _views = [];
    private readonly ConcurrentDictionary<string, Lazy<IReadOnlyList<Bias>>> _biases = [];
    private ConcurrentDictionary<string, Lazy<Head>> _heads = [];
    private ConcurrentDictionary<string, string?> _unsupported = [];
    private ConcurrentDictionary<string, string?> _refusals = [];
    private OutputShape? _shape;
    private bool _rowsAreIndependent;

    /// <summary>The graph in the form that rules know, with its types.</summary>
    public Graph Graph { get; } = graph;

    /// <summary>Makes native runs when there is room for them, several requests' together where that is possible.</summary>
    public RunBatcher Runs { get; } = new(factory.Schedule);

    /// <summary>How runs share the machine.</summary>
    public RunSchedule Schedule => factory.Schedule;

    /// <summary>
    /// Whether rows of several requests can go through the model together: it was tried, and no row changed another's result. Values of
    /// further inputs belong to one request.
    /// </summary>
    public bool JoinsRequests => _rowsAreIndependent && BatchSize is null && !Shape.Varies && Auxiliary == AuxiliaryInputs.None;

    /// <summary>What the passes of this view took lately.</summary>
    public PassTimings Timings { get; private set; } = new();

    /// <summary>What is added on the way from the input to the explained tensor.</summary>
    public IReadOnlyList<Bias> Biases =>
        _biases
            .GetOrAdd(Description.Logit, tensor => new Lazy<IReadOnlyList<Bias>>(() =>
                Reading.Biases.Find(Graph, Description.Input.Name, tensor, Layouts, Read)
            ))
            .Value;

    /// <summary>The same graph with the types that it has for one picture of the size in use.</summary>
    public Graph Sized => sized;

    /// <summary>What clients may know; <see cref="ModelDescription.Logit"/> is the tensor that this view explains.</summary>
    public ModelDescription Description { get; set; } = description;

    /// <summary>The values of the inputs beside the picture.</summary>
    public AuxiliaryInputs Auxiliary { get; private set; } = AuxiliaryInputs.None;

    /// <summary>Shape of the explained tensor.</summary>
    public OutputShape Shape => _shape ??= OutputShape.Of(sized, Description.Input.Name, Description.Logit);

    /// <summary>
    /// Rows that the model takes at once, exactly; null when any number will do. An explained tensor without a batch axis belongs to one
    /// row, and so does an input made for one.
    /// </summary>
    public int? BatchSize =>
        Description.Inputs.Single(i => i.Name == Description.Input.Name).Shape[0] is > 0 and var rows ? (int)rows
        : Shape.Alone || Description.AuxiliaryInputs.Any(i => i.Shape is [1, _, ..]) ? 1
        : null;

    /// <summary>The view that explains a float output, or the logit behind one.</summary>
    public Model Explaining(string tensor)
    {
        if (tensor == Description.Logit)
            return this;
        var view = (Model)_views.GetOrAdd(tensor, t => new Lazy<Model>(() => OpenView(t))).Value.MemberwiseClone();
        view.Auxiliary = Auxiliary;
        return view;
    }

    /// <summary>The view with these values for the inputs beside the picture.</summary>
    public Model With(AuxiliaryInputs inputs)
    {
        var view = (Model)MemberwiseClone();
        view.Auxiliary = inputs;
        return view;
    }

    /// <summary>The view whose inputs beside the picture are those of some rows.</summary>
    public Model Rows(int first, int count) => Auxiliary.VaryByRow ? With(Auxiliary.Rows(first, count)) : this;

    /// <summary>Notes that it was tried: rows do not change each other's results.</summary>
    public void AllowJoining() => _rowsAreIndependent = true;

    /// <summary>Borrows the session that answers a query.</summary>
    /// <exception cref="ExplainException"><see cref="ExplainError.MethodNotSupported"/>: the graph of the query cannot be built or
    /// opened.</exception>
    public SessionCache.Lease Borrow(GradientQuery query) => _sessions.Borrow(query.Key, () => Open(query));

    /// <summary>Why a method cannot be done at a layer; null when it can. The graph is searched once for each.</summary>
    public string? WhyNot(Method method, string? layer) =>
        _unsupported.GetOrAdd($"{method.Info.Id}|{layer}", _ => MethodSupportTable.Reason(this, method, layer));

    /// <summary>
    /// Why the plain gradient with respect to the input or the default layer is refused although every operator has a rule; null when it is
    /// not. Other layers are tried when they are asked for.
    /// </summary>
    public string? WhyRefused(string layer) =>
        layer != Description.Layer && layer != Description.Input.Name ? null : _refusals.GetOrAdd(layer, l =>
            {
                try
                {
                    ExplainGraph.Build(Graph, new GradientQuery(Description.Logit, [l]) { Dense = true, FromLayers = true });
                    return null;
                }
                catch (Exception e) when (e is NotSupportedException or ArgumentException)
                {
                    return e.Message;
                }
            });

    /// <summary>The linear layer behind a target layer, where CAM has a closed form.</summary>
    /// <exception cref="ExplainException"><see cref="ExplainError.MethodNotSupported"/>.</exception>
    public Head HeadBehind(string layer) =>
        _heads.GetOrAdd(layer, l => new Lazy<Head>(() => Head.Find(sized, l, Description.Logit, Layouts, c => Read([c])[0]))).Value;

    /// <inheritdoc/>
    public void Dispose() => _sessions.Dispose();

    private Dictionary<string, LayerLayout> Layouts => Description.Layers.ToDictionary(l => l.Name, l => l.Layout);

    private Model OpenView(string tensor)
    {
        var view = (Model)MemberwiseClone();
        (view._heads, view._unsupported, view._refusals, view._shape, view.Timings) = ([], [], [], null, new PassTimings());
        view.Description = OutputView.Describe(this, tensor);
        view.Description = view.Description with { Methods = MethodSupportTable.For(view) };
        return view;
    }

    private InferenceSession Open(GradientQuery query)
    {
        try
        {
            return factory.Open(ExplainGraph.Build(Graph, query).ToBytes(), folder, Graph.HasLargeWeights);
        }
        catch (Exception e) when (e is MissingRuleException or NotSupportedException or ArgumentException or OnnxRuntimeException)
        {
            throw new ExplainException(
                ExplainError.MethodNotSupported,
                $"the gradient with respect to {string.Join(", ", query.Layers)} cannot be computed: {e.Message}"
            );
        }
    }

    // Whatever way a constant is stored (in the file, beside it, in half precision), ONNX Runtime can read it.
    private FloatTensor[] Read(IReadOnlyList<string> constants)
    {
        if (constants.Count == 0)
            return [];
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
