namespace Explain.Engine.Models;

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
        if (Tokens is not { } grid) return ((int)shape[Places[0]], (int)shape[Places[1]]);
        var patches = (int)shape[Places[0]] - grid.Leading - grid.Trailing;
        return TokenGrid.Like(patches, grid.Height, grid.Width) ?? throw new ExplainException(
            ExplainError.MethodNotSupported, $"{patches} patches make no grid with the proportions of {grid.Height}×{grid.Width}; give an input of the model's own size");
    }

    /// <summary>One row of a tensor, the axis of the batch left out.</summary>
    internal ReadOnlySpan<float> Row(RunTensor tensor, int row)
    {
        if (Batch == 0) return tensor.Row(row);
        var values = tensor.Values;
        var copy = new float[values.Length / (int)tensor.Shape[Batch]];
        foreach (var (own, all) in Runs(tensor.Shape, row)) values.Slice(all, Run(tensor.Shape)).CopyTo(copy.AsSpan(own));
        return copy;
    }

    /// <summary>Writes one row of a tensor, which is given without the axis of the batch.</summary>
    internal void Put(ReadOnlySpan<float> row, FloatTensor tensor, int at)
    {
        foreach (var (own, all) in Runs(tensor.Shape, at)) row.Slice(own, Run(tensor.Shape)).CopyTo(tensor.Values.AsSpan(all));
    }

    /// <summary>The shape with another number of rows.</summary>
    internal long[] WithRows(IReadOnlyList<long> shape, int rows) => [.. shape.Select((d, axis) => axis == Batch ? rows : d)];

    /// <summary>Where the value of a channel at a place lies in one row of a tensor, the axis of the batch left out.</summary>
    internal RowIndex Index(IReadOnlyList<long> shape)
    {
        var strides = new int[shape.Count];
        for (var (axis, stride) = (shape.Count - 1, 1); axis >= 0; axis--)
        {
            if (axis == Batch) continue;
            strides[axis] = stride;
            stride *= (int)shape[axis];
        }
        var (height, width) = Extent(shape);
        var step = strides[Places[^1]];
        return new RowIndex((int)shape[Channel], height, width, strides[Channel], step, (Tokens?.Leading ?? 0) * step, Places.Aggregate(1, (n, a) => n * (int)shape[a]));
    }

    // The values of a row that lie together, in the row and in the tensor.
    private IEnumerable<(int Own, int All)> Runs(IReadOnlyList<long> shape, int row)
    {
        var (length, count) = (Run(shape), shape.Take(Batch).Aggregate(1, (n, d) => n * (int)d));
        for (var i = 0; i < count; i++) yield return (i * length, ((i * (int)shape[Batch]) + row) * length);
    }

    private int Run(IReadOnlyList<long> shape) => shape.Skip(Batch + 1).Aggregate(1, (n, d) => n * (int)d);
}

/// <summary>The grid that tokens come from.</summary>
/// <param name="Height">Rows of patches.</param>
/// <param name="Width">Columns of patches.</param>
/// <param name="Leading">Class and register tokens before the patches.</param>
/// <param name="Trailing">Class and register tokens behind them.</param>
/// <param name="Source">The tensor whose rows and columns became the tokens; null when the grid is a guess from their number.</param>
public sealed record TokenGrid(int Height, int Width, int Leading, int Trailing, string? Source)
{
    // A class token, one more for distillation, and up to eight registers.
    private const int MostOthers = 10;

    /// <summary>Number of patches.</summary>
    internal int Patches => Height * Width;

    /// <summary>The grid with the proportions of a picture and the fewest other tokens in front of it; null when there is none.</summary>
    internal static TokenGrid? Guess(int tokens, int height, int width) =>
        Enumerable.Range(0, Math.Min(MostOthers, tokens)).Select(others => (Others: others, Grid: Like(tokens - others, height, width)))
            .Where(g => g.Grid is not null).Select(g => new TokenGrid(g.Grid!.Value.Height, g.Grid.Value.Width, g.Others, 0, null)).FirstOrDefault();

    /// <summary>So many patches in a grid of given proportions.</summary>
    internal static (int Height, int Width)? Like(int patches, int height, int width)
    {
        var rows = (int)Math.Round(Math.Sqrt((double)patches * height / width));
        return rows > 0 && patches % rows == 0 && (long)rows * width == (long)(patches / rows) * height ? (rows, patches / rows) : null;
    }
}

/// <summary>Where values lie in one row of a layer's tensor.</summary>
/// <param name="Channels">C.</param>
/// <param name="Height">h.</param>
/// <param name="Width">w.</param>
/// <param name="ChannelStep">From one channel to the next.</param>
/// <param name="PlaceStep">From one place to the next, in reading order.</param>
/// <param name="First">The first place of the first channel.</param>
/// <param name="Places">Number of places and further tokens.</param>
internal readonly record struct RowIndex(int Channels, int Height, int Width, int ChannelStep, int PlaceStep, int First, int Places)
{
    /// <summary>Places of a feature map.</summary>
    public int Area => Height * Width;

    /// <summary>Whether a row is the feature maps one after the other.</summary>
    public bool IsPlanes => PlaceStep == 1 && ChannelStep == Area && First == 0;

    /// <summary>The feature maps of a row, [C, h, w].</summary>
    public void ToPlanes(ReadOnlySpan<float> row, Span<float> planes)
    {
        for (var c = 0; c < Channels; c++)
            for (var (i, at) = (0, First + (c * ChannelStep)); i < Area; i++, at += PlaceStep) planes[(c * Area) + i] = row[at];
    }

    /// <summary>Sets a channel at every place and in every further token.</summary>
    public void Fill(Span<float> row, int channel, float value)
    {
        for (var i = 0; i < Places; i++) row[(channel * ChannelStep) + (i * PlaceStep)] = value;
    }

    /// <summary>Sets all channels of all places to 0; further tokens stay.</summary>
    public void ClearPlaces(Span<float> row)
    {
        for (var c = 0; c < Channels; c++)
            for (var i = 0; i < Area; i++) row[First + (c * ChannelStep) + (i * PlaceStep)] = 0;
    }

    /// <summary>Copies all channels of a place, times a factor.</summary>
    public void CopyPlace(ReadOnlySpan<float> from, Span<float> row, int place, float factor)
    {
        for (var c = 0; c < Channels; c++)
        {
            var at = First + (c * ChannelStep) + (place * PlaceStep);
            row[at] = factor * from[at];
        }
    }
}
