using Explain.Autodiff.Graphs;
using Explain.Engine.Models.Sessions;

namespace Explain.Engine.Models.Reading;

/// <summary>Computes conditions that no input has a part in.</summary>
internal static class ConstantConditions
{
    /// <summary>The outputs of a graph without inputs, where each is one boolean.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="folder">Where weights outside the file are.</param>
    /// <param name="cancellation">Ends it.</param>
    public static IReadOnlyList<bool?> Evaluate(Graph graph, string? folder, CancellationToken cancellation)
    {
        string[] names = [.. graph.Outputs];
        try
        {
            using var session = new TrialSession(graph, folder, cancellation);
            return session.Booleans(names);
        }
        // The node that needs the condition will say so when it is run.
        catch (NotSupportedException)
        {
            return new bool?[names.Length];
        }
    }
}
