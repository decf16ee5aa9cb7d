using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Rewriting;

/// <summary>
/// Models that take images of integers and cast them to floats themselves. The input becomes a float, and so does what moves its numbers on
/// to the cast, so that there is something to differentiate by. For whole numbers that float32 holds, the result is the same.
/// </summary>
public static class IntegerInputs
{
    // Of whole numbers these make whole numbers, the same ones in float32.
    private static readonly HashSet<string> Exact =
    [
        "Identity",
        "Transpose",
        "Reshape",
        "Flatten",
        "Squeeze",
        "Unsqueeze",
        "Slice",
        "Gather",
        "Split",
        "Concat",
        "Pad",
        "Expand",
        "Tile",
        "DepthToSpace",
        "SpaceToDepth",
        "Clip",
        "Add",
        "Sub",
        "Mul",
        "Max",
        "Min",
    ];

    /// <summary>Rewrites <paramref name="graph"/> in place.</summary>
    /// <param name="graph">A graph raised by <see cref="Upgrade"/>, with the types of its values declared.</param>
    /// <param name="image">The input that is the image; null for every one with four axes, if none of them is of floats.</param>
    /// <returns>The inputs that changed, by name. Types of new values are to be declared when there are any.</returns>
    public static IReadOnlyDictionary<string, QuantizedInput> Apply(Graph graph, string? image = null)
    {
        string[] images = [.. graph.Inputs.Where(i => graph.Type(i)?.Rank == 4 && i == (image ?? i))];
        if (images.Any(i => graph.Type(i)!.IsFloat))
            return new Dictionary<string, QuantizedInput>();
        return images
            .Where(i => IsInteger(graph.Type(i)!.Element) && !IsReadWithin(graph, i))
            .ToDictionary(
                i => i,
                i =>
                {
                    var lowest = Range(graph.Type(i)!.Element)?.Low ?? 0;
                    Widen(graph, i);
                    return new QuantizedInput(1, lowest);
                }
            );
    }

    private static bool IsInteger(DataType element) =>
        element
            is DataType.Int8
                or DataType.Uint8
                or DataType.Int16
                or DataType.Uint16
                or DataType.Int32
                or DataType.Uint32
                or DataType.Int64
                or DataType.Uint64;

    // Of the types that values are quantised to before opset 21; a pixel of 0 is the least of them.
    private static (int Low, int High)? Range(DataType element) =>
        element is DataType.Int8 or DataType.Uint8 ? new TensorType(element, null).IntegerRange : null;

    // A name within a subgraph cannot be given another type.
    private static bool IsReadWithin(Graph graph, string value) =>
        graph.Nodes.Any(n => !n.Input.Contains(value) && Walk.Reads(n).Contains(value));

    private static void Widen(Graph graph, string input)
    {
        // The type that each widened value has in the file.
        var integers = new Dictionary<string, DataType> { [input] = graph.Type(input)!.Element };
        graph.RetypeInput(input, graph.Type(input)! with { Element = DataType.Float });
        for (var at = 0; at < graph.Nodes.Count; at++)
        {
            var node = graph.Nodes[at];
            if (!node.Input.Any(integers.ContainsKey) || node.OpType is "Shape" or "Size")
                continue;
            if (node.OpType == "Cast")
            {
                var to = (DataType)node.Int("to", 0);
                // A narrower type cuts off.
                if (Range(to) is not null || !IsInteger(to))
                    continue;
                node.OpType = "Identity";
                node.Attribute.Clear();
                Follow(graph, node, to, integers);
            }
            else if (Exact.Contains(node.OpType) && node.Attribute.All(a => a.G is null))
            {
                at += MakeFloat(graph, node, at, integers);
                Follow(graph, node, integers[node.Input.First(integers.ContainsKey)], integers);
            }
            else
            {
                at += MakeWhole(graph, node, at, integers);
            }
        }
    }

    private static void Follow(Graph graph, NodeProto node, DataType element, Dictionary<string, DataType> integers)
    {
        foreach (var output in node.Output.Where(o => o.Length > 0))
        {
            integers[output] = element;
            graph.Declare(output, new TensorType(DataType.Float, graph.Type(output)?.Dims));
            foreach (var declared in graph.Proto.Output.Where(o => o.Name == output))
                declared.Type = graph.Type(output)!.ToProto();
        }
    }

    // Other inputs of the same type join the image; those that are always integers, such as axes and extents, do not.
    private static int MakeFloat(Graph graph, NodeProto node, int at, Dictionary<string, DataType> integers)
    {
        var numbers = node.OpType switch
        {
            "Concat" or "Add" or "Sub" or "Mul" or "Max" or "Min" or "Clip" => Enumerable.Range(0, node.Input.Count),
            "Pad" => Enumerable.Range(2, Math.Max(0, Math.Min(node.Input.Count, 3) - 2)),
            _ => [],
        };
        var added = 0;
        foreach (var i in numbers.Where(i => node.Input[i].Length > 0 && !integers.ContainsKey(node.Input[i])))
        {
            node.Input[i] = graph.Insert(at, "Cast", [node.Input[i]], 1, [Attributes.Of("to", (long)DataType.Float)]).Output[0];
            added++;
        }

        return added;
    }

    // A quantisation has a derivative; a cast to wider integers has none.
    private static int MakeWhole(Graph graph, NodeProto node, int at, Dictionary<string, DataType> integers)
    {
        var added = 0;
        for (var i = 0; i < node.Input.Count; i++)
        {
            if (!integers.TryGetValue(node.Input[i], out var element))
                continue;
            node.Input[i] = (
                Range(element) is null
                    ? graph.Insert(at, "Cast", [node.Input[i]], 1, [Attributes.Of("to", (long)element)])
                    : graph.Insert(
                        at,
                        "QuantizeLinear",
                        [node.Input[i], graph.Add(Tensors.Float([], [1])).Name, graph.Add(Tensors.Zero(element)).Name],
                        1,
                        []
                    )
            ).Output[0];
            added++;
        }

        return added;
    }
}
