namespace Explain.Autodiff.Graphs;

/// <summary>What lies between two values of a graph.</summary>
public static class Paths
{
    /// <summary>
    /// Whether a derivative can flow from <paramref name="from"/> to <paramref name="to"/> without passing <paramref name="value"/>.
    /// </summary>
    public static bool Around(Graph graph, string from, string to, string value) => Walk.Differentiable(graph, [from], value).Contains(to);

    /// <summary>
    /// The values that depend on <paramref name="from"/> and on which <paramref name="to"/> depends, both included, as far as a derivative
    /// can flow.
    /// </summary>
    public static IReadOnlySet<string> Between(Graph graph, string from, string to)
    {
        var values = Walk.Differentiable(graph, [from]);
        values.IntersectWith(Walk.Ancestors(graph, [to]));
        return values;
    }
}
