using Explain.Autodiff.Onnx;

namespace Explain.Autodiff.Graphs;

/// <summary>A part of a graph as a graph of its own.</summary>
public static class Excerpt
{
    /// <summary>A copy of what computes some values, and of nothing else; they are its outputs.</summary>
    /// <param name="graph">The graph, which is left as it is.</param>
    /// <param name="values">Values that nodes compute.</param>
    public static Graph Of(Graph graph, IReadOnlyCollection<string> values)
    {
        var needed = Walk.Ancestors(graph, values);
        var model = new ModelProto
        {
            IrVersion = graph.Model.IrVersion,
            Graph = new GraphProto { Name = graph.Proto.Name },
        };
        model.OpsetImport.AddRange(graph.Model.OpsetImport.Select(o => o.Clone()));
        model.Functions.AddRange(graph.Model.Functions.Select(f => f.Clone()));
        model.Graph.Node.AddRange(graph.Nodes.Where(n => n.Output.Any(needed.Contains)).Select(n => n.Clone()));
        model.Graph.Initializer.AddRange(graph.Proto.Initializer.Where(t => needed.Contains(t.Name)).Select(t => t.Clone()));
        model.Graph.Input.AddRange(graph.Proto.Input.Where(i => needed.Contains(i.Name)).Select(i => i.Clone()));
        model.Graph.Output.AddRange(values.Select(v => new ValueInfoProto { Name = v, Type = graph.Type(v)?.ToProto() }));
        return new Graph(model);
    }
}
