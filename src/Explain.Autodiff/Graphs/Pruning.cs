using Explain.Autodiff.Onnx;

namespace Explain.Autodiff.Graphs;

/// <summary>What none of a graph's outputs needs.</summary>
internal static class Pruning
{
    /// <summary>Drops it, and declares the types that are known of what stays.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="keepInputs">Inputs to keep although nothing reads them.</param>
    public static void Apply(Graph graph, IReadOnlySet<string>? keepInputs)
    {
        var proto = graph.Proto;
        var outputs = graph.Outputs.ToHashSet();
        var needed = Walk.Ancestors(graph, outputs);
        Keep(proto.Node, n => n.Output.Any(needed.Contains));
        var read = proto.Node.SelectMany(Walk.Reads).Concat(outputs).ToHashSet();
        Keep(proto.Initializer, t => read.Contains(t.Name));
        Keep(proto.Input, i => read.Contains(i.Name) || keepInputs?.Contains(i.Name) == true);
        // A body is read again when it is differentiated again; then its types are those that it declares.
        // ONNX Runtime keeps a product in the convolutions' blocked layout only where it can prove that both factors have one shape.
        var documented = proto
            .ValueInfo.Where(i => i.DocString.Length > 0)
            .GroupBy(i => i.Name)
            .ToDictionary(g => g.Key, g => g.First().DocString);
        proto.ValueInfo.Clear();
        proto.ValueInfo.AddRange(
            proto
                .Node.SelectMany(n => n.Output)
                .Where(o =>
                    o.Length > 0 && !outputs.Contains(o) && graph.Type(o) is { } type && (type.Rank > 0 || graph.Around is not null)
                )
                .Select(o => new ValueInfoProto
                {
                    Name = o,
                    Type = graph.Type(o)!.ToProto(),
                    DocString = documented.GetValueOrDefault(o, ""),
                })
        );
    }

    /// <summary>Leaves what is to be kept, in its order.</summary>
    public static void Keep<T>(Google.Protobuf.Collections.RepeatedField<T> field, Func<T, bool> keep)
    {
        var kept = field.Where(keep).ToArray();
        field.Clear();
        field.AddRange(kept);
    }
}
