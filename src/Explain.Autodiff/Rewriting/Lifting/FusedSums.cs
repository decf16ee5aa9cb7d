using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;

namespace Explain.Autodiff.Rewriting.Lifting;

/// <summary>Sums of which one summand is computed for them alone are written by what computes it, where that can add.</summary>
internal static class FusedSums
{
    // Which input is added to what is computed otherwise.
    private const int OfConvolution = 3;
    private const int OfColumns = 1;

    /// <summary>Fuses what can be fused.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="blocked">Maps in blocks.</param>
    public static void Apply(Graph graph, IReadOnlySet<string> blocked)
    {
        var uses = graph.Nodes.SelectMany(Walk.Reads).Concat(graph.Outputs).CountBy(v => v).ToDictionary();
        foreach (var add in graph.Nodes.Where(n => n.OpType == "Add" && n.Input.All(blocked.Contains)).ToArray())
        {
            foreach (var (mine, other) in new[] { (1, 0), (0, 1) })
            {
                if (
                    uses[add.Input[mine]] != 1
                    || IsRepeated(graph, add, other)
                    || graph.Producer(add.Input[mine]) is not { } node
                    || Place(node) is not { } place
                )
                {
                    continue;
                }
                while (node.Input.Count < place)
                    node.Input.Add("");
                node.Input.Add(add.Input[other]);
                node.Output[0] = add.Output[0];
                // Where the sum stood, both its summands are there.
                graph.Proto.Node.RemoveAt(graph.PositionOf(node));
                graph.Proto.Node[graph.PositionOf(add)] = node;
                graph.Register(node);
                break;
            }
        }
    }

    // Along the batch, which such nodes do not do.
    private static bool IsRepeated(Graph graph, NodeProto add, int summand) =>
        graph.Type(add.Input[summand])?.Dims is [{ Size: 1 }, ..] && graph.Type(add.Output[0])?.Dims is not [{ Size: 1 }, ..];

    private static int? Place(NodeProto node) =>
        node switch
        {
            { Domain: Lift.Nchwc, OpType: "Conv" } when node.Input.Count <= OfConvolution && node.Find("activation") is null =>
                OfConvolution,
            { Domain: NativeNodes.Domain, OpType: "Col2Im" } when node.Input.Count <= OfColumns => OfColumns,
            _ => null,
        };
}
