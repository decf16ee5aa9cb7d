using System.Buffers;
using Explain.Kernels.Images;

namespace Explain.Kernels.Sampling;

/// <summary>The random masks of RISE (Petsiuk, Das and Saenko 2018, section 3.3).</summary>
public static class RiseMask
{
    /// <summary>The finest grid offered: more cells than pixels are allowed, but of no use.</summary>
    public const int MaxCells = 1024;

    /// <summary>
    /// Draws one mask: cells x cells ones and zeros, enlarged bilinearly to (cells + 1) * ceil(side / cells) pixels on each axis, and
    /// cropped at a random position of the first cell. Mirrors at the edge, as the authors' <c>skimage.transform.resize</c> does.
    /// </summary>
    /// <remarks>
    /// Depends on the seed and the index only: the stream of that index gives the cells row by row, then the crop's row, then its column.
    /// The expectation of every pixel is the probability, so the saliency of N masks is <c>sum of score_i * mask_i / (N * probability)</c>
    /// (equation 6).
    /// </remarks>
    /// <param name="seed">Any number; chooses the set of masks.</param>
    /// <param name="index">Which mask of the set, zero or more.</param>
    /// <param name="cells">Cells of the grid on each axis, 1 to <see cref="MaxCells"/>; 7 in the paper.</param>
    /// <param name="probability">Of a cell being shown, 0 to 1; 0.5 in the paper.</param>
    /// <param name="height">Rows of the mask, positive.</param>
    /// <param name="width">Columns of the mask, positive.</param>
    /// <param name="mask">Receives [height, width] shares of the image to keep, 0 to 1.</param>
    /// <exception cref="ArgumentException">A number is outside its range, or the length of the mask disagrees with its sides.</exception>
    public static void Fill(ulong seed, int index, int cells, double probability, int height, int width, Span<float> mask)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        Require.Within(1, cells, MaxCells);
        Require.Area(mask.Length, height, width, nameof(mask));

        var random = new RandomStream(seed, (ulong)index);
        var grid = new float[cells * cells];
        random.FillBernoulli(grid, probability);
        var taps = ArrayPool<Tap>.Shared.Rent(height + width);
        var rows = taps.AsSpan(0, height);
        var columns = taps.AsSpan(height, width);
        Place(rows, cells, random);
        Place(columns, cells, random);
        TapMix.Fill(grid, cells, rows, columns, mask);
        ArrayPool<Tap>.Shared.Return(taps);
    }

    private static void Place(Span<Tap> taps, int cells, RandomStream random)
    {
        var cell = (taps.Length + cells - 1) / cells;
        var shift = random.NextBelow(cell);
        for (var i = 0; i < taps.Length; i++)
            taps[i] = Tap.AtMirrored(shift + i, (cells + 1) * cell, cells);
    }
}
