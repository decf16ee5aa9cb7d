using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Rules;

/// <summary>A second forward pass beside the first, for the input that differences are measured from.</summary>
internal static class SecondPass
{
    /// <summary>Name of its input.</summary>
    public const string Input = Graph.UsualPrefix + "reference";

    /// <summary>
    /// Appends the pass: every operator that depends on the input again, on an input named <see cref="Input"/>, comparisons too. Shapes,
    /// and what is chosen by integers, are the first pass's, and so is what a body computes.
    /// </summary>
    public static void Append(Graph graph, string input)
    {
        var second = graph.AddInput(graph.Own(Input), graph.Type(input) ?? new TensorType(graph[input].Element, null));
        var nodes = graph.Nodes.ToArray();
        var start = graph.Append("Identity", [second.Name], 1, []);
        Name(graph, start, 0, input);
        graph.Register(start);
        Repeat(graph, nodes);
    }

    /// <summary>Appends nodes again, as far as they read what has a second pass.</summary>
    public static void Repeat(Graph graph, IEnumerable<NodeProto> nodes)
    {
        foreach (var node in nodes.Where(n => Walk.Reads(n).Any(Has)))
        {
            var outputs = Enumerable.Range(0, node.Output.Count).Where(i => node.Output[i].Length > 0 && Differs(graph, node, i)).ToArray();
            if (outputs.Length == 0 || Walk.Reads(node).Skip(node.Input.Count(i => i.Length > 0)).Any(Has))
                continue;
            var copy = Ops.Again(graph, node, node.Input.Select(i => Has(i) ? Second(graph, i) : i));
            foreach (var i in outputs)
                Name(graph, copy, i, node.Output[i]);
            graph.Register(copy);
        }

        bool Has(string value) => graph.Producer(Second(graph, value)) is not null;
    }

    private static void Name(Graph graph, NodeProto copy, int output, string original)
    {
        copy.Output[output] = Second(graph, original);
        if (graph.Type(original) is { } type)
            graph.Declare(copy.Output[output], type);
    }

    // Whether what a node computes can be another number in the second pass.
    private static bool Differs(Graph graph, NodeProto node, int output) =>
        !node.OpType.StartsWith("Random", StringComparison.Ordinal)
        && (graph.Type(node.Output[output]) is { } type ? type.CarriesSignal || type.Element == DataType.Bool : !Paths.EndAt(node));

    /// <summary>What a value is in the second pass.</summary>
    public static Value Of(Value value) =>
        value.Graph.Producer(Second(value.Graph, value.Name)) is null ? value : value.Graph[Second(value.Graph, value.Name)];

    /// <summary>What an operator is in the second pass.</summary>
    /// <exception cref="NotSupportedException">It has none.</exception>
    public static Forward Of(Forward n) =>
        n.Graph.Producer(Second(n.Graph, n.Node.Output[0])) is { } node
            ? new(n.Graph, node)
            : throw n.Refusal("what it computes is not known for a second input");

    private static string Second(Graph graph, string value) => $"{graph.Own(Input)}/{value}";
}
