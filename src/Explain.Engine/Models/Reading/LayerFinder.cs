using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using Explain.Autodiff.Rules;
using Explain.Engine.Images;
using Explain.Engine.Models.Layouts;

namespace Explain.Engine.Models.Reading;

/// <summary>The target layers of a graph: all that are possible, and the one to use when none is asked for.</summary>
/// <param name="Default">Tensor name, or null when there is no spatial feature map.</param>
/// <param name="Reason">Why this one, or why none.</param>
/// <param name="Candidates">From input to output.</param>
/// <param name="Last">The last feature maps on every way to the output, the default first: a part of the output, as the boxes of one scale,
/// may depend on one of them alone.</param>
internal sealed record LayerChoice(string? Default, string Reason, IReadOnlyList<CandidateLayer> Candidates, IReadOnlyList<string> Last);

/// <summary>
/// Finds the last spatial feature map before the head; among tokens, the last one through whose patches the output can change.
/// </summary>
internal static class LayerFinder
{
    // What may stand between the last feature map and its pooling without making a new feature map.
    private static readonly HashSet<string> Passive =
    [
        "MaxPool",
        "AveragePool",
        "LpPool",
        "Dropout",
        "Identity",
        "Pad",
        "Cast",
        "Flatten",
        "Reshape",
        "Squeeze",
        "Unsqueeze",
        "Transpose",
    ];
    private static readonly HashSet<string> Mixing = ["Conv", "Gemm", "MatMul", "ConvTranspose", "Einsum"];

    /// <summary>Finds them.</summary>
    /// <param name="graph">The graph, with types for the input size in use.</param>
    /// <param name="input">The image input.</param>
    /// <param name="logit">The explained tensor.</param>
    /// <param name="classes">Number of classes; null when the tensor holds no class scores, and may be a map itself.</param>
    public static LayerChoice Find(Graph graph, InputSpec input, string logit, int? classes)
    {
        var path = Paths.Between(graph, input.Name, logit);
        var axes = AxisMap.Of(graph, input, path);
        var order = graph
            .Nodes.SelectMany(n => n.Output)
            .Select((o, i) => (o, i))
            .Where(p => p.o.Length > 0)
            .ToDictionary(p => p.o, p => p.i);
        var candidates = graph
            .Nodes.SelectMany(n => n.Output.Where(path.Contains).Select(o => Candidate(axes, n, o)))
            .OfType<CandidateLayer>()
            .ToArray();
        var byName = candidates.ToDictionary(c => c.Name);
        var last = LastMaps(axes, logit, classes, byName).OrderByDescending(m => order[m.Value]).ToArray();
        if (last is not [(var found, var beforeAttention), ..])
        {
            return new LayerChoice(
                null,
                $"no tensor between the input and {(classes is null ? $"'{logit}'" : "the class scores")} has spatial extent",
                candidates,
                []
            );
        }

        return new LayerChoice(found, Reason(graph, byName[found], beforeAttention), candidates, [.. last.Select(m => m.Value).Distinct()]);
    }

    private static IEnumerable<(string Value, bool BeforeAttention)> LastMaps(
        AxisMap axes,
        string logit,
        int? classes,
        Dictionary<string, CandidateLayer> candidates
    )
    {
        var (graph, influence) = (axes.Graph, new PatchInfluence(axes));
        var open = new Stack<(string Value, bool Mixed, Reach Reach)>([(logit, false, Reach.Patches)]);
        var seen = new HashSet<(string, bool, Reach)>();
        while (open.TryPop(out var item))
        {
            if (!seen.Add(item) || graph.Producer(item.Value) is not { } node)
                continue;
            if (item.Reach != Reach.OtherTokens && candidates.TryGetValue(item.Value, out var layer))
            {
                // A map with one channel a class, from which only pooling leads to the scores, is the classifier's own output; so is every
                // map in an output that is no class scores.
                var classMap = !item.Mixed && (classes is null || layer.Channels == classes);
                if (
                    !classMap
                    && !Passive.Contains(Operator(graph, node))
                    && !(item.Reach == Reach.PatchesByAttention && influence.IsProjection(node))
                )
                {
                    yield return (item.Value, item.Reach == Reach.PatchesByAttention);
                    continue;
                }
            }
            var mixed = item.Mixed || Mixing.Contains(node.OpType);
            for (var i = 0; i < node.Input.Count; i++)
            {
                if (axes.Path.Contains(node.Input[i]))
                    open.Push((node.Input[i], mixed, influence.Behind(node, item.Value, i, item.Reach)));
            }
            // What happens to tokens inside a body is not followed.
            foreach (var captured in Walk.Captures(node).Where(axes.Path.Contains))
                open.Push((captured, mixed || Bodies.Hold(node, Mixing), item.Reach));
        }
    }

    // What computed a value that is quantised since: the operator before the pair.
    private static string Operator(Graph graph, NodeProto node)
    {
        while (node.OpType is "DequantizeLinear" or "QuantizeLinear" && graph.Producer(node.Input[0]) is { } before)
            node = before;
        return node.OpType;
    }

    private static CandidateLayer? Candidate(AxisMap axes, NodeProto node, string value)
    {
        if (axes.Layout(value) is not { } layout || axes.Dims(value) is not { } dims)
            return null;
        var (height, width) = layout.Extent(dims);
        // One number for all channels of a place, as normalisations have them, is no feature map.
        return height * width > 1 && (layout == LayerLayout.Nchw || dims[layout.Channel] > 1)
            ? new CandidateLayer(value, Operator(axes.Graph, node), (int)dims[layout.Channel], height, width) { Layout = layout }
            : null;
    }

    private static string Reason(Graph graph, CandidateLayer layer, bool beforeAttention)
    {
        if (layer.Layout.Tokens is not { } grid)
        {
            return $"the last feature map before the head: {layer.Channels} maps of "
                + $"{layer.Height}×{layer.Width}{(layer.Layout == LayerLayout.Nhwc ? ", channels last," : "")} from {layer.Operator}";
        }

        var which = beforeAttention
            ? "the last tokens whose patches the output depends on, before the last attention"
            : "the last tokens before the head";
        var others = grid.Leading + grid.Trailing;
        var dropped =
            others == 0
                ? "every token is a patch"
                : $"{others} {(others == 1 ? "token" : "tokens")} "
                    + $"{(grid.Trailing == 0 ? "in front" : grid.Leading == 0 ? "behind" : "around them")} left out";
        var source = grid.Source is { } from
            ? $"the grid is that of '{from}'{(graph.Producer(from) is { } node ? $" from {node.OpType}" : "")}"
            : "the grid is a guess from the number of tokens and the proportions of the image";
        return $"{which}: {layer.Channels} channels of {layer.Height}×{layer.Width} patches from {layer.Operator}; {dropped}; {source}";
    }
}
