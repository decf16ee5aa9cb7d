using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using Explain.Autodiff.Rules;

namespace Explain.Autodiff.Backpropagation;

/// <summary>
/// The largest of rectified values is the rectified largest value, and what comes back through either order is the same: a maximum above 0
/// has the same first position in both, and to any other nothing comes back. Behind the pool the mask of the ReLU is smaller by the pool's
/// strides.
/// </summary>
internal static class RectifiedPools
{
    /// <summary>
    /// Moves ReLUs, through concatenations too, behind the max poolings that a gradient passes on its way to <paramref name="layers"/>.
    /// </summary>
    public static void MoveRelusBehind(Graph graph, IReadOnlyCollection<string> layers, RuleSet rules)
    {
        var active = Paths.From(graph, layers);
        var readers = graph.Nodes.SelectMany(Walk.Reads).CountBy(v => v).ToDictionary();
        foreach (var pool in graph.Nodes.Where(n => n.OpType == "MaxPool" && n.Output.Count == 1 && active.Contains(n.Input[0])).ToArray())
        {
            // With indices, pooling takes longer where there are no runs of zeros.
            if (!IsPlain(pool) || !IsRectified(pool.Input[0]) || !MaxPooling.CanStayBlocked(new Forward(graph, pool)))
                continue;
            pool.Input[0] = Unrectified(pool.Input[0], pool);
            var (output, maxima) = (pool.Output[0], graph.Fresh("MaxPool"));
            graph.Declare(maxima, graph.Type(output)!);
            pool.Output[0] = maxima;
            graph.Register(pool);
            var relu = graph.Insert(graph.PositionOf(pool) + 1, "Relu", [maxima], 1, []);
            relu.Output[0] = output;
            graph.Register(relu);
        }

        // Guided backpropagation and its kin do something else at a ReLU.
        bool IsPlain(NodeProto node) => rules.Find(node) == GradientRules.Plain.Find(node);

        // A value that something else reads, too, would have to be rectified for that.
        bool IsRectified(string value) =>
            !layers.Contains(value)
            && readers[value] == 1
            && graph.Producer(value) is { } node
            && IsPlain(node)
            && (node.OpType == "Relu" || (node.OpType == "Concat" && node.Input.All(IsRectified)));

        string Unrectified(string value, NodeProto reader)
        {
            var node = graph.Producer(value)!;
            if (node.OpType == "Relu")
                return node.Input[0];
            var parts = node.Input.Select(i => Unrectified(i, reader)).ToArray();
            var whole = graph.Insert(graph.PositionOf(reader), node.OpType, parts, 1, node.Attribute.Select(a => a.Clone())).Output[0];
            graph.Declare(whole, graph.Type(value)!);
            return whole;
        }
    }
}
