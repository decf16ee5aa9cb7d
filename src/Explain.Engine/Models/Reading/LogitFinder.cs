using Explain.Autodiff.Export;
using Explain.Autodiff.Graphs;

namespace Explain.Engine.Models.Reading;

/// <summary>The class scores of a graph.</summary>
/// <param name="Logit">The value before the activation; the output itself when there is none.</param>
/// <param name="Activation"><c>softmax</c>, <c>sigmoid</c>, or null when the graph has none.</param>
/// <param name="Reason">How it was found.</param>
internal sealed record LogitChoice(string Logit, string? Activation, string Reason);

/// <summary>Finds the class scores: the output, seen before a closing softmax or sigmoid.</summary>
internal static class LogitFinder
{
    private static readonly HashSet<string> Passive =
    [
        "Identity",
        "Reshape",
        "Flatten",
        "Squeeze",
        "Unsqueeze",
        "Dropout",
        "Cast",
        "QuantizeLinear",
        "DequantizeLinear",
    ];
    private static readonly Dictionary<string, string> Activations = new()
    {
        ["Softmax"] = "softmax",
        ["LogSoftmax"] = "softmax",
        ["Sigmoid"] = "sigmoid",
    };

    /// <summary>Finds them.</summary>
    /// <param name="graph">The graph, types declared.</param>
    /// <param name="configured">The output named in <c>model.json</c>, or null.</param>
    /// <exception cref="InvalidDataException">No output can be class scores.</exception>
    public static LogitChoice Find(Graph graph, string? configured)
    {
        var outputs = AddedNames.OwnOutputs(graph).Where(o => graph.Type(o)?.IsFloat ?? true).ToArray();
        if (configured is not null && !outputs.Contains(configured))
        {
            throw new InvalidDataException(
                $"output '{configured}' of model.json is not a float output of the graph; it has {string.Join(", ", outputs)}"
            );
        }

        if (outputs.Length == 0)
            throw new InvalidDataException("the graph has no float output");
        var output = configured
            ?? outputs.FirstOrDefault(o => Peel(graph, o).Activation is null && outputs.Any(p => Peel(graph, p).Logit == o))
            ?? outputs[0];
        var (logit, activation, node) = Peel(graph, output);
        var reason = activation is null
            ? $"output '{output}' is not fed by a softmax or sigmoid"
            : $"input of {node}, which feeds output '{output}'";
        return new LogitChoice(logit, activation, reason);
    }

    /// <summary>Whether an output is the sigmoid of something.</summary>
    public static bool IsSigmoid(Graph graph, string output) =>
        Peel(graph, output) is { Activation: "sigmoid" } peeled && peeled.Logit != output;

    private static (string Logit, string? Activation, string? Node) Peel(Graph graph, string output)
    {
        for (var value = output; graph.Producer(value) is { } node; value = node.Input[0])
        {
            if (Activations.TryGetValue(node.OpType, out var activation))
            {
                // The flattening that an old softmax implied is not the model's own tensor.
                var logit = node.Input[0];
                if (graph.Producer(logit) is { OpType: "Flatten" } flat && flat.Name.StartsWith(graph.Prefix, StringComparison.Ordinal))
                    logit = flat.Input[0];
                return (logit, activation, $"{node.OpType} '{(node.Name.Length > 0 ? node.Name : node.Output[0])}'");
            }
            if (!Passive.Contains(node.OpType))
                break;
        }
        return (output, null, null);
    }
}
