using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;

namespace Explain.Autodiff.Rewriting.Lifting;

/// <summary>
/// x σ(x), and its gradient, as the rules of products and sigmoids write it, in blocks of channels: each becomes one step, which needs no
/// sigmoid in memory.
/// </summary>
internal static class Swishes
{
    /// <summary>Finds them.</summary>
    /// <param name="graph">The graph; what is not read any more stays.</param>
    /// <param name="inBlocks">What is computed in blocks.</param>
    public static void Apply(Graph graph, IReadOnlySet<string> inBlocks)
    {
        foreach (var node in graph.Nodes.Where(n => OperatorName.IsStandard(n.Domain) && inBlocks.Contains(n.Output[0])))
        {
            if (Gradient(graph, node) is var (dy, of))
                FusedElements.Make(node, "SwishGrad", dy, of);
            else if (Array.Find(Factors(graph, node), p => Argument(graph, p.A) == p.B) is { B: { } x })
                FusedElements.Make(node, "Swish", x);
        }
    }

    // dy · s + ((dy · x) · s) · (1 - s)
    private static (string Dy, string X)? Gradient(Graph graph, NodeProto sum)
    {
        if (sum.OpType != "Add")
            return null;
        var found =
            from summand in Pairs(sum)
            from outer in Factors(graph, summand.A)
            let x = Argument(graph, outer.A)
            where x is not null
            from slope in Factors(graph, summand.B)
            where IsRest(graph, slope.B, outer.A)
            from inner in Factors(graph, slope.A)
            where inner.A == outer.A
            from product in Factors(graph, inner.B)
            where product.A == outer.B && product.B == x
            select ((string, string)?)(outer.B, x);
        return found.FirstOrDefault();
    }

    // x of σ(x).
    private static string? Argument(Graph graph, string value) =>
        graph.Producer(value) is { OpType: "Sigmoid" } node && OperatorName.IsStandard(node.Domain) ? node.Input[0] : null;

    private static bool IsRest(Graph graph, string value, string s) =>
        graph.Producer(value) is { OpType: "Sub" } node && node.Input[1] == s && Tensors.ReadFloats(graph.Constant(node.Input[0])) is [1];

    private static (string A, string B)[] Factors(Graph graph, string value) =>
        graph.Producer(value) is { } node ? Factors(graph, node) : [];

    private static (string A, string B)[] Factors(Graph graph, NodeProto node) =>
        node.OpType == "Mul" && OperatorName.IsStandard(node.Domain) ? Pairs(node) : [];

    private static (string A, string B)[] Pairs(NodeProto node) => [(node.Input[0], node.Input[1]), (node.Input[1], node.Input[0])];
}
