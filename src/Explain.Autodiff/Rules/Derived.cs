using Explain.Autodiff.Graphs;
using static Explain.Autodiff.Graphs.Ops;

namespace Explain.Autodiff.Rules;

/// <summary>
/// Rules that are derived from what an operator computes. In the forward pass the operator stays what it is; its definition in operators
/// that have rules is put beside it and differentiated. What the derivative does not read of it is dropped with all that nobody reads.
/// </summary>
internal static class Derived
{
    /// <summary>The rule of an operator, from its definition: a cotangent for every input of floats, from those of all outputs.</summary>
    public static GradientRule From(Definition definition) => From(definition, () => GradientRules.Plain);

    /// <summary>What all operators of the gradient whose rules are derived do by another set of rules, which may hold the result.</summary>
    public static IEnumerable<KeyValuePair<string, GradientRule>> By(Func<RuleSet> rules) =>
        from op in GradientRules.Plain.Operators
        where GradientRules.Plain.Rule(op).Definition is not null
        select KeyValuePair.Create(op, From(GradientRules.Plain.Rule(op).Definition!, rules));

    private static GradientRule From(Definition definition, Func<RuleSet> rules) =>
        new((n, _) => Pullback(n, definition, rules())) { ReadsAllOutputs = true, Definition = definition };

    private static Value?[] Pullback(Forward n, Definition definition, RuleSet rules)
    {
        var graph = n.Graph;
        var start = graph.Nodes.Count;
        var results = definition(n);
        var parts = graph.Nodes.Skip(start).ToArray();
        if (rules.ComparesInputs)
            SecondPass.Repeat(graph, parts);
        var inputs = n.Node.Input.Where(i => i.Length > 0 && n.Active?.Contains(i) != false && graph[i].IsFloat).ToHashSet();
        var active = Paths.From(graph, parts, inputs);
        var cotangents = new Dictionary<string, Value>();
        foreach (var (j, output) in n.Node.Output.Index().Where(o => n.Cotangents.ContainsKey(o.Item)))
        {
            var result = results[j] ?? throw n.Refusal(results.WhyNot ?? $"its output {j}, '{output}', has no definition");
            cotangents[result.Name] = cotangents.TryGetValue(result.Name, out var sum) ? sum + n.Cotangent(j) : n.Cotangent(j);
        }
        Propagation.Run(
            graph,
            parts.Where(p => !Paths.EndAt(p) && p.Output.Any(active.Contains) && Walk.Reads(p).Any(active.Contains)).Reverse(),
            cotangents,
            active,
            rules
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
