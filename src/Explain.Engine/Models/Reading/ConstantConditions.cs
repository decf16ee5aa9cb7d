using Explain.Autodiff.Graphs;
using Explain.Engine.Models.Sessions;
using Microsoft.ML.OnnxRuntime;

namespace Explain.Engine.Models.Reading;

/// <summary>Computes conditions that no input has a part in.</summary>
internal static class ConstantConditions
{
    /// <summary>The outputs of a graph without inputs, where each is one boolean.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="folder">Where weights outside the file are.</param>
    public static IReadOnlyList<bool?> Evaluate(Graph graph, string? folder)
    {
        string[] names = [.. graph.Outputs];
        try
        {
            using var session = SessionFactory.OpenForTypes(graph, folder);
            using var options = new RunOptions();
            using var results = session.Run(options, new Dictionary<string, OrtValue>(), names);
            return [.. results.Select(One)];
        }
        // The node that needs the condition will say so when it is run.
        catch (Exception e) when (e is OnnxRuntimeException or NotSupportedException)
        {
            return [.. names.Select(_ => (bool?)null)];
        }
    }

    private static bool? One(OrtValue value) =>
        value.GetTensorTypeAndShape() is { ElementDataType: Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Bool, ElementCount: 1 }
            ? value.GetTensorDataAsSpan<bool>()[0]
            : null;
}
