using System.Buffers;
using System.Numerics.Tensors;

namespace Explain.Kernels.Images;

/// <summary>
/// Mixes samples along the columns, then along the rows, one row after the other; a stretched row is kept as long as neighbouring rows need
/// it.
/// </summary>
/// <param name="source">Row-major [any, sourceWidth], apart from the destination.</param>
/// <param name="sourceWidth">Columns of the source.</param>
/// <param name="columns">For each destination column, the source columns.</param>
internal ref struct TapMix(ReadOnlySpan<float> source, int sourceWidth, ReadOnlySpan<Tap> columns)
{
    private readonly ReadOnlySpan<float> _source = source;
    private readonly ReadOnlySpan<Tap> _columns = columns;
    private float[] _upper = ArrayPool<float>.Shared.Rent(columns.Length);
    private float[] _lower = ArrayPool<float>.Shared.Rent(columns.Length);
    private int _upperRow = -1;
    private int _lowerRow = -1;

    /// <summary>Makes all rows.</summary>
    /// <param name="source">Row-major [any, sourceWidth], apart from the destination.</param>
    /// <param name="sourceWidth">Columns of the source.</param>
    /// <param name="rows">For each destination row, the source rows.</param>
    /// <param name="columns">For each destination column, the source columns.</param>
    /// <param name="destination">Receives [rows, columns].</param>
    public static void Fill(
        ReadOnlySpan<float> source,
        int sourceWidth,
        ReadOnlySpan<Tap> rows,
        ReadOnlySpan<Tap> columns,
        Span<float> destination
    )
    {
        using var mix = new TapMix(source, sourceWidth, columns);
        for (var y = 0; y < rows.Length; y++)
            mix.Row(rows[y], destination.Slice(y * columns.Length, columns.Length));
    }

    /// <summary>Makes a row.</summary>
    /// <param name="tap">The source rows.</param>
    /// <param name="row">One value a column.</param>
    public void Row(Tap tap, Span<float> row)
    {
        if (tap.First == _lowerRow)
            (_upper, _upperRow, _lower, _lowerRow) = (_lower, _lowerRow, _upper, _upperRow);
        if (tap.First != _upperRow)
            Stretch(_upperRow = tap.First, _upper);
        if (tap.Second != _lowerRow)
            Stretch(_lowerRow = tap.Second, _lower);
        TensorPrimitives.Multiply(_lower.AsSpan(0, row.Length), tap.SecondWeight, row);
        TensorPrimitives.MultiplyAdd(_upper.AsSpan(0, row.Length), tap.FirstWeight, row, row);
    }

    /// <summary>Gives the memory back.</summary>
    public readonly void Dispose()
    {
        ArrayPool<float>.Shared.Return(_upper);
        ArrayPool<float>.Shared.Return(_lower);
    }

    private readonly void Stretch(int row, Span<float> destination)
    {
        var source = _source.Slice(row * sourceWidth, sourceWidth);
        for (var x = 0; x < _columns.Length; x++)
            destination[x] = source[_columns[x].First] * _columns[x].FirstWeight + source[_columns[x].Second] * _columns[x].SecondWeight;
    }
}
