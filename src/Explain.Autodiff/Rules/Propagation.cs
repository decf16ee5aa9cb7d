using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;

namespace Explain.Autodiff.Rules;

/// <summary>Hands cotangents down along nodes, by the rules of their operators.</summary>
internal static class Propagation
{
    /// <summary>Appends the nodes of the backward pass.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="path">Nodes that have rules; whoever reads a node's outputs comes before it.</param>
    /// <param name="cotangents">Those that are known, by the values they belong to; those of values on the path are added.</param>
    /// <param name="active">The values that depend on what is differentiated by.</param>
    /// <param name="rules">The rules.</param>
    /// <param name="bodies">The gradients of what a node reads, for nodes with bodies; null for others.</param>
    /// <exception cref="NotSupportedException">A node is one that the rule of its operator does not know.</exception>
    public static void Run(
        Graph graph,
        IEnumerable<NodeProto> path,
        Dictionary<string, Value> cotangents,
        IReadOnlySet<string> active,
        RuleSet rules,
        Func<NodeProto, IEnumerable<(string Value, Value Gradient)>?>? bodies = null
    )
    {
        var computed = new Lazy<HashSet<string>>(() => Paths.Computed(graph));
        foreach (var node in path)
        {
            // Every consumer of a node's outputs comes before it in this order, so their cotangents are complete.
            if (!node.Output.Any(cotangents.ContainsKey))
                continue;
            if (bodies?.Invoke(node) is { } through)
            {
                foreach (var (value, gradient) in through)
                    Add(value, gradient);
                continue;
            }
            var forward = new Forward(graph, node)
            {
                Cotangents = cotangents,
                Computed = computed,
                Active = active,
            };
            var dy = forward.Cotangent(0);
            graph.Declare(dy.Name, new TensorType(dy.Element, graph.Type(node.Output[0])?.Dims));
            var rule = rules.Find(node)!;
            var found = rule.Apply(forward, dy);
            if (rules == GradientRules.Plain || rules.ComparesInputs)
                CheckComplete(rule, forward, found, active);
            for (var i = 0; i < found.Length && i < node.Input.Count; i++)
            {
                var input = node.Input[i];
                if (found[i] is not { } gradient || !active.Contains(input))
                    continue;
                // Each part of a sum is shaped like the sum: when it is differentiated again, rules may ask.
                if (gradient.Type?.Dims is null && graph.Type(input)?.Dims is { } dims)
                    graph.Declare(gradient.Name, new TensorType(gradient.Element, dims));
                Add(input, gradient);
            }
        }

        void Add(string value, Value gradient) =>
            cotangents[value] = cotangents.TryGetValue(value, out var sum) ? sum + gradient : gradient;
    }

    // Scales and bounds are constants to the rules, and most outputs but the first are. Where they are not, a gradient without their part
    // would be wrong.
    private static void CheckComplete(GradientRule rule, Forward forward, Value?[] gradients, IReadOnlySet<string> active)
    {
        var (node, graph) = (forward.Node, forward.Graph);
        if (rule.IsStraightThrough)
            return;
        for (var i = 0; i < node.Input.Count; i++)
        {
            if (
                active.Contains(node.Input[i])
                && (i >= gradients.Length || gradients[i] is null)
                && graph.Type(node.Input[i])?.IsFloat == true
            )
            {
                throw forward.Refusal(
                    $"its input {i}, '{node.Input[i]}', depends on what is differentiated by, and the rule takes it for a constant"
                );
            }
        }

        for (var j = 1; j < node.Output.Count; j++)
        {
            if (
                node.Output[j].Length > 0
                && !rule.ReadsAllOutputs
                && forward.Cotangents.ContainsKey(node.Output[j])
                && graph.Type(node.Output[j])?.IsFloat == true
            )
            {
                throw forward.Refusal($"its output {j}, '{node.Output[j]}', is used, and the rule knows the first one only");
            }
        }
    }
}
