using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;

namespace Explain.Autodiff.Export;

/// <summary>What is added to a model can be told from what was there.</summary>
internal static class AddedNames
{
    private const string Prefix = "explain.";

    /// <summary>
    /// Throws where a model has a tensor of one of these names; all other names that are added begin with <c>explain/</c> and are new.
    /// </summary>
    public static void RequireFree(Graph graph, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (graph.Contains(name))
                throw new ArgumentException($"the model already has a tensor '{name}', which is what the export adds");
        }
    }

    /// <summary>Says in the model's metadata what was added.</summary>
    public static void Describe(Graph graph, IReadOnlyDictionary<string, string> facts)
    {
        var properties = graph.Model.MetadataProps;
        foreach (var old in properties.Where(p => p.Key.StartsWith(Prefix, StringComparison.Ordinal)).ToArray())
            properties.Remove(old);
        properties.AddRange(facts.Select(f => new StringStringEntryProto { Key = Prefix + f.Key, Value = f.Value }));
    }
}
