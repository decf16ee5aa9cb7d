using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Explain.Load;

/// <summary>What came of a run.</summary>
/// <param name="time">How long requests were sent.</param>
internal sealed class Outcome(TimeSpan time)
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private int _inTime;

    public ConcurrentBag<double> Milliseconds { get; } = [];

    public ConcurrentDictionary<string, int> Failures { get; } = [];

    public List<(double Second, double Megabytes)> Memory { get; } = [];

    public ConcurrentBag<double> Distances { get; } = [];

    public int Wrong { get; set; }

    public int Refused { get; set; }

    /// <summary>Processor time that the service used, and the clients.</summary>
    public (TimeSpan Service, TimeSpan Clients) Used { get; set; }

    /// <summary>Right answers a second while requests were sent; what comes out of the queues afterwards is not counted.</summary>
    public double Rate => _inTime / time.TotalSeconds;

    public void Add(TimeSpan took)
    {
        Milliseconds.Add(took.TotalMilliseconds);
        if (Stopwatch.GetElapsedTime(_start) <= time)
            Interlocked.Increment(ref _inTime);
    }

    public void Print(string what)
    {
        var sorted = Milliseconds.Order().ToArray();
        double At(double share) => sorted.Length == 0 ? double.NaN : sorted[(int)(share * (sorted.Length - 1))];
        var exact = Distances.Count(d => d == 0);
        Console.WriteLine(
            $"{what}: {sorted.Length} answers, {Rate:F1}/s, p50 {At(0.5):F0} ms, p99 {At(0.99):F0} ms; "
                + $"{Refused} refused with 503 and Retry-After; {Wrong} wrong; "
                + $"{exact} equal to the last digit, the others within {Distances.DefaultIfEmpty(0).Max():E1} (relative L2)"
        );
        Console.WriteLine($"  processor time: service {Used.Service.TotalSeconds:F1} s, clients {Used.Clients.TotalSeconds:F1} s");
        if (Memory.Count > 3 && Memory[^1].Second > time.TotalSeconds / 2)
        {
            var late = Memory.Where(m => m.Second > time.TotalSeconds / 2).Select(m => m.Megabytes).ToArray();
            Console.WriteLine(
                $"  memory: {Memory[0].Megabytes:F0} MB at first, {Memory.Max(m => m.Megabytes):F0} MB at most; "
                    + $"second half {late.Min():F0} to {late.Max():F0} MB, "
                    + $"{late.Take(late.Length / 2).DefaultIfEmpty(0).Average():F0} MB in its first "
                    + $"and {late.Skip(late.Length / 2).DefaultIfEmpty(0).Average():F0} MB in its last part"
            );
        }
        foreach (var (failure, count) in Failures)
            Console.WriteLine($"  {count} x {failure}");
    }
}

/// <summary>Sends requests and compares what comes back.</summary>
internal static class Drive
{
    // Items of a batch are summed up in another order; a map of another request is off by far more.
    private const double Rounding = 1e-4;

    /// <summary>Each client sends its next request when it has the answer to the last.</summary>
    public static async Task<Outcome> ClosedAsync(ServiceProcess service, IReadOnlyList<Ask> asks, int clients, TimeSpan time)
    {
        var outcome = new Outcome(time);
        using var end = new CancellationTokenSource(time);
        var watching = WatchAsync(service, outcome, end.Token);
        await Task.WhenAll(
            Enumerable
                .Range(0, clients)
                .Select(c =>
                    Task.Run(async () =>
                    {
                        for (var n = c * 7; !end.IsCancellationRequested; n++)
                        {
                            // A refused client waits, shorter than it is told so that there is always a queue.
                            if (!await OneAsync(service.Client, asks[n % asks.Count], outcome))
                                await Task.Delay(50);
                        }
                    })
                )
        );
        await watching;
        return outcome;
    }

    /// <summary>Requests come at a fixed rate, whatever became of the last.</summary>
    public static async Task<Outcome> OpenAsync(ServiceProcess service, IReadOnlyList<Ask> asks, double rate, TimeSpan time)
    {
        var outcome = new Outcome(time);
        var pending = new List<Task>();
        var watch = Stopwatch.StartNew();
        using var end = new CancellationTokenSource(time);
        var watching = WatchAsync(service, outcome, end.Token);
        for (var n = 0; watch.Elapsed < time; n++)
        {
            var due = TimeSpan.FromSeconds(n / rate);
            if (due > watch.Elapsed)
                await Task.Delay(due - watch.Elapsed);
            pending.Add(OneAsync(service.Client, asks[n % asks.Count], outcome));
        }
        await watching;
        await Task.WhenAll(pending);
        return outcome;
    }

    private static async Task<bool> OneAsync(HttpClient client, Ask ask, Outcome outcome)
    {
        var watch = Stopwatch.StartNew();
        try
        {
            var (status, retryAfter, answer) = await Workload.SendAsync(client, ask, CancellationToken.None);
            if (status == 503 && retryAfter)
            {
                lock (outcome.Failures)
                    outcome.Refused++;
                return false;
            }
            if (answer is null)
                return Wrong(outcome, $"status {status} for {ask.Path}");
            return Check(outcome, ask, answer, watch.Elapsed);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return Wrong(outcome, $"{e.GetType().Name}: {e.Message}");
        }
    }

    private static bool Check(Outcome outcome, Ask ask, JsonNode answer, TimeSpan took)
    {
        var distance = Workload.Distance(ask.Alone!, answer);
        if (!(distance <= Rounding))
            return Wrong(outcome, $"another answer than alone for {ask.Path}, {distance:E1} off");
        outcome.Distances.Add(distance);
        outcome.Add(took);
        return true;
    }

    private static bool Wrong(Outcome outcome, string what)
    {
        outcome.Failures.AddOrUpdate(what, 1, (_, count) => count + 1);
        lock (outcome.Failures)
            outcome.Wrong++;
        return false;
    }

    private static async Task WatchAsync(ServiceProcess service, Outcome outcome, CancellationToken end)
    {
        var watch = Stopwatch.StartNew();
        var before = (service.Used, Clients: Environment.CpuUsage.TotalTime);
        while (!end.IsCancellationRequested)
        {
            outcome.Memory.Add((watch.Elapsed.TotalSeconds, service.Resident / 1e6));
            await Task.Delay(1000, CancellationToken.None);
        }
        outcome.Used = (service.Used - before.Used, Environment.CpuUsage.TotalTime - before.Clients);
    }
}
