using System.Collections.Frozen;
using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using Explain.Autodiff.Rules;

namespace Explain.Autodiff.Backpropagation.ControlFlow;

/// <summary>From the cotangents of a node's outputs to those of the values that it reads, by its inputs or by name.</summary>
internal delegate IEnumerable<(string Value, Value Gradient)> FlowRule(FlowNode node);

/// <summary>
/// The operators that have bodies. What a rule set does inside them is what it does anywhere; these rules run a body backwards as often as
/// it was run.
/// </summary>
internal static class FlowRules
{
    private static readonly FrozenDictionary<string, FlowRule> Table = new Dictionary<string, FlowRule>
    {
        ["If"] = BranchGradient.Gradients,
        ["Scan"] = ScanGradient.Gradients,
        ["Loop"] = LoopGradient.Gradients,
    }.ToFrozenDictionary();

    /// <summary>The rule of a node, or null.</summary>
    public static FlowRule? Find(NodeProto node) => Table.GetValueOrDefault(OperatorName.Of(node));

    /// <summary>
    /// The values that a body is differentiated by: those that it reads by name and its inputs, as far as a change of
    /// <paramref name="active"/> values can flow into them, in a later iteration perhaps.
    /// </summary>
    /// <param name="graph">The body.</param>
    /// <param name="node">The node that has it.</param>
    /// <param name="active">Values of the graph around it.</param>
    public static HashSet<string> Roots(Graph graph, NodeProto node, IReadOnlySet<string> active)
    {
        var body = graph.Proto;
        var roots = Walk.Captures(node).Where(active.Contains).ToHashSet();
        for (var i = 0; i < Math.Min(body.Input.Count, node.Input.Count); i++)
        {
            if (active.Contains(node.Input[i]))
                roots.Add(body.Input[i].Name);
        }

        var states = Bodies.States(node, body).ToArray();
        bool grew;
        do
        {
            grew = false;
            var reached = Paths.From(graph, roots);
            foreach (var (input, output) in states.Where(s => reached.Contains(body.Output[s.Output].Name)))
                grew |= graph.Type(body.Input[input].Name)?.CarriesSignal != false && roots.Add(body.Input[input].Name);
        } while (grew);
        return roots;
    }
}
