using System.Collections.Frozen;
using Explain.Autodiff.Backpropagation.ControlFlow;
using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using Explain.Autodiff.Rewriting;
using Explain.Autodiff.Rules;

namespace Explain.Autodiff.Backpropagation;

/// <summary>Reverse-mode differentiation: appends the nodes that compute Jᵀ · cotangent.</summary>
public static class Backward
{
    /// <summary>
    /// The nodes between <paramref name="wanted"/> and <paramref name="output"/> that <paramref name="rules"/> cannot differentiate.
    /// </summary>
    public static IReadOnlyList<MissingRule> Missing(Graph graph, string output, IReadOnlyCollection<string> wanted, RuleSet rules) =>
        Missing(graph, [output], Paths.From(graph, wanted), rules);

    /// <summary>The gradient of Σ cotangent · output with respect to each wanted value, shaped like it.</summary>
    /// <param name="graph">The graph; nodes are appended to it.</param>
    /// <param name="output">The differentiated value.</param>
    /// <param name="cotangent">Shaped like <paramref name="output"/>.</param>
    /// <param name="wanted">Values to differentiate by.</param>
    /// <param name="rules">The rule set.</param>
    /// <returns>One gradient a wanted value; a value the output does not depend on has none.</returns>
    /// <exception cref="MissingRuleException">An operator on the path has no rule.</exception>
    /// <exception cref="NotSupportedException">A node is one that the rule of its operator does not know.</exception>
    public static IReadOnlyDictionary<string, Value> Gradients(
        Graph graph,
        Value output,
        Value cotangent,
        IReadOnlyCollection<string> wanted,
        RuleSet rules
    ) =>
        TryGradients(graph, [(output, cotangent)], wanted, rules, out var gradients, out var missing)
            ? gradients
            : throw new MissingRuleException(missing);

    /// <summary>
    /// The gradient of Σ cotangent · output over several outputs, or the nodes on the path whose operators have no rule; then no node is
    /// appended.
    /// </summary>
    internal static bool TryGradients(
        Graph graph,
        IReadOnlyList<(Value Output, Value Cotangent)> outputs,
        IReadOnlyCollection<string> wanted,
        RuleSet rules,
        out IReadOnlyDictionary<string, Value> gradients,
        out IReadOnlyList<MissingRule> missing
    )
    {
        if (Upgrade.WhyNot(graph) is { } old)
            throw new NotSupportedException(old);
        var active = Paths.From(graph, wanted);
        var path = Path(graph, outputs.Select(o => o.Output.Name), active);
        missing = Missing(graph, path, active, rules);
        gradients = missing.Count > 0 ? FrozenDictionary<string, Value>.Empty : Propagate(graph, path, outputs, active, wanted, rules);
        return missing.Count == 0;
    }

    private static Dictionary<string, Value> Propagate(
        Graph graph,
        List<NodeProto> path,
        IReadOnlyList<(Value Output, Value Cotangent)> outputs,
        HashSet<string> active,
        IReadOnlyCollection<string> wanted,
        RuleSet rules
    )
    {
        var cotangents = outputs.ToDictionary(o => o.Output.Name, o => o.Cotangent);
        Propagation.Run(graph, path, cotangents, active, rules, ThroughBodies);
        return wanted.Where(cotangents.ContainsKey).ToDictionary(w => w, w => cotangents[w]);

        IEnumerable<(string Value, Value Gradient)>? ThroughBodies(NodeProto node) =>
            FlowRules.Find(node) is not { } flow ? null
            : rules.ComparesInputs
                ? throw new Forward(graph, node).Refusal("control flow may take another way for the input that is compared with")
            : flow(new FlowNode(graph, node, cotangents, active, Inside));

        // Operators without a rule were found before anything was appended.
        IReadOnlyDictionary<string, Value> Inside(
            Graph body,
            IReadOnlyList<(Value Output, Value Cotangent)> results,
            IReadOnlyCollection<string> roots
        )
        {
            var reached = Paths.From(body, roots);
            return Propagate(body, Path(body, results.Select(r => r.Output.Name), reached), results, reached, roots, rules);
        }
    }

    private static MissingRule[] Missing(Graph graph, IEnumerable<string> outputs, HashSet<string> active, RuleSet rules) =>
        Missing(graph, Path(graph, outputs, active), active, rules);

    private static MissingRule[] Missing(Graph graph, List<NodeProto> path, HashSet<string> active, RuleSet rules) =>
        [
            .. path.SelectMany(n =>
                FlowRules.Find(n) is not null ? MissingInside(graph, n, active, rules)
                : rules.Find(n) is null
                    ? [new MissingRule(OperatorName.Of(n), n.Name.Length > 0 ? n.Name : n.Output[0], Definitions.WhyNot(graph, n))]
                : []
            ),
        ];

    private static IEnumerable<MissingRule> MissingInside(Graph graph, NodeProto node, HashSet<string> active, RuleSet rules) =>
        Bodies
            .Of(node)
            .Select(graph.Inner)
            .SelectMany(body => Missing(body, body.Outputs, Paths.From(body, FlowRules.Roots(body, node, active)), rules));

    private static List<NodeProto> Path(Graph graph, IEnumerable<string> outputs, HashSet<string> active)
    {
        var ancestors = Walk.Ancestors(graph, outputs);
        return
        [
            .. graph
                .Nodes.Where(n =>
                    !Paths.EndAt(n) && n.Output.Any(o => ancestors.Contains(o) && active.Contains(o)) && Walk.Reads(n).Any(active.Contains)
                )
                .Reverse(),
        ];
    }
}
