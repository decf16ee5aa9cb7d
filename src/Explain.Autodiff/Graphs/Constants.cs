using Explain.Autodiff.Onnx;

namespace Explain.Autodiff.Graphs;

/// <summary>The values of a graph in which no input has a part.</summary>
public static class Constants
{
    /// <summary>The constant behind a value: an initialiser or the tensor of a <c>Constant</c> node.</summary>
    public static TensorProto? Constant(this Graph graph, string value)
    {
        if (graph.Initializer(value) is { } tensor)
            return tensor;
        if (graph.Outside(value) is { } outer)
            return outer.Constant(value);
        return graph.Producer(value) switch
        {
            { OpType: "Constant" } node => node.Attribute.FirstOrDefault(a => a.Name == "value")?.T ?? Tensors.FromConstantAttribute(node),
            { OpType: "Identity" } node => graph.Constant(node.Input[0]),
            _ => null,
        };
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
            if (graph.Producer(name) is not { } node || node.OpType.StartsWith("Random", StringComparison.Ordinal))
                return false;
            foreach (var input in Walk.Reads(node))
                open.Push(input);
        }
        return true;
    }
}
