using Explain.Autodiff.Graphs;
using Explain.Engine.Images;

namespace Explain.Engine.Models.Layouts;

/// <summary>What the axes of all values between image and output run over, found from the image on.</summary>
internal sealed class AxisMap
{
    private readonly Dictionary<string, Axes> _axes = [];

    private AxisMap(Graph graph, InputSpec image, IReadOnlySet<string> path, bool guessTokens)
    {
        (Graph, Image, Path, GuessTokens) = (graph, image, path, guessTokens);
        Batch = graph.Type(image.Name)?.Dims?[0].Size ?? 1;
        _axes[image.Name] = image.Layout == TensorLayout.Nchw ? Axes.Maps : new Axes([Axis.Batch, Axis.Row, Axis.Column, Axis.Channel]);
        foreach (var node in graph.Nodes)
        {
            var traced = new TracedNode(this, node);
            for (var i = 0; i < node.Output.Count; i++)
            {
                if (path.Contains(node.Output[i]) && Traced(traced, i) is { } axes && axes.Names.Count == graph.Type(node.Output[i])?.Rank)
                    _axes[node.Output[i]] = axes;
            }
        }
    }

    // A damaged file may name axes that a value does not have; ONNX Runtime sees that when it runs the node.
    private static Axes? Traced(TracedNode node, int output) => node.NamesItsAxes ? AxisRules.Of(node.Node.OpType)(node, output) : null;

    /// <summary>The graph, with types for the input size in use.</summary>
    public Graph Graph { get; }

    /// <summary>The image.</summary>
    public InputSpec Image { get; }

    /// <summary>The values that depend on the image.</summary>
    public IReadOnlySet<string> Path { get; }

    /// <summary>Whether tokens of unknown origin are taken for a grid with the image's proportions.</summary>
    public bool GuessTokens { get; }

    /// <summary>Images in the batch.</summary>
    public long Batch { get; }

    /// <summary>The values made of class and register tokens alone.</summary>
    public HashSet<string> OthersOnly { get; } = [];

    /// <summary>
    /// Finds the axes of every value on the way. Tokens get a grid from the feature maps they were, and only where there are none such from
    /// their number.
    /// </summary>
    public static AxisMap Of(Graph graph, InputSpec image, IReadOnlySet<string> path)
    {
        var traced = new AxisMap(graph, image, path, false);
        return traced._axes.Values.Any(a => a.Tokens is not null) ? traced : new AxisMap(graph, image, path, true);
    }

    /// <summary>The axes of a value; null when nothing is known of them.</summary>
    public Axes? Of(string value) => _axes.GetValueOrDefault(value);

    /// <summary>The extents of a value; null when they are not all known.</summary>
    public IReadOnlyList<long>? Dims(string value) =>
        Graph.Type(value) is { Dims.Count: > 0 } type && type.FixedFrom(1) is { } rest ? [type.Dims[0].Size ?? Batch, .. rest] : null;

    /// <summary>The layout of a value's feature maps; null when it holds none.</summary>
    public LayerLayout? Layout(string value) =>
        Of(value) is { } axes && Graph.Type(value) is { IsFloat: true } && Dims(value) is { } dims ? axes.Layout(dims, Batch) : null;
}
