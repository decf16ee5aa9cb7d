using Explain.Autodiff;
using Explain.Autodiff.Onnx;

namespace Explain.Engine.Models;

/// <summary>The target layers of a graph: all that are possible, and the one to use when none is asked for.</summary>
/// <param name="Default">Tensor name, or null when there is no spatial feature map.</param>
/// <param name="Reason">Why this one, or why none.</param>
/// <param name="Candidates">From input to output.</param>
internal sealed record LayerChoice(string? Default, string Reason, IReadOnlyList<CandidateLayer> Candidates);

/// <summary>Finds the last spatial feature map before the head.</summary>
internal static class LayerFinder
{
    // What may stand between the last feature map and its pooling without making a new feature map.
    private static readonly HashSet<string> Passive = ["MaxPool", "AveragePool", "LpPool", "Dropout", "Identity", "Pad", "Cast", "Flatten", "Reshape", "Squeeze", "Unsqueeze", "Transpose"];
    private static readonly HashSet<string> Mixing = ["Conv", "Gemm", "MatMul", "ConvTranspose", "Einsum"];

    /// <summary>Finds them.</summary>
    /// <param name="graph">The graph, with types for the input size in use.</param>
    /// <param name="input">The image input.</param>
    /// <param name="logit">The explained tensor.</param>
    /// <param name="classes">Number of classes; null when the tensor holds no class scores, and may be a map itself.</param>
    /// <param name="inputIsChannelsLast">Whether the image input has its channels on the last axis.</param>
    public static LayerChoice Find(Graph graph, string input, string logit, int? classes, bool inputIsChannelsLast)
    {
        var channelsLast = ChannelsLast(graph, inputIsChannelsLast ? [input] : []);
        var path = Paths.Between(graph, input, logit);
        var order = graph.Nodes.SelectMany(n => n.Output).Select((o, i) => (o, i)).Where(p => p.o.Length > 0).ToDictionary(p => p.o, p => p.i);
        var candidates = graph.Nodes.SelectMany(n => n.Output.Where(o => path.Contains(o) && !channelsLast.Contains(o)).Select(o => Candidate(graph, n, o))).OfType<CandidateLayer>().ToArray();
        var byName = candidates.ToDictionary(c => c.Name);
        var found = LastMaps(graph, logit, classes, path, byName).OrderByDescending(v => order[v]).FirstOrDefault();
        if (found is null) return new LayerChoice(null, $"no tensor between the input and {(classes is null ? $"'{logit}'" : "the class scores")} has spatial extent", candidates);
        var layer = byName[found];
        return new LayerChoice(found, $"the last feature map before the head: {layer.Channels} maps of {layer.Height}×{layer.Width} from {layer.Operator}", candidates);
    }

    private static IEnumerable<string> LastMaps(
        Graph graph, string logit, int? classes, IReadOnlySet<string> path, Dictionary<string, CandidateLayer> candidates)
    {
        var open = new Stack<(string Value, bool Mixed)>([(logit, false)]);
        var seen = new HashSet<(string, bool)>();
        while (open.TryPop(out var item))
        {
            if (!seen.Add(item) || graph.Producer(item.Value) is not { } node) continue;
            if (candidates.TryGetValue(item.Value, out var layer))
            {
                // A map with one channel a class, from which only pooling leads to the scores, is the classifier's own output; so is every map in an output that is no class scores.
                var classMap = !item.Mixed && (classes is null || layer.Channels == classes);
                if (!classMap && !Passive.Contains(Operator(graph, node)))
                {
                    yield return item.Value;
                    continue;
                }
            }
            foreach (var value in node.Input.Where(path.Contains)) open.Push((value, item.Mixed || Mixing.Contains(node.OpType)));
        }
    }

    // What computed a value that is quantised since: the operator before the pair.
    private static string Operator(Graph graph, NodeProto node)
    {
        while (node.OpType is "DequantizeLinear" or "QuantizeLinear" && graph.Producer(node.Input[0]) is { } before) node = before;
        return node.OpType;
    }

    // Axis 1 of these is no channel axis. Exporters that came from such a layout put a Transpose around every convolution.
    private static HashSet<string> ChannelsLast(Graph graph, HashSet<string> values)
    {
        foreach (var node in graph.Nodes)
        {
            var last = node.OpType switch
            {
                "Conv" => false,
                "Transpose" when node.Ints("perm") is [0, 2, 3, 1] => true,
                "Transpose" when node.Ints("perm") is [0, 3, 1, 2] => false,
                _ => node.Input.Any(values.Contains),
            };
            if (last) values.UnionWith(node.Output);
        }
        return values;
    }

    private static CandidateLayer? Candidate(Graph graph, NodeProto node, string value) =>
        graph.Type(value) is { IsFloat: true, Dims: [_, { Size: { } channels }, { Size: { } height }, { Size: { } width }] } && height * width > 1
            ? new CandidateLayer(value, Operator(graph, node), (int)channels, (int)height, (int)width)
            : null;
}
