using Explain.Autodiff.Graphs;

namespace Explain.Autodiff.Rules;

/// <summary>A second forward pass beside the first, for the input that differences are measured from.</summary>
internal static class SecondPass
{
    /// <summary>Name of its input.</summary>
    public const string Input = Graph.UsualPrefix + "reference";

    /// <summary>
    /// Appends the pass: every operator that depends on the input again, on an input named <see cref="Input"/> as the graph spells it. Shapes are
    /// the first pass's.
    /// </summary>
    public static void Append(Graph graph, string input)
    {
        var second = graph.AddInput(graph.Own(Input), graph.Type(input) ?? new TensorType(graph[input].Element, null));
        var active = Paths.From(graph, [input]);
        var names = new Dictionary<string, string> { [input] = second.Name };
        foreach (var node in graph.Nodes.Where(n => n.Output.Any(active.Contains)).ToArray())
        {
            var copy = graph.Append(
                node.OpType,
                node.Input.Select(i => names.GetValueOrDefault(i, i)),
                node.Output.Count,
                node.Attribute.Select(a => a.Clone())
            );
            copy.Domain = node.Domain;
            for (var i = 0; i < node.Output.Count; i++)
            {
                copy.Output[i] = node.Output[i].Length == 0 ? "" : names[node.Output[i]] = Second(graph, node.Output[i]);
                if (graph.Type(node.Output[i]) is { } type)
                    graph.Declare(copy.Output[i], type);
            }
            graph.Register(copy);
        }
    }

    /// <summary>What a value is in the second pass.</summary>
    public static Value Of(Value value)
    {
        var graph = value.Graph;
        return graph.Producer(Second(graph, value.Name)) is not null ? graph[Second(graph, value.Name)]
            : graph.Contains(graph.Own(Input)) && graph.Producer(value.Name) is null && graph.Constant(value.Name) is null
                ? graph[graph.Own(Input)]
            : value;
    }

    /// <summary>What an operator is in the second pass.</summary>
    public static Forward Of(Forward n) => new(n.Graph, n.Graph.Producer(Second(n.Graph, n.Node.Output[0]))!);

    private static string Second(Graph graph, string value) => $"{graph.Own(Input)}/{value}";
}
