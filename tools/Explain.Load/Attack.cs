using System.Collections.Concurrent;
using System.Diagnostics;

namespace Explain.Load;

/// <summary>What came of an attack.</summary>
/// <param name="name">What it does.</param>
internal sealed class AttackOutcome(string name)
{
    /// <summary>How requests ended: statuses, and what went wrong on the way.</summary>
    public ConcurrentDictionary<string, int> Ends { get; } = [];

    /// <summary>What predictions of other models took meanwhile, milliseconds.</summary>
    public ConcurrentBag<double> Beside { get; } = [];

    /// <summary>Most memory it held, bytes.</summary>
    public long Resident { get; set; }

    /// <summary>Until the processors were free after the last caller had left, milliseconds; null where nobody left.</summary>
    public double? Idle { get; set; }

    /// <summary>Notes how a request ended.</summary>
    public void End(string how) => Ends.AddOrUpdate(how, 1, (_, n) => n + 1);

    /// <summary>A row of the table.</summary>
    /// <param name="alone">p95 of a prediction when nothing else goes on, milliseconds.</param>
    public string Row(double alone)
    {
        var (p50, p95) = (At(0.5), At(0.95));
        return $"| {name} | {string.Join(", ", Ends.OrderBy(e => e.Key).Select(e => $"{e.Value} × {e.Key}"))} | {Resident >> 20} MiB | "
            + $"{p50:F0} / {p95:F0} ms ({p95 / alone:F1} × alone) | {(Idle is { } idle ? $"{idle:F0} ms" : "")} |";
    }

    private double At(double share)
    {
        var sorted = Beside.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : sorted[(int)(share * (sorted.Length - 1))];
    }
}

/// <summary>Watches a service while something is done to it: its memory, and what others have of it.</summary>
internal static class Watch
{
    /// <summary>Does it.</summary>
    /// <param name="service">The service.</param>
    /// <param name="beside">Predictions of other models, asked for one after the other.</param>
    /// <param name="name">What is done.</param>
    /// <param name="attack">Does it; false when its callers did not leave, so that there is nothing to wait for.</param>
    public static async Task<AttackOutcome> OverAsync(
        ServiceProcess service,
        IReadOnlyList<Ask> beside,
        string name,
        Func<AttackOutcome, Task<bool>> attack
    )
    {
        var outcome = new AttackOutcome(name);
        using var over = new CancellationTokenSource();
        var watching = Task.WhenAll([
            MemoryAsync(service, outcome, over.Token),
            .. beside.Select(b => ProbeAsync(service, b, outcome, over.Token)),
        ]);
        var left = await attack(outcome);
        await over.CancelAsync();
        await watching;
        if (left)
            outcome.Idle = await Leaving.UntilIdleAsync(service.Id, Stopwatch.GetTimestamp());
        return outcome;
    }

    private static async Task MemoryAsync(ServiceProcess service, AttackOutcome outcome, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            outcome.Resident = Math.Max(outcome.Resident, service.Resident);
            await Task.Delay(50, CancellationToken.None);
        }
    }

    private static async Task ProbeAsync(ServiceProcess service, Ask ask, AttackOutcome outcome, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            var start = Stopwatch.GetTimestamp();
            var (status, _, _) = await Workload.SendAsync(service.Client, ask, CancellationToken.None);
            outcome.Beside.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            if (status != 200)
                outcome.End($"{status} of a prediction beside it");
            await Task.Delay(20, CancellationToken.None);
        }
    }
}
