using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using static Explain.Autodiff.Graphs.Attributes;

namespace Explain.Autodiff.Rewriting;

/// <summary>
/// Raises a model to one opset, so that rules see one form of each operator. Old forms become what the ONNX specification says they mean;
/// the values computed
/// stay the same.
/// </summary>
public static class Upgrade
{
    /// <summary>The opset every model is raised to; newer models stay as they are.</summary>
    public const long Floor = 18;

    /// <summary>The oldest opset that is understood. Before 7, broadcasting was an attribute.</summary>
    public const long Oldest = 7;

    private delegate void Change(Graph graph, NodeProto node);

    // Operator, first opset that has the new form, how the old form becomes it.
    // csharpier-ignore
    private static readonly (string Op, long Since, Change Apply)[] Changes =
    [
        ("BatchNormalization", 9, WithoutSpatial),
        ("Upsample", 9, (g, n) => ToInput(g, n, "scales", 1)),
        ("Upsample", 10, UpsampleToResize),
        ("Slice", 10, SliceToInputs),
        ("TopK", 10, (g, n) => ToInput(g, n, "k", 1)),
        ("Resize", 11, ResizeToRoi),
        ("Clip", 11, ClipToInputs),
        ("Pad", 11, PadToInputs),
        ("Scatter", 11, (_, n) => n.OpType = "ScatterElements"),
        ("Dropout", 12, (_, n) => n.Remove("ratio")),
        ("Softmax", 13, Coerce),
        ("LogSoftmax", 13, Coerce),
        ("Hardmax", 13, Coerce),
        ("Squeeze", 13, (g, n) => ToInput(g, n, "axes", 1)),
        ("Unsqueeze", 13, (g, n) => ToInput(g, n, "axes", 1)),
        ("ReduceSum", 13, (g, n) => ToInput(g, n, "axes", 1)),
        ("Split", 13, (g, n) => ToInput(g, n, "split", 1)),
        ("RoiAlign", 16, (_, n) => n.Set(Of("coordinate_transformation_mode", "output_half_pixel"))),
        ("Split", 18, (_, n) => { if (n.InputOrNull(1) is null) n.Set(Of("num_outputs", n.Output.Count)); }),
        .. new[] { "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceSumSquare" }
            .Select(op => (op, 18L, (Change)((g, n) => ToInput(g, n, "axes", 1)))),
    ];

    /// <summary>Raises <paramref name="graph"/> in place. Types of its values, where declared, stay valid.</summary>
    /// <exception cref="NotSupportedException">The model is older than <see cref="Oldest"/>, or has a form that no newer one
    /// expresses.</exception>
    public static void ToFloor(Graph graph)
    {
        LocalFunctions.Inline(graph);
        FusedConvolution.TakeApart(graph);
        if (graph.Opset < Oldest)
            throw new NotSupportedException($"opset {graph.Opset} is too old; {Oldest} is the oldest that is supported");
        // Before IR 4 initialisers had to be listed as inputs; as plain constants they can be folded.
        foreach (var input in graph.Proto.Input.Where(i => graph.Constant(i.Name) is not null).ToArray())
            graph.Proto.Input.Remove(input);
        graph.Model.IrVersion = Math.Max(graph.Model.IrVersion, 8);
        if (graph.Opset >= Floor)
            return;
        var old = graph.Opset;
        RefuseOldSubgraphs(graph, old);
        foreach (var (op, since, apply) in Changes)
        {
            if (old < since)
            {
                foreach (var node in graph.Nodes.Where(n => n.OpType == op && OperatorName.IsStandard(n.Domain)).ToArray())
                    apply(graph, node);
            }
        }

        graph.Opset = Floor;
    }

    // Raising the model raises what is inside its nodes, too, whose old forms stay as they are.
    private static void RefuseOldSubgraphs(Graph graph, long old)
    {
        foreach (var node in graph.Nodes.Where(n => Subgraphs(n).Any()))
        {
            var inside = Subgraphs(node).SelectMany(g => g.Node).ToList();
            for (var i = 0; i < inside.Count; i++)
                inside.AddRange(Subgraphs(inside[i]).SelectMany(g => g.Node));
            if (
                inside
                    .Append(node)
                    .FirstOrDefault(n =>
                        (n is { OpType: "Scan" } && old < 9) || (n != node && Changes.Any(c => c.Op == n.OpType && old < c.Since))
                    ) is
                { } form
            )
            {
                throw new NotSupportedException(
                    $"{node.OpType} '{(node.Name.Length > 0 ? node.Name : node.Output.FirstOrDefault())}' holds {form.OpType} as of opset {old}; "
                        + $"control flow is understood from opset {Floor} on: export the model with that opset or a newer one"
                );
            }
        }
    }

