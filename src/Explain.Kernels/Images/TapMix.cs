using System.Buffers;
using System.Numerics.Tensors;

namespace Explain.Kernels.Images;

/// <summary>Mixes samples along the columns, then along the rows; a stretched row is kept as long as neighbouring rows need it.</summary>
internal static class TapMix
{
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
        var width = columns.Length;
        var upper = ArrayPool<float>.Shared.Rent(width);
        var lower = ArrayPool<float>.Shared.Rent(width);
        var (upperRow, lowerRow) = (-1, -1);
        for (var y = 0; y < rows.Length; y++)
        {
            var tap = rows[y];
            if (tap.First == lowerRow)
                (upper, upperRow, lower, lowerRow) = (lower, lowerRow, upper, upperRow);
            if (tap.First != upperRow)
                Stretch(source.Slice((upperRow = tap.First) * sourceWidth, sourceWidth), columns, upper);
            if (tap.Second != lowerRow)
                Stretch(source.Slice((lowerRow = tap.Second) * sourceWidth, sourceWidth), columns, lower);

            var row = destination.Slice(y * width, width);
            TensorPrimitives.Multiply(lower.AsSpan(0, width), tap.SecondWeight, row);
            TensorPrimitives.MultiplyAdd(upper.AsSpan(0, width), tap.FirstWeight, row, row);
        }
        ArrayPool<float>.Shared.Return(upper);
        ArrayPool<float>.Shared.Return(lower);
    }

    private static void Stretch(ReadOnlySpan<float> source, ReadOnlySpan<Tap> taps, Span<float> destination)
    {
        for (var x = 0; x < taps.Length; x++)
            destination[x] = source[taps[x].First] * taps[x].FirstWeight + source[taps[x].Second] * taps[x].SecondWeight;
    }
}
