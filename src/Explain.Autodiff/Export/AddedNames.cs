using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;

namespace Explain.Autodiff.Export;

/// <summary>What is added to a model can be told from what was there.</summary>
public static class AddedNames
{
    private const string Prefix = "explain.";
    private const string Output = Prefix + "output";

    // Before the name of an output that an earlier export added.
    private const string Added = Prefix + "added/";

    /// <summary>
    /// The name, or with a number behind it where the model has a tensor of that name, as one has that was exported before; all other
    /// names that are added begin with <see cref="Graph.Prefix"/>.
    /// </summary>
    internal static string Free(Graph graph, string name) => GraphNames.Numbered(name, graph.Contains);

    /// <summary>
    /// The outputs that the model had before anything was added to it; all of them where nothing was, or nothing else is left.
    /// </summary>
    public static IReadOnlyList<string> OwnOutputs(Graph graph)
    {
        var added = graph
            .Model.MetadataProps.Where(p => p.Key == Output || p.Key.StartsWith(Added, StringComparison.Ordinal))
            .Select(p => p.Key == Output ? p.Value : p.Key[Added.Length..])
            .ToHashSet();
        string[] own = [.. graph.Outputs.Where(o => !added.Contains(o))];
        return own.Length > 0 ? own : [.. graph.Outputs];
    }

    /// <summary>Says in the model's metadata what was added now; of what was added before, the names of the outputs stay.</summary>
    internal static void Describe(Graph graph, string output, IReadOnlyDictionary<string, string> facts)
    {
        var properties = graph.Model.MetadataProps;
        if (properties.FirstOrDefault(p => p.Key == Output) is { } before)
            properties.Add(new StringStringEntryProto { Key = Added + before.Value, Value = "before" });
        foreach (
            var old in properties
                .Where(p => p.Key.StartsWith(Prefix, StringComparison.Ordinal) && !p.Key.StartsWith(Added, StringComparison.Ordinal))
                .ToArray()
        )
        {
            properties.Remove(old);
        }

        properties.Add(new StringStringEntryProto { Key = Output, Value = output });
        properties.AddRange(facts.Select(f => new StringStringEntryProto { Key = Prefix + f.Key, Value = f.Value }));
    }
}
