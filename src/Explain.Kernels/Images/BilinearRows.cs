using System.Buffers;

namespace Explain.Kernels.Images;

/// <summary>Takes a row.</summary>
/// <param name="row">Its number.</param>
/// <param name="values">One a column; they hold until the next row.</param>
public delegate void TakeRow(int row, ReadOnlySpan<float> values);

/// <summary>
/// A window of a map, enlarged row by row, equal to <see cref="Upsample"/> of the same window in every bit, without all of it in memory.
/// Several threads may ask for rows at once.
/// </summary>
public sealed class BilinearRows
{
    private readonly float[] _source;
    private readonly int _sourceWidth;
    private readonly Tap[] _rows;
    private readonly Tap[] _columns;

    /// <summary>Prepares the positions.</summary>
    /// <param name="source">Row-major [sourceHeight, sourceWidth]; not copied.</param>
    /// <param name="sourceHeight">Rows of the source, positive.</param>
    /// <param name="sourceWidth">Columns of the source, positive.</param>
    /// <param name="window">The part that fills the destination, in source pixels; may reach beyond the map.</param>
    /// <param name="height">Rows of the destination, positive.</param>
    /// <param name="width">Columns of the destination, positive.</param>
    /// <exception cref="ArgumentException">
    /// A side is not positive, the length disagrees with its sides, or the window is empty or not finite.
    /// </exception>
    public BilinearRows(float[] source, int sourceHeight, int sourceWidth, SourceWindow window, int height, int width)
    {
        ArgumentNullException.ThrowIfNull(source);
        Require.Area(source.Length, sourceHeight, sourceWidth, nameof(source));
        Require.Within(1, height, int.MaxValue);
        Require.Within(1, width, int.MaxValue);
        (_source, _sourceWidth, _rows, _columns) = (source, sourceWidth, new Tap[height], new Tap[width]);
        Upsample.Taps(window, sourceHeight, sourceWidth, _rows, _columns);
    }

    /// <summary>Makes rows, in their order.</summary>
    /// <param name="first">The first of them.</param>
    /// <param name="count">How many.</param>
    /// <param name="take">Called with each.</param>
    public void Each(int first, int count, TakeRow take)
    {
        ArgumentNullException.ThrowIfNull(take);
        var rented = ArrayPool<float>.Shared.Rent(_columns.Length);
        using var mix = new TapMix(_source, _sourceWidth, _columns);
        var values = rented.AsSpan(0, _columns.Length);
        for (var y = first; y < first + count; y++)
        {
            mix.Row(_rows[y], values);
            take(y, values);
        }
        ArrayPool<float>.Shared.Return(rented);
    }
}
