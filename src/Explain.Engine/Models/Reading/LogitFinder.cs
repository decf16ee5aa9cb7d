using Explain.Autodiff.Export;
using Explain.Autodiff.Graphs;

namespace Explain.Engine.Models.Reading;

/// <summary>The class scores of a graph.</summary>
/// <param name="Logit">The value before the activation; the output itself when there is none.</param>
/// <param name="Activation"><c>softmax</c>, <c>sigmoid</c>, or null when the graph has none.</param>
/// <param name="Reason">How it was found.</param>
internal sealed record LogitChoice(string Logit, string? Activation, string Reason)
{
    /// <summary>Names of the classes that stand in the graph; empty when none do.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];
}

/// <summary>
/// Finds the class scores: the output, seen before a closing softmax or sigmoid; where the output is only which of the scores are the
/// best, the scores.
/// </summary>
internal static class LogitFinder
{
    /// <summary>Finds them.</summary>
    /// <param name="graph">The graph, types declared.</param>
    /// <param name="input">The image's input.</param>
    /// <param name="configured">The tensor named in <c>model.json</c>, or null.</param>
    /// <exception cref="InvalidDataException">No tensor can be class scores, or the configured one is none.</exception>
    public static LogitChoice Find(Graph graph, string input, string? configured)
    {
        OutputEnd[] ends =
        [
            .. AddedNames.OwnOutputs(graph).Select(o => OutputEnd.Of(graph, o, choices: true)).Where(e => IsFloat(graph, e.Tensor)),
        ];
        var end = configured is null ? Usual(graph, ends) : OutputEnd.Of(graph, Named(graph, input, configured), choices: false);
        return new LogitChoice(end.Tensor, end.Activation, Reason(end, graph))
        {
            Labels = ends.FirstOrDefault(e => e.Tensor == end.Tensor && e.Labels.Count > 0)?.Labels ?? [],
        };
    }

    /// <summary>The value of an output from which on a class is more likely than not: one half for probabilities, 0 for scores.</summary>
    public static float Half(Graph graph, string output) => OutputEnd.Of(graph, output, choices: false).Half;

    private static OutputEnd Usual(Graph graph, OutputEnd[] ends)
    {
        // Where all that comes out is a choice among the same scores, that is what the outputs are. A detector's best rows are outputs in
        // their own right.
        var same = ends.DistinctBy(e => e.Tensor).Count() == 1 && ends.Any(e => e.Names);
        var direct = ends.Where(e => IsFloat(graph, e.Output) && !(same && e.Chosen.Count > 0))
            .Select(e => e.Chosen.Count == 0 ? e : OutputEnd.Of(graph, e.Output, choices: false))
            .ToArray();
        return direct.FirstOrDefault(e => e.Activation is null && ends.Any(o => o.Output != e.Output && o.Tensor == e.Tensor))
            ?? direct.FirstOrDefault(e => e.Activation is null)
            ?? direct.FirstOrDefault()
            ?? ends.FirstOrDefault()
            ?? throw new InvalidDataException(
                $"no output is a float tensor or a choice among the values of one; the outputs are {Quoted(graph.Outputs)}. "
                    + "model.json may name any float tensor of the graph as output.name"
            );
    }

    private static string Named(Graph graph, string input, string name)
    {
        if (!IsFloat(graph, name) || graph.Producer(name) is null)
        {
            throw new InvalidDataException(
                $"output '{name}' of model.json is no float tensor that a node of the graph computes; its outputs are "
                    + $"{Quoted(graph.Outputs)}"
            );
        }

        return Autodiff.Rules.Paths.Between(graph, input, name).Count > 0
            ? name
            : throw new InvalidDataException($"output '{name}' of model.json does not depend on the image's input '{input}'");
    }

    private static bool IsFloat(Graph graph, string value) => graph.Type(value)?.IsFloat == true;

    private static string Reason(OutputEnd end, Graph graph)
    {
        var output = graph.Outputs.Contains(end.Output) ? $"output '{end.Output}'" : $"'{end.Output}'";
        var through = end.Chosen.Reverse().Concat(end.Scales.Reverse()).ToArray();
        var by = through.Length > 0 ? $" through {string.Join(" and ", through)}" : "";
        return end.Activation is not null ? $"input of {end.ActivationNode}, which feeds {output}{by}"
            : through.Length > 0 ? $"what feeds {output}{by}"
            : $"{output} is not fed by a softmax or sigmoid";
    }

    private static string Quoted(IEnumerable<string> names) => string.Join(", ", names.Select(n => $"'{n}'"));
}
