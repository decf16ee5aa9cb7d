namespace Explain.Engine.Models;

/// <summary>What a model has computed since it was loaded.</summary>
/// <param name="Runs">Native runs.</param>
/// <param name="Items">Batch items that went through in them.</param>
/// <param name="Time">What they took.</param>
/// <param name="Last">When the last ended; null before the first.</param>
public sealed record RunTotals(long Runs, long Items, TimeSpan Time, DateTimeOffset? Last);

/// <summary>Counts the native runs of a model.</summary>
internal sealed class RunCounts
{
    private readonly Lock _lock = new();

    /// <summary>What was counted.</summary>
    public RunTotals Totals { get; private set; } = new(0, 0, TimeSpan.Zero, null);

    /// <summary>Counts a run that has ended now.</summary>
    public void Add(int items, TimeSpan time)
    {
        lock (_lock)
            Totals = new RunTotals(Totals.Runs + 1, Totals.Items + items, Totals.Time + time, DateTimeOffset.UtcNow);
    }
}
