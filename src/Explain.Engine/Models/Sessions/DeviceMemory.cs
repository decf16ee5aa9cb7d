using System.Collections.Concurrent;
using Explain.Autodiff.Export;
using Explain.Autodiff.Graphs;
using Microsoft.ML.OnnxRuntime;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Engine.Models.Sessions;

/// <summary>
/// The memory of a device, where runs leave feature maps and gradients: maps are made of them there, and what else is asked for is copied
/// from there when it is.
/// </summary>
/// <param name="info">The memory.</param>
/// <param name="addTo">Lets sessions run on the device.</param>
internal sealed class DeviceMemory(OrtMemoryInfo info, Action<SessionOptions> addTo) : IDisposable
{
    private const string From = "from";

    private readonly ConcurrentDictionary<(MapFormula Formula, MapAxes Axes), Lazy<InferenceSession>> _maps = [];
    private readonly Lazy<InferenceSession> _copies = new(() => Open(Copying(), addTo));

    /// <summary>The memory.</summary>
    public OrtMemoryInfo Info => info;

    /// <summary>A copy in the memory of the host.</summary>
    public OrtValue Home(OrtValue value)
    {
        var session = _copies.Value;
        using var options = new RunOptions();
        using var binding = session.CreateIoBinding();
        binding.BindInput(From, value);
        binding.BindOutputToDevice(session.OutputNames[0], OrtMemoryInfo.DefaultInstance);
        return session.RunWithBoundResults(options, binding)[0];
    }

    /// <summary>The raw maps of all batch items, [N, h, w], in the memory of the host.</summary>
    /// <param name="formula">The formula.</param>
    /// <param name="axes">How feature maps lie in the layer.</param>
    /// <param name="feeds">The inputs of <see cref="MapGraph"/> that the formula reads, by name.</param>
    /// <param name="cancellation">Ends the run.</param>
    public RunTensor Map(MapFormula formula, MapAxes axes, IReadOnlyDictionary<string, RunTensor> feeds, CancellationToken cancellation) =>
        SessionRun.Run(
            _maps.GetOrAdd((formula, axes), key => new(() => Open(MapGraph.Of(key.Formula, key.Axes), addTo))).Value,
            feeds,
            null,
            [new(MapGraph.Map)],
            cancellation
        )[0];

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_copies.IsValueCreated)
            _copies.Value.Dispose();
        foreach (var map in _maps.Values.Where(m => m.IsValueCreated))
            map.Value.Dispose();
        info.Dispose();
    }

    private static InferenceSession Open(Graph graph, Action<SessionOptions> addTo)
    {
        using var options = SessionFactory.Common(null);
        options.IntraOpNumThreads = 1;
        addTo(options);
        return SessionFactory.Open(graph, options, CancellationToken.None);
    }

    private static Graph Copying()
    {
        var graph = Graph.New("copy");
        graph.SetOutputs(graph.Append("Identity", [graph.AddInput(From, new TensorType(DataType.Float, null)).Name], 1, []).Output);
        return graph;
    }
}
