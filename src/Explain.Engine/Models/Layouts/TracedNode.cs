using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;

namespace Explain.Engine.Models.Layouts;

/// <summary>A node whose inputs' axes are known as far as they can be.</summary>
/// <param name="map">What was found so far.</param>
/// <param name="node">The node.</param>
internal sealed class TracedNode(AxisMap map, NodeProto node)
{
    /// <summary>The node.</summary>
    public NodeProto Node => node;

    /// <summary>Images in the batch.</summary>
    public long Batch => map.Batch;

    /// <summary>The values made of class and register tokens alone.</summary>
    public HashSet<string> OthersOnly => map.OthersOnly;

    /// <summary>The inputs that depend on the image.</summary>
    public IEnumerable<int> Carried => Enumerable.Range(0, node.Input.Count).Where(Carries);

    /// <summary>Extents of the first output.</summary>
    public IReadOnlyList<long>? OutDims => Dims(node.Output[0]);

    /// <summary>
    /// Tokens as most transformers have them, [N, T, C], in a grid with the image's proportions; null where that is no guess to make.
    /// </summary>
    public Axes? GuessedTokens =>
        map.GuessTokens
        && OutDims is [var items, > 1 and var tokens, _]
        && items == map.Batch
        && TokenGrid.Guess((int)tokens, map.Image.Height, map.Image.Width) is { } grid
            ? new Axes([Axis.Batch, Axis.Token, Axis.Channel], grid)
            : null;

    /// <summary>Whether every axis that the node names is one of its first input, and those that are reordered are named once.</summary>
    public bool NamesItsAxes =>
        node.Input.Count == 0
        || (Rank(node.Input[0]) ?? In(0)?.Names.Count) is not { } rank
        || (
            NamedAxes.All(a => a >= -rank && a < rank)
            && (node.Ints("perm") is not { } order || order.Order().SequenceEqual(Enumerable.Range(0, rank).Select(a => (long)a)))
        );

    /// <summary>Whether an input depends on the image.</summary>
    public bool Carries(int input) => input < node.Input.Count && map.Path.Contains(node.Input[input]);

    /// <summary>The axes of an input.</summary>
    public Axes? In(int input) => map.Of(node.Input[input]);

    /// <summary>The axes of a value that the node's bodies read and that has the shape of another; null when there is none.</summary>
    public Axes? CapturedLike(string value) =>
        Dims(value) is not { } dims
            ? null
            : Walk.Captures(node)
                .Where(c => map.Path.Contains(c) && Dims(c)?.SequenceEqual(dims) == true)
                .Select(map.Of)
                .FirstOrDefault(a => a is not null);

    /// <summary>The extents of an input.</summary>
    public IReadOnlyList<long>? InDims(int input) => Dims(node.Input[input]);

    /// <summary>The extents of a value.</summary>
    public IReadOnlyList<long>? Dims(string value) => map.Dims(value);

    /// <summary>The number of axes of a value.</summary>
    public int? Rank(string value) => map.Graph.Type(value)?.Rank;

    private IEnumerable<long> NamedAxes =>
        node.OpType switch
        {
            "Slice" => Ints(3) ?? [],
            "ReduceMean" or "ReduceSum" or "ReduceMax" or "ReduceL2" => Ints(1) ?? [],
            "Concat" or "Split" or "Gather" => [node.Int("axis", 0)],
            _ => [],
        };

    /// <summary>A constant input of integers.</summary>
    public long[]? Ints(int input) => node.InputOrNull(input) is { } name ? Tensors.ReadInts(map.Graph.Constant(name)) : null;
}
