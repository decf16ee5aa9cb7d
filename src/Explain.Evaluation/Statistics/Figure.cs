namespace Explain.Evaluation.Statistics;

/// <summary>A figure and how sure it is.</summary>
/// <param name="Value">The figure; not a number where there is nothing to measure it by.</param>
/// <param name="Range">The interval of 95 % confidence, by <see cref="Bootstrap"/>; null where there is none.</param>
public readonly record struct Figure(double Value, Interval? Range)
{
    /// <summary>
    /// The mean of values of which a picture may have several, as of several classes: its interval draws pictures, with all that they have.
    /// Values that are no numbers are left out.
    /// </summary>
    /// <param name="values">The values, each with its picture's name; their order does not matter.</param>
    public static Figure OfMean(IEnumerable<(string Picture, double Value)> values)
    {
        (double Sum, int Count)[] pictures =
        [
            .. values
                .Where(v => !double.IsNaN(v.Value))
                .GroupBy(v => v.Picture, v => v.Value)
                .OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => (g.Order().Sum(), g.Count())),
        ];
        return pictures.Length == 0
            ? new Figure(double.NaN, null)
            : new Figure(Mean(Enumerable.Range(0, pictures.Length)), Bootstrap.Of(pictures.Length, Mean));

        double Mean(IEnumerable<int> drawn)
        {
            var (sum, count) = (0.0, 0);
            foreach (var i in drawn)
                (sum, count) = (sum + pictures[i].Sum, count + pictures[i].Count);
            return sum / count;
        }
    }
}
