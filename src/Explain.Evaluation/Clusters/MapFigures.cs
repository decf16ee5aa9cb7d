using Explain.Engine.Measures;

namespace Explain.Evaluation.Clusters;

/// <summary>What a map on the small grid is like.</summary>
/// <param name="Border">
/// The share of its heat in the outermost eighth of the picture on each side, 0..1; a map that is the same everywhere has 7/16.
/// </param>
/// <param name="Entropy">Of the shares of the cells, over that of a map that is the same everywhere: 0 for one cell, 1 for all.</param>
/// <param name="CentroidX">Where the heat's centre lies between the left edge, 0, and the right one, 1; 0.5 without heat.</param>
/// <param name="CentroidY">Where it lies between the upper edge, 0, and the lower one, 1; 0.5 without heat.</param>
/// <param name="IsConstant">Whether the map is the same everywhere, as one without heat is: it says nothing about where.</param>
public readonly record struct MapFigures(double Border, double Entropy, double CentroidX, double CentroidY, bool IsConstant)
{
    private const int Ring = SmallMap.Side / 8;

    /// <summary>The figures of a map.</summary>
    /// <param name="shares">As of <see cref="SmallMap"/>.</param>
    public static MapFigures Of(float[] shares)
    {
        ArgumentNullException.ThrowIfNull(shares);
        var (border, x, y, all) = (0.0, 0.0, 0.0, 0.0);
        for (var i = 0; i < shares.Length; i++)
        {
            var (row, column) = Math.DivRem(i, SmallMap.Side);
            border += IsBorder(row) || IsBorder(column) ? shares[i] : 0;
            (x, y, all) = (x + shares[i] * (column + 0.5), y + shares[i] * (row + 0.5), all + shares[i]);
        }
        var (least, most) = (shares.Min(), shares.Max());
        return new MapFigures(
            all > 0 ? border / all : 0,
            MapStatistics.Entropy(shares) / Math.Log(shares.Length),
            all > 0 ? x / all / SmallMap.Side : 0.5,
            all > 0 ? y / all / SmallMap.Side : 0.5,
            // Cells that lie across those of the map add up with rounding.
            most - least
                <= 1e-5f * most
        );
    }

    private static bool IsBorder(int line) => line < Ring || line >= SmallMap.Side - Ring;
}
