using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;

namespace Explain.Autodiff.Rewriting.Lifting;

/// <summary>
/// The gradient of a normalisation before a rectifier, as it stands after <see cref="FusedSums"/>: a mask, and a convolution that has one
/// weight for every channel and may add. Both become one node. What it adds is often the cotangent of what was concatenated first, which it
/// reads where it lies.
/// </summary>
internal static class FusedScales
{
    /// <summary>The node's operator: a mask's inputs, the factors, and what is added, of whose channels it reads its own.</summary>
    public const string Operator = "ScaledMask";

    private const int Weights = 1;
    private const int Bias = 2;
    private const int Added = 3;

    /// <summary>Fuses what can be fused; what is not read any more stays.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="block">Channels of a block.</param>
    public static void Apply(Graph graph, int block)
    {
        var uses = graph.Nodes.SelectMany(Walk.Reads).Concat(graph.Outputs).CountBy(v => v).ToDictionary();
        foreach (var node in graph.Nodes.Where(n => IsScale(graph, n)).ToArray())
        {
            if (uses[node.Input[0]] != 1 || graph.Producer(node.Input[0]) is not { Domain: NativeNodes.Domain, OpType: "Mask" } mask)
                continue;
            string[] operands = [mask.Input[0], mask.Input[1], node.Input[Weights], .. node.Input.Skip(Added)];
            (node.OpType, node.Domain) = (Operator, NativeNodes.Domain);
            node.Input.Clear();
            node.Input.AddRange(operands);
            node.Attribute.Clear();
            node.Attribute.AddRange(mask.Attribute);
            if (operands.Length > Added && uses[operands[Added]] == 1)
                ReadWhereItLies(graph, node, block);
        }
    }

    private static bool IsScale(Graph graph, NodeProto node) =>
        node is { Domain: Lift.Nchwc, OpType: "Conv" }
        && graph.Type(node.Input[Weights])?.FixedFrom(0) is [var channels, 1, 1, 1]
        && node.Int("group", 1) == channels
        && LiftedOperators.Channels(graph, node.Input[0]) == channels
        && node.Find("activation") is null
        && node.InputOrNull(Bias) is null
        && node.Ints("strides") is null or [1, 1]
        && node.Ints("pads") is null or [0, 0, 0, 0];

    // The first part of a split need not be copied; then the second is a slice.
    private static void ReadWhereItLies(Graph graph, NodeProto node, int block)
    {
        if (
            graph.Producer(node.Input[Added]) is not { OpType: "Split", Output: [var first, var second] } split
            || first != node.Input[Added]
            || graph.Type(first)?.FixedFrom(1) is not [var from, _, _]
            || graph.Type(split.Input[0])?.FixedFrom(1) is not [var to, _, _]
            || from % block != 0
        )
        {
            return;
        }
        node.Input[Added] = split.Input[0];
        var whole = split.Input[0];
        split.OpType = "Slice";
        split.Input.Clear();
        split.Input.AddRange([whole, Ops.Ints(graph, from).Name, Ops.Ints(graph, to).Name, Ops.Ints(graph, 1).Name]);
        split.Output.Clear();
        split.Output.Add(second);
        split.Attribute.Clear();
    }
}
