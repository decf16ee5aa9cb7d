using Explain.Autodiff.Graphs;
using Explain.Autodiff.Rewriting;
using static Explain.Autodiff.Graphs.Ops;

namespace Explain.Autodiff.Rules;

/// <summary>
/// Rules that are derived from what an operator computes. In the forward pass the operator stays what it is; its definition in operators
/// that have rules is put beside it and differentiated. What the derivative does not read of it is dropped with all that nobody reads.
/// </summary>
internal static class Derived
{
    /// <summary>The rule of an operator, from its definition: a cotangent for every input of floats, from those of all outputs.</summary>
    public static GradientRule From(Definition definition) =>
        new((n, _) => Pullback(n, definition)) { ReadsAllOutputs = true, Definition = definition };

    private static Value?[] Pullback(Forward n, Definition definition)
    {
        var graph = n.Graph;
        var start = graph.Nodes.Count;
        var results = definition(n) ?? throw n.Refusal("it has no definition");
        var parts = graph.Nodes.Skip(start).ToArray();
        var inputs = n.Node.Input.Where(i => i.Length > 0 && n.Active?.Contains(i) != false && graph[i].IsFloat).ToHashSet();
        var active = Paths.From(graph, parts, inputs);
        var cotangents = new Dictionary<string, Value>();
        foreach (var (j, output) in n.Node.Output.Index().Where(o => n.Cotangents.ContainsKey(o.Item)))
        {
            var result = (j < results.Length ? results[j] : null) ?? throw n.Refusal($"its output {j}, '{output}', has no definition");
            cotangents[result.Name] = cotangents.TryGetValue(result.Name, out var sum) ? sum + n.Cotangent(j) : n.Cotangent(j);
        }
        Propagation.Run(
            graph,
            parts.Where(p => !Paths.EndAt(p) && p.Output.Any(active.Contains) && Walk.Reads(p).Any(active.Contains)).Reverse(),
            cotangents,
            active,
            GradientRules.Plain
        );
        // An input that is given twice has one cotangent.
        return
        [
            .. n.Node.Input.Select(i =>
                !inputs.Remove(i) ? (Value?)null
                : cotangents.TryGetValue(i, out var known) ? known
                : Fill(Shape(graph[i]), graph[i].Element, 0)
            ),
        ];
    }
}