    private static IEnumerable<GraphProto> Subgraphs(NodeProto node) =>
        node.Attribute.SelectMany(a => a.Graphs.Append(a.G)).OfType<GraphProto>();

    private static void ToInput(Graph graph, NodeProto node, string attribute, int position)
    {
        if (node.Remove(attribute) is not { } a)
            return;
        var value =
            a.Floats.Count > 0 ? Tensors.Float([a.Floats.Count], [.. a.Floats]) : Tensors.Ints(a.Ints.Count > 0 ? [.. a.Ints] : [a.I]);
        SetInput(graph, node, position, value);
    }

    private static void SetInput(Graph graph, NodeProto node, int position, TensorProto value)
    {
        while (node.Input.Count <= position)
            node.Input.Add("");
        node.Input[position] = graph.Add(value).Name;
    }

    private static void WithoutSpatial(Graph graph, NodeProto node)
    {
        if (node.Remove("spatial") is { I: 0 })
        {
            throw new NotSupportedException(
                $"BatchNormalization '{node.Name}' normalises every place by itself, which later opsets cannot say"
            );
        }
    }

    private static void UpsampleToResize(Graph graph, NodeProto node)
    {
        node.OpType = "Resize";
        var scales = node.Input[1];
        node.Input[1] = "";
        node.Input.Add(scales);
        node.Set(Of("coordinate_transformation_mode", "asymmetric"));
        if (node.String("mode", "nearest") == "nearest")
            node.Set(Of("nearest_mode", "floor"));
    }

    private static void ResizeToRoi(Graph graph, NodeProto node)
    {
        if (node.Input.Count != 2)
            return;
        UpsampleToResize(graph, node);
    }

    private static void SliceToInputs(Graph graph, NodeProto node)
    {
        ToInput(graph, node, "starts", 1);
        ToInput(graph, node, "ends", 2);
        ToInput(graph, node, "axes", 3);
    }

    private static void ClipToInputs(Graph graph, NodeProto node)
    {
        foreach (var (name, position) in new[] { ("min", 1), ("max", 2) })
        {
            if (node.Remove(name) is { } bound)
                SetInput(graph, node, position, Tensors.Scalar(graph[node.Input[0]].Element, bound.F));
        }
    }

    private static void PadToInputs(Graph graph, NodeProto node)
    {
        ToInput(graph, node, "pads", 1);
        if (node.Remove("value") is { } value)
            SetInput(graph, node, 2, Tensors.Scalar(graph[node.Input[0]].Element, value.F));
    }

    // Before opset 13 a softmax ran over everything from its axis on, the tensor being seen as a matrix.
    private static void Coerce(Graph graph, NodeProto node)
    {
        var axis = node.Int("axis", 1);
        var rank = graph.Type(node.Input[0])?.Rank;
        node.Set(Of("axis", -1L));
        if (axis == -1 || (rank is { } r && (axis == r - 1 || axis + r == r - 1)))
            return;
        var (x, y) = (graph[node.Input[0]], node.Output[0]);
        var at = graph.Proto.Node.IndexOf(node);
        var flat = graph.Append("Flatten", [x.Name], 1, [Of("axis", axis)]);
        var shape = graph.Append("Shape", [x.Name], 1, []);
        node.Input[0] = flat.Output[0];
        node.Output[0] = graph.Fresh(node.OpType);
        graph.Register(node);
        var back = graph.Append("Reshape", [node.Output[0], shape.Output[0]], 1, [Of("allowzero", 1)]);
        back.Output[0] = y;
        graph.Register(back);
        Move(graph, [flat, shape, node, back], at);
    }

    private static void Move(Graph graph, NodeProto[] nodes, int at)
    {
        foreach (var node in nodes)
            graph.Proto.Node.Remove(node);
        for (var i = 0; i < nodes.Length; i++)
            graph.Proto.Node.Insert(at + i, nodes[i]);
    }
}
