using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using Explain.Autodiff.Rules;
using Explain.Engine.Catalogue;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Evaluation;

/// <summary>The nodes of one operator between the input and the class scores.</summary>
/// <param name="Operator">ONNX operator name, with its mode or domain where that matters.</param>
/// <param name="Count">How many nodes.</param>
/// <param name="Gradient">How a derivative passes them.</param>
/// <param name="Node">The first of them: its name, or its first output when it has none.</param>
public sealed record OperatorCoverage(string Operator, int Count, GradientKind Gradient, string Node);

/// <summary>Which operators of a model can be differentiated.</summary>
public static class GradientCoverage
{
    /// <summary>
    /// Every operator between the input and the class scores; one with nodes of two kinds comes twice. The graph is that of the opset in
    /// which rules are written.
    /// </summary>
    /// <exception cref="ExplainException"><see cref="ExplainError.ModelNotFound"/> or <see cref="ExplainError.ModelNotReady"/>.</exception>
    public static IReadOnlyList<OperatorCoverage> Of(ModelCatalogue catalogue, string model)
    {
        ArgumentNullException.ThrowIfNull(catalogue);
        using var lease = catalogue.Borrow(model);
        var found = lease.Model;
        var (graph, input, logit) = (found.Graph, found.Description.Input.Name, found.Description.Logit);
        var carried = Carried(graph, input);
        return
        [
            .. Between(graph, input, logit)
                .Select(n => (Node: n, Kind: KindOf(n, carried)))
                .GroupBy(n => (Operator: OperatorName.Of(n.Node), n.Kind))
                .Select(g => new OperatorCoverage(g.Key.Operator, g.Count(), g.Key.Kind, NameOf(g.First().Node)))
                .OrderBy(c => c.Operator, StringComparer.Ordinal)
                .ThenBy(c => c.Gradient),
        ];
    }

    private static GradientKind KindOf(NodeProto node, HashSet<string> carried) =>
        node.Output.Any(carried.Contains) ? OperatorTable.KindOf(OperatorName.Of(node)) : GradientKind.Zero;

    // What the image's content reaches. Quantised values are integers, yet a missing rule is what stops the derivative there.
    private static HashSet<string> Carried(Graph graph, string input)
    {
        var carried = new HashSet<string> { input };
        foreach (var node in graph.Nodes.Where(n => Reads(n).Any(carried.Contains) && !GradientRules.NotDifferentiable.Contains(n.OpType)))
            carried.UnionWith(node.OpType == "Cast" ? node.Output.Where(o => graph.Type(o)?.IsFloat ?? true) : node.Output);
        return carried;
    }

    // Unlike the carried values, these also go through what has no derivative: shapes, comparisons, indices.
    private static NodeProto[] Between(Graph graph, string input, string logit)
    {
        var reached = new HashSet<string> { input };
        foreach (var node in graph.Nodes.Where(n => Reads(n).Any(reached.Contains)))
            reached.UnionWith(node.Output);
        var needed = new HashSet<string> { logit };
        foreach (var node in graph.Nodes.Reverse().Where(n => n.Output.Any(needed.Contains)))
            needed.UnionWith(Reads(node));
        return [.. graph.Nodes.Where(n => n.Output.Any(o => needed.Contains(o) && reached.Contains(o)))];
    }

    private static IEnumerable<string> Reads(NodeProto node) =>
        node
            .Input.Concat(
                node.Attribute.SelectMany(a => a.Graphs.Append(a.G))
                    .OfType<GraphProto>()
                    .SelectMany(g => g.Node.SelectMany(Reads).Concat(g.Output.Select(o => o.Name)))
            )
            .Where(name => name.Length > 0);

    private static string NameOf(NodeProto node) => node.Name.Length > 0 ? node.Name : node.Output[0];
}
