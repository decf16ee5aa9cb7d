using Explain.Autodiff.Onnx;

namespace Explain.Autodiff.Graphs;

/// <summary>The values of a graph in which no input has a part.</summary>
public static class Constants
{
    /// <summary>The constant behind a value: an initialiser or the tensor of a <c>Constant</c> node.</summary>
    public static TensorProto? Constant(this Graph graph, string value)
    {
        for (var (scope, name) = (graph, value); ; )
        {
            if (scope.Initializer(name) is { } tensor)
                return tensor;
            if (scope.Outside(name) is { } outer)
            {
                scope = outer;
                continue;
            }
            switch (scope.Producer(name))
            {
                case { OpType: "Constant" } node:
                    return node.Attribute.FirstOrDefault(a => a.Name == "value")?.T ?? Tensors.FromConstantAttribute(node);
                case { OpType: "Identity", Input: [var source] }:
                    name = source;
                    break;
                default:
                    return null;
            }
        }
    }

    /// <summary>
    /// The number of a constant of one element, whatever its shape and its type, also behind a cast; null for other values.
    /// </summary>
    public static double? Number(this Graph graph, string value)
    {
        while (graph.Producer(value) is { OpType: "Cast" or "Identity" or "Reshape" or "Unsqueeze" or "Squeeze" } node)
            value = node.Input[0];
        var tensor = graph.Constant(value);
        return Tensors.ReadFloats(tensor) is [var real] ? real
            : Tensors.ReadInts(tensor) is [var whole] ? whole
            : null;
    }

    /// <summary>
    /// Whether no input has a part in a value: weights, however they are stored (behind a cast, quantised, filled with one number).
    /// </summary>
    public static bool IsConstant(this Graph graph, string value)
    {
        var seen = new HashSet<string>();
        var open = new Stack<string>([value]);
        while (open.TryPop(out var name))
        {
            if (!seen.Add(name) || graph.Initializer(name) is not null)
                continue;
            if (graph.Outside(name) is { } outer && outer.IsConstant(name))
                continue;
            if (graph.Producer(name) is not { } node || Draws(node))
                return false;
            foreach (var input in Walk.Reads(node))
                open.Push(input);
        }
        return true;
    }

    /// <summary>Every value of which <see cref="IsConstant"/> holds and that a node computes, found in one pass.</summary>
    public static HashSet<string> Computed(Graph graph)
    {
        var constant = new HashSet<string>();
        foreach (var node in graph.Nodes)
        {
            if (!Draws(node) && Walk.Reads(node).All(i => constant.Contains(i) || graph.Initializer(i) is not null))
                constant.UnionWith(node.Output);
        }

        return constant;
    }

    private static bool Draws(NodeProto node) => node.OpType.StartsWith("Random", StringComparison.Ordinal);
}
