using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using static Explain.Autodiff.Graphs.Attributes;

namespace Explain.Autodiff.Rewriting;

/// <summary>
/// Raises a model to one opset, so that rules see one form of each operator. Old forms become what the ONNX specification says they mean;
/// the values computed stay the same.
/// </summary>
public static class Upgrade
{
    /// <summary>The opset every model is raised to; newer models stay as they are.</summary>
    public const long Floor = 18;

    /// <summary>The oldest opset that is understood. Before 7, broadcasting was an attribute.</summary>
    public const long Oldest = 7;

    private delegate void Rewrite(Graph graph, NodeProto node);

    // By opset; two changes of one operator in the order in which they came.
    // csharpier-ignore
    private static readonly Change[] Changes =
    [
        new("BatchNormalization", Since: 9, WithoutSpatial),
        new("Scan", Since: 9, LaterForms.ScanOverItems),
        new("Upsample", Since: 9, ToInput("scales", position: 1)),
        new("Upsample", Since: 10, UpsampleToResize),
        new("Slice", Since: 10, SliceToInputs),
        new("TopK", Since: 10, ToInput("k", position: 1)),
        new("Resize", Since: 11, ResizeToRoi),
        new("Clip", Since: 11, ClipToInputs),
        new("Pad", Since: 11, PadToInputs),
        new("Scatter", Since: 11, ScatterToElements),
        new("Dropout", Since: 12, WithoutRatio),
        new("Softmax", Since: 13, Coerce),
        new("LogSoftmax", Since: 13, Coerce),
        new("Hardmax", Since: 13, Coerce),
        new("Squeeze", Since: 13, ToInput("axes", position: 1)),
        new("Unsqueeze", Since: 13, ToInput("axes", position: 1)),
        new("ReduceSum", Since: 13, ToInput("axes", position: 1)),
        new("Split", Since: 13, ToInput("split", position: 1)),
        new("RoiAlign", Since: 16, ByOutputHalfPixel),
        new("Split", Since: 18, WithCount),
        new("ReduceMean", Since: 18, ToInput("axes", position: 1)),
        new("ReduceMax", Since: 18, ToInput("axes", position: 1)),
        new("ReduceMin", Since: 18, ToInput("axes", position: 1)),
        new("ReduceProd", Since: 18, ToInput("axes", position: 1)),
        new("ReduceL1", Since: 18, ToInput("axes", position: 1)),
        new("ReduceL2", Since: 18, ToInput("axes", position: 1)),
        new("ReduceLogSum", Since: 18, ToInput("axes", position: 1)),
        new("ReduceLogSumExp", Since: 18, ToInput("axes", position: 1)),
        new("ReduceSumSquare", Since: 18, ToInput("axes", position: 1)),
        new("GridSample", Since: 20, LaterForms.GridSampleModes),
        new("DFT", Since: 20, LaterForms.DftAxis),
        new("GroupNormalization", Since: 21, LaterForms.ScaleByChannel),
    ];

    /// <summary>A change of an operator's form.</summary>
    /// <param name="Operator">Its name.</param>
    /// <param name="Since">The first opset that has the new form.</param>
    /// <param name="Apply">Turns the old form into it.</param>
    private sealed record Change(string Operator, long Since, Rewrite Apply);

    /// <summary>Raises <paramref name="graph"/> in place. Types of its values, where declared, stay valid.</summary>
    /// <remarks>
    /// What is inside nodes is raised like the graph around it, and the body of a function from the opset that it is written for. A
    /// function that is newer than <see cref="Floor"/> and the model raises both to its own.
    /// </remarks>
    /// <exception cref="NotSupportedException">As <see cref="WhyNot"/> says, and the graph is as it was; or an operator without a kernel
    /// cannot be taken apart.</exception>
    public static void ToFloor(Graph graph)
    {
        if (WhyNot(graph) is { } reason)
            throw new NotSupportedException(reason);
        var old = graph.Opset;
        var target = LocalFunctions.Opsets(graph.Model).Append(old).Append(Floor).Max();
        var opsets = LocalFunctions.Inline(graph);
        var scopes = Bodies.WithAll(graph).ToArray();
        // Before IR 4 initialisers had to be listed as inputs; as plain constants they can be folded.
        Pruning.Keep(graph.Proto.Input, i => graph.Constant(i.Name) is null);
        graph.Model.IrVersion = Math.Max(graph.Model.IrVersion, 8);
        if (old != target || opsets.Count > 0)
        {
            foreach (var scope in scopes)
                Raise(scope, target, node => opsets.GetValueOrDefault(node, old));
            graph.Opset = target;
        }
        Definitions.TakeUnknownApart(graph);
    }

    /// <summary>Why a model cannot be raised, so that it has predictions, but no gradients; null when it can.</summary>
    public static string? WhyNot(Graph graph) =>
        graph.Opset < Oldest ? $"opset {graph.Opset} is too old for gradients; {Oldest} is the oldest that is supported"
        : LocalFunctions.WhyNot(graph) is { } reason ? reason
        : graph.Opset >= Floor ? null
        : Bodies.WithAll(graph).SelectMany(g => g.Nodes).Select(n => OldForm(n, graph.Opset)).FirstOrDefault(r => r is not null);

    // What no newer form expresses.
    private static string? OldForm(NodeProto node, long opset) =>
        node switch
        {
            _ when !OperatorName.IsStandard(node.Domain) => null,
            { OpType: "BatchNormalization" } when opset < 9 && node.Find("spatial") is { I: 0 } =>
                $"BatchNormalization '{node.Name}' normalises every position by itself, which later opsets cannot say",
            { OpType: "Scan" } when opset < 9 && node.InputOrNull(0) is not null =>
                $"Scan '{node.Name}' takes sequences of different lengths in one batch, which later opsets cannot say",
            _ => null,
        };

    private static void Raise(Graph graph, long target, Func<NodeProto, long> opset)
    {
        foreach (var change in Changes.Where(c => c.Since <= target))
        {
            foreach (var node in graph.Nodes.Where(n => n.OpType == change.Operator && OperatorName.IsStandard(n.Domain)).ToArray())
            {
                if (opset(node) < change.Since)
                    change.Apply(graph, node);
            }
        }
    }

    private static Rewrite ToInput(string attribute, int position) => (graph, node) => ToInput(graph, node, attribute, position);

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

    private static void WithoutSpatial(Graph graph, NodeProto node) => node.Remove("spatial");

    private static void ScatterToElements(Graph graph, NodeProto node) => node.OpType = "ScatterElements";

    private static void WithoutRatio(Graph graph, NodeProto node) => node.Remove("ratio");

    private static void ByOutputHalfPixel(Graph graph, NodeProto node) =>
        node.Set(Of("coordinate_transformation_mode", "output_half_pixel"));

    private static void WithCount(Graph graph, NodeProto node)
    {
        if (node.InputOrNull(1) is null)
            node.Set(Of("num_outputs", node.Output.Count));
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
        var at = graph.PositionOf(node);
        var flat = graph.Insert(at, "Flatten", [x.Name], 1, [Of("axis", axis)]);
        var shape = graph.Insert(at + 1, "Shape", [x.Name], 1, []);
        node.Input[0] = flat.Output[0];
        node.Output[0] = graph.Fresh(node.OpType);
        graph.Register(node);
        var back = graph.Insert(at + 3, "Reshape", [node.Output[0], shape.Output[0]], 1, [Of("allowzero", 1)]);
        back.Output[0] = y;
        graph.Register(back);
    }
}
