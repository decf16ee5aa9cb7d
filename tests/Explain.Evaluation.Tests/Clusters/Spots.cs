using Explain.Evaluation.Clusters;
using Explain.Kernels.Sampling;

namespace Explain.Evaluation.Tests.Clusters;

/// <summary>Maps that look at a spot, over a little noise.</summary>
internal static class Spots
{
    /// <summary>A spot around a place, moved by so many cells either way, by its number.</summary>
    public static float[] At(double y, double x, int index, double reach)
    {
        var random = new RandomStream(7, (ulong)index);
        (y, x) = (y + reach * (2 * random.NextDouble() - 1), x + reach * (2 * random.NextDouble() - 1));
        return Shares((row, column) => Math.Exp(-((row - y) * (row - y) + (column - x) * (column - x)) / 4) + 0.02 * random.NextDouble());
    }

    /// <summary>Everything but a spot that moves.</summary>
    public static float[] Around(int index)
    {
        var spot = At(8, 8, index, 5);
        var peak = spot.Max();
        return Shares((row, column) => 1 - spot[row * SmallMap.Side + column] / peak);
    }

    private static float[] Shares(Func<int, int, double> value)
    {
        double[] values = [.. Enumerable.Range(0, SmallMap.Cells).Select(i => value(i / SmallMap.Side, i % SmallMap.Side))];
        return [.. values.Select(v => (float)(v / values.Sum()))];
    }
}
