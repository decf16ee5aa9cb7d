using Explain.Autodiff.Export;
using Explain.Engine.Models.Sessions;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Models.Layouts;

/// <summary>How the feature maps of a layer lie in its tensor.</summary>
/// <param name="Name"><c>NCHW</c>, <c>NHWC</c>, or for tokens <c>NTC</c>, <c>TNC</c> or <c>NCT</c>: what each axis runs over.</param>
public sealed record LayerLayout(string Name)
{
    /// <summary>Channels before rows and columns.</summary>
    public static readonly LayerLayout Nchw = new("NCHW");

    /// <summary>Channels behind rows and columns.</summary>
    public static readonly LayerLayout Nhwc = new("NHWC");

    /// <summary>For tokens: the grid that the patches come from, and how many tokens are none of them; else null.</summary>
    public TokenGrid? Tokens { get; init; }

    /// <summary>The axis of the batch.</summary>
    internal int Batch => Name.IndexOf('N', StringComparison.Ordinal);

    /// <summary>The axis of the channels.</summary>
    internal int Channel => Name.IndexOf('C', StringComparison.Ordinal);

    /// <summary>The axes of the places: rows and columns, or tokens.</summary>
    internal int[] Places => [.. Enumerable.Range(0, Name.Length).Where(a => Name[a] is 'H' or 'W' or 'T')];

    /// <summary>Rows and columns of the feature maps in a tensor, which may be of another size than the model's own.</summary>
    /// <exception cref="ExplainException"><see cref="ExplainError.MethodNotSupported"/>: the tokens of this input make no grid.</exception>
    internal (int Height, int Width) Extent(IReadOnlyList<long> shape)
    {
        if (Tokens is not { } grid)
            return ((int)shape[Places[0]], (int)shape[Places[1]]);
        var patches = (int)shape[Places[0]] - grid.Leading - grid.Trailing;
        return TokenGrid.Like(patches, grid.Height, grid.Width)
            ?? throw new ExplainException(
                ExplainError.MethodNotSupported,
                $"{patches} patches make no grid with the proportions of {grid.Height}×{grid.Width}; give an input of the model's own size"
            );
    }

    /// <summary>The same as operators of a graph take it, for the model's own size.</summary>
    internal MapAxes Axes => new(Name, Tokens is { } grid ? (grid.Leading, grid.Height, grid.Width) : null);

    /// <summary>The same for a tensor, which may be of another size than the model's own.</summary>
    internal MapAxes AxesIn(IReadOnlyList<long> shape) =>
        Tokens is { } grid && Extent(shape) is var (height, width) ? new(Name, (grid.Leading, height, width)) : Axes;

    /// <summary>One item of a tensor, the axis of the batch left out.</summary>
    internal ReadOnlySpan<float> Item(RunTensor tensor, int item)
    {
        if (Batch == 0)
            return tensor.Item(item);
        var values = tensor.Values;
        var copy = new float[values.Length / (int)tensor.Shape[Batch]];
        foreach (var (own, all) in Runs(tensor.Shape, item))
            values.Slice(all, Run(tensor.Shape)).CopyTo(copy.AsSpan(own));
        return copy;
    }

    /// <summary>Writes one item of a tensor, which is given without the axis of the batch.</summary>
    internal void Put(ReadOnlySpan<float> item, FloatTensor tensor, int at)
    {
        foreach (var (own, all) in Runs(tensor.Shape, at))
            item.Slice(own, Run(tensor.Shape)).CopyTo(tensor.Values.AsSpan(all));
    }

    /// <summary>The shape with another number of items.</summary>
    internal long[] WithItems(IReadOnlyList<long> shape, int items) => [.. shape.Select((d, axis) => axis == Batch ? items : d)];

    /// <summary>Where the value of a channel at a place lies in one item of a tensor, the axis of the batch left out.</summary>
    internal ItemIndex Index(IReadOnlyList<long> shape)
    {
        var strides = new int[shape.Count];
        for (var (axis, stride) = (shape.Count - 1, 1); axis >= 0; axis--)
        {
            if (axis == Batch)
                continue;
            strides[axis] = stride;
            stride *= (int)shape[axis];
        }
        var (height, width) = Extent(shape);
        var step = strides[Places[^1]];
        return new ItemIndex(
            (int)shape[Channel],
            height,
            width,
            strides[Channel],
            step,
            (Tokens?.Leading ?? 0) * step,
            Places.Aggregate(1, (n, a) => n * (int)shape[a])
        );
    }

    // The values of an item that lie together, in the item and in the tensor.
    private IEnumerable<(int Own, int All)> Runs(IReadOnlyList<long> shape, int item)
    {
        var (length, count) = (Run(shape), shape.Take(Batch).Aggregate(1, (n, d) => n * (int)d));
        for (var i = 0; i < count; i++)
            yield return (i * length, (i * (int)shape[Batch] + item) * length);
    }

    private int Run(IReadOnlyList<long> shape) => shape.Skip(Batch + 1).Aggregate(1, (n, d) => n * (int)d);
}
