using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using static Explain.Autodiff.Graphs.Attributes;

namespace Explain.Autodiff.Rewriting;

/// <summary>Changes of operators that more than one node expresses, or that came after <see cref="Upgrade.Floor"/>.</summary>
internal static class LaterForms
{
    /// <summary>
    /// In opset 8 a <c>Scan</c> runs over axis 1, for every item of axis 0 by itself: what it was is a scan over the items around a scan.
    /// </summary>
    public static void ScanOverItems(Graph graph, NodeProto node)
    {
        var directions = node.Remove("directions");
        var inner = new NodeProto
        {
            OpType = "Scan",
            Name = $"{node.Name}/item",
            Attribute = { node.Attribute },
        };
        if (directions is not null)
            inner.Attribute.Add(Of("scan_input_directions", directions.Ints));
        var items = new GraphProto { Name = $"{node.Name}/items" };
        foreach (var input in node.Input.Skip(1))
        {
            var name = graph.Fresh($"{input}/item");
            inner.Input.Add(name);
            var type = graph.Type(input);
            items.Input.Add(
                new ValueInfoProto
                {
                    Name = name,
                    Type = new TensorType(
                        type?.Element ?? TensorProto.Types.DataType.Float,
                        type?.Dims is { Count: > 0 } dims ? [.. dims.Skip(1)] : null
                    ).ToProto(),
                }
            );
        }

        foreach (var output in node.Output)
        {
            var name = graph.Fresh($"{(output.Length > 0 ? output : "unused")}/item");
            inner.Output.Add(name);
            items.Output.Add(new ValueInfoProto { Name = name });
        }

        items.Node.Add(inner);
        node.Input.RemoveAt(0);
        node.Attribute.Clear();
        node.Attribute.AddRange([Of("body", items), Of("num_scan_inputs", node.Input.Count)]);
    }

    /// <summary>Opset 20 calls the modes of <c>GridSample</c> as <c>Resize</c> does.</summary>
    public static void GridSampleModes(Graph graph, NodeProto node) =>
        node.Set(
            Of(
                "mode",
                node.String("mode", "bilinear") switch
                {
                    "bilinear" => "linear",
                    "bicubic" => "cubic",
                    var same => same,
                }
            )
        );

    /// <summary>From opset 20 on, the axis of a <c>DFT</c> is an input.</summary>
    public static void DftAxis(Graph graph, NodeProto node)
    {
        var axis = node.Remove("axis")?.I ?? 1;
        while (node.Input.Count < 2)
            node.Input.Add("");
        node.Input.Add(graph.Add(Tensors.Scalar(TensorProto.Types.DataType.Int64, axis)).Name);
    }

    /// <summary>From opset 21 on, <c>GroupNormalization</c> has scale and bias for each channel, not for each group.</summary>
    public static void ScaleByChannel(Graph graph, NodeProto node)
    {
        var groups = graph.Add(Tensors.Ints(node.Int("num_groups", 1))).Name;
        var position = graph.PositionOf(node);
        string Add(string op, string[] inputs, params AttributeProto[] attributes) =>
            graph.Insert(position++, op, inputs, 1, attributes).Output[0];
        var channels = Add("Shape", [node.Input[0]], Of("start", 1), Of("end", 2));
        var table = Add("Concat", [groups, Add("Div", [channels, groups])], Of("axis", 0));
        for (var i = 1; i <= 2; i++)
        {
            var column = Add("Unsqueeze", [node.Input[i], graph.Add(Tensors.Ints(1)).Name]);
            node.Input[i] = Add("Reshape", [Add("Expand", [column, table]), graph.Add(Tensors.Ints(-1)).Name]);
        }
    }
}
