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
        var last = nodes.LastOrDefault(n => n.Input.Count > 1 && OperatorKinds.Products.Contains(OperatorName.Of(n)))
            ?? throw new NotSupportedException("the model has no linear layer whose weights could be negated");
        var factor = Paths.Computed(graph).Contains(last.Input[0]) ? 1 : 0;
        var weights = -graph[last.Input[factor]];
        if (graph.Type(last.Input[factor]) is { } type)
            graph.Declare(weights.Name, type);
        var renamed = new Dictionary<string, string>();
        Copy(graph, last, [.. last.Input.Select((name, i) => i == factor ? weights.Name : name)], renamed);
        foreach (var node in nodes.SkipWhile(n => n != last).Skip(1).Where(n => Walk.Reads(n).Any(renamed.ContainsKey)))
            Copy(graph, node, [.. node.Input.Select(i => renamed.GetValueOrDefault(i, i))], renamed);
        return graph[renamed[output.Name]];
    }

    private static void Copy(Graph graph, NodeProto node, string[] inputs, Dictionary<string, string> renamed)
    {
        var copy = Ops.Again(graph, node, inputs);
        Bodies.Reread(copy, renamed);
        foreach (var (from, to) in node.Output.Zip(copy.Output).Where(o => o.First.Length > 0))
            renamed[from] = to;
    }
}
