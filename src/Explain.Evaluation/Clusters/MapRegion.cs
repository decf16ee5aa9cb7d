using System.Globalization;
using Explain.Kernels.Segmentation;

namespace Explain.Evaluation.Clusters;

/// <summary>The part of the picture at which a map looks. Edges are shares of the picture's sides, from the upper left corner.</summary>
/// <param name="Left">0..1.</param>
/// <param name="Top">0..1.</param>
/// <param name="Right">0..1.</param>
/// <param name="Bottom">0..1.</param>
public readonly record struct MapRegion(double Left, double Top, double Right, double Bottom)
{
    // From these on it goes from side to side, and it lies at a side.
    private const double Wide = 0.65;
    private const double Aside = 1 / 3.0;

    private static readonly string[,] Places =
    {
        { "the upper left corner", "the upper edge", "the upper right corner" },
        { "the left edge", "the middle", "the right edge" },
        { "the lower left corner", "the lower edge", "the lower right corner" },
    };

    private static readonly string[] Across = ["the upper part", "a strip across the middle", "the lower part"];
    private static readonly string[] Down = ["the left part", "a strip down the middle", "the right part"];

    /// <summary>Where it is, in words that follow a preposition.</summary>
    public string Words =>
        (Right - Left >= Wide, Bottom - Top >= Wide) switch
        {
            (true, true) => "nearly the whole picture",
            (true, false) => Across[Third(Top, Bottom)],
            (false, true) => Down[Third(Left, Right)],
            _ => Places[Third(Top, Bottom), Third(Left, Right)],
        };

    /// <summary>Its edges in per cent.</summary>
    public string Box =>
        string.Create(CultureInfo.InvariantCulture, $"x {100 * Left:0}–{100 * Right:0} %, y {100 * Top:0}–{100 * Bottom:0} %");

    /// <summary>The box around the largest connected region of what reaches half of the maximum; null for a map without heat.</summary>
    /// <param name="shares">As of <see cref="SmallMap"/>.</param>
    public static MapRegion? Of(float[] shares)
    {
        ArgumentNullException.ThrowIfNull(shares);
        // Found is what lies above the threshold.
        var half = MathF.BitDecrement(shares.Max() / 2);
        if (!(shares.Max() > 0) || Regions.Find(shares, SmallMap.Side, SmallMap.Side, half).MaxBy(r => r.Mass) is not { } region)
            return null;
        const double Cell = 1.0 / SmallMap.Side;
        return new MapRegion(region.X * Cell, region.Y * Cell, (region.X + region.Width) * Cell, (region.Y + region.Height) * Cell);
    }

    private static int Third(double from, double to)
    {
        var middle = (from + to) / 2;
        return middle < Aside ? 0
            : middle > 1 - Aside ? 2
            : 1;
    }
}
