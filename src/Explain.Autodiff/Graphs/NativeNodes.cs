namespace Explain.Autodiff.Graphs;

/// <summary>Nodes that only the engine's own sessions can run.</summary>
public static class NativeNodes
{
    /// <summary>Their domain.</summary>
    public const string Domain = "explain.native";

    /// <summary>Whether a graph has such nodes.</summary>
    public static bool In(Graph graph) => graph.Nodes.Any(n => n.Domain == Domain);
}
