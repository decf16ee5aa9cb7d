using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using Microsoft.ML.OnnxRuntime;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Engine.Models.Sessions;

/// <summary>Lets ONNX Runtime infer the types of all values of a graph.</summary>
internal static class TypeInference
{
    /// <summary>Declares on <paramref name="graph"/> what is known of every value, and in the bodies of its nodes of theirs.</summary>
    /// <param name="graph">The graph; only its type table and what its bodies declare change.</param>
    /// <param name="folder">Where weights outside the file are.</param>
    /// <param name="fold">Whether to calculate constants first, which finds more shapes and takes longer.</param>
    public static void Declare(Graph graph, string? folder, bool fold = false) => BodyTypes.Declare(graph, model =>
        {
            try
            {
                DeclareOwn(model, folder, fold);
                return true;
            }
            // Inside a model some things are allowed that are not in a model of their own.
            catch (NotSupportedException) when (model != graph)
            {
                return false;
            }
        });

    private static void DeclareOwn(Graph graph, string? folder, bool fold)
    {
        var probe = new Graph(graph.Model.Clone());
        var listed = probe.Outputs.ToHashSet();
        var loops = BodyTypes.OfLoops(probe);
        foreach (var value in probe.Nodes.SelectMany(n => n.Output).Where(o => o.Length > 0 && !listed.Contains(o)))
            probe.Proto.Output.Add(new ValueInfoProto { Name = value, Type = loops.GetValueOrDefault(value) });
        using var session = SessionFactory.OpenForTypes(probe, folder, fold);
        foreach (var (name, meta) in session.OutputMetadata.Concat(session.InputMetadata))
        {
            if (meta.IsTensor)
                graph.Declare(name, TypeOf(meta));
        }
    }

    /// <summary>What a session says of one of its tensors.</summary>
    public static TensorType TypeOf(NodeMetadata meta) =>
        new(
            // The element types of ONNX Runtime carry the numbers of the ONNX specification.
            (DataType)(int)meta.ElementDataType,
            // No dimensions means a scalar or an unknown shape; only the latter is safe to assume.
            meta.Dimensions.Length == 0
                ? null
                : [.. meta.Dimensions.Select((d, i) => d >= 0 ? new Dim(d) : new Dim(null, meta.SymbolicDimensions[i]))]
        );
}
