using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using Explain.Autodiff.Rules;

namespace Explain.Autodiff.Backpropagation;

/// <summary>The opposite of a classifier: the same model with the weights of its last linear layer negated.</summary>
internal static class Dual
{
    /// <summary>What an output would be; everything before the last linear layer is shared.</summary>
    /// <exception cref="NotSupportedException">There is no linear layer.</exception>
    public static Value Of(Graph graph, Value output)
    {
        var ancestors = Walk.Ancestors(graph, [output.Name]);
        NodeProto[] nodes = [.. graph.Nodes.Where(n => n.Output.Any(ancestors.Contains))];
        var last = nodes.LastOrDefault(n => Relevance.Linear.Contains(n.OpType))
            ?? throw new NotSupportedException("the model has no linear layer whose weights could be negated");
        var weights = -graph[last.Input[1]];
        if (graph.Type(last.Input[1]) is { } type)
            graph.Declare(weights.Name, type);
        var renamed = new Dictionary<string, string>();
        Copy(graph, last, [last.Input[0], weights.Name, .. last.Input.Skip(2)], renamed);
        foreach (var node in nodes.SkipWhile(n => n != last).Skip(1).Where(n => n.Input.Any(renamed.ContainsKey)))
            Copy(graph, node, [.. node.Input.Select(i => renamed.GetValueOrDefault(i, i))], renamed);
        return graph[renamed[output.Name]];
    }

    private static void Copy(Graph graph, NodeProto node, string[] inputs, Dictionary<string, string> renamed)
    {
        var copy = graph.Append(node.OpType, inputs, node.Output.Count, node.Attribute.Select(a => a.Clone()));
        foreach (var (from, to) in node.Output.Zip(copy.Output))
        {
            renamed[from] = to;
            if (graph.Type(from) is { } type)
                graph.Declare(to, type);
        }
    }
}
