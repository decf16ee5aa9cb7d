using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Engine.Models.Sessions;

/// <summary>Lets ONNX Runtime infer the types of all values of a graph.</summary>
internal static class TypeInference
{
    private const int LargestCopied = 1024;

    /// <summary>Declares on <paramref name="graph"/> what is known of every value, and in the bodies of its nodes of theirs.</summary>
    /// <param name="graph">The graph; only its type table and what its bodies declare change.</param>
    /// <param name="folder">Where weights outside the file are.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="fold">Whether to calculate constants first, which finds more shapes and takes longer.</param>
    /// <exception cref="NotSupportedException">ONNX Runtime does not open the graph.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static void Declare(Graph graph, string? folder, CancellationToken cancellation, bool fold = false) =>
        BodyTypes.Declare(graph, model =>
        {
            try
            {
                DeclareOwn(model, folder, fold, cancellation);
                return true;
            }
            // Inside a model some things are allowed that are not in a model of their own.
            catch (NotSupportedException) when (model != graph)
            {
                return false;
            }
        });

    private static void DeclareOwn(Graph graph, string? folder, bool fold, CancellationToken cancellation)
    {
        try
        {
            Declare(graph, WithoutWeights(graph), folder, fold, cancellation);
        }
        // Some operators ask for weights that are constants; and what is wrong with a graph is to be told of the graph as it is.
        catch (NotSupportedException)
        {
            Declare(graph, graph.Model.Clone(), folder, fold, cancellation);
        }
    }

    private static void Declare(Graph graph, ModelProto model, string? folder, bool fold, CancellationToken cancellation)
    {
        var listed = model.Graph.Output.Select(o => o.Name).ToHashSet();
        var probe = new Graph(model);
        var loops = BodyTypes.OfLoops(probe);
        foreach (var value in graph.Nodes.SelectMany(n => n.Output).Where(o => o.Length > 0 && !listed.Contains(o)))
            model.Graph.Output.Add(new ValueInfoProto { Name = value, Type = loops.GetValueOrDefault(value) });
        var inferred = SessionFactory.Infer(probe, folder, fold, cancellation);
        foreach (var info in inferred.Output.Concat(inferred.Input))
        {
            if (TensorType.From(info.Type) is { } type)
                graph.Declare(info.Name, type);
        }
    }

    // Shapes follow from small constants alone. What is large is declared, not copied: gigabytes of weights would be copied each time; what
    // is small is no input, as in old files: ONNX Runtime would take it for a value that may be another.
    private static ModelProto WithoutWeights(Graph graph)
    {
        var model = graph.Model.Clone();
        model.IrVersion = Math.Max(model.IrVersion, 8);
        var tensors = model.Graph.Initializer.GroupBy(t => IsLarge(t)).ToDictionary(g => g.Key, g => g.ToArray());
        var constants = tensors.GetValueOrDefault(false, []);
        var names = constants.Select(t => t.Name).ToHashSet();
        var inputs = model.Graph.Input.Where(i => !names.Contains(i.Name)).ToArray();
        names.UnionWith(inputs.Select(i => i.Name));
        model.Graph.Initializer.Clear();
        model.Graph.Initializer.Add(constants);
        model.Graph.Input.Clear();
        model.Graph.Input.Add(inputs);
        foreach (var weight in tensors.GetValueOrDefault(true, []).Where(t => names.Add(t.Name)))
            model.Graph.Input.Add(new ValueInfoProto { Name = weight.Name, Type = graph.Type(weight.Name)?.ToProto() });
        return model;
    }

    private static bool IsLarge(TensorProto tensor) =>
        (DataType)tensor.DataType is DataType.Float or DataType.Float16 or DataType.Double or DataType.Int8 or DataType.Uint8
        && tensor.Dims.Count > 0
        && tensor.Dims.Aggregate(1.0, (a, b) => a * b) > LargestCopied;
}
