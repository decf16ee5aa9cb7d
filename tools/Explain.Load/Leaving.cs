using System.Diagnostics;
using System.Globalization;

namespace Explain.Load;

/// <summary>How soon the processors are free when a caller leaves whose request would go on for minutes.</summary>
internal static class Leaving
{
    private static readonly string[] Ways =
    [
        "method=rise&samples=100000",
        "method=smoothgrad&samples=10000",
        "method=kernelshap&samples=100000",
        "method=integrated-gradients&samples=10000",
        "method=scorecam&samples=100000",
    ];
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(5);

    /// <summary>Milliseconds until the service is idle, for each departure.</summary>
    public static async Task<IReadOnlyList<double>> MeasureAsync(
        ServiceProcess service,
        IReadOnlyList<Ask> asks,
        IReadOnlyList<string> models
    )
    {
        var times = new List<double>();
        foreach (var (model, way) in models.SelectMany(m => Ways.Select(w => (m, w))))
        {
            using var leaving = new CancellationTokenSource();
            var request = Workload.SendAsync(
                service.Client,
                new Ask($"/api/v1/models/{model}/explain?{way}", asks[0].Image),
                leaving.Token
            );
            await Task.Delay(700);
            // It was refused, or there was less to do.
            if (request.IsCompleted)
                continue;
            var start = Stopwatch.GetTimestamp();
            await leaving.CancelAsync();
            times.Add(await UntilIdleAsync(service.Id, start));
            await Task.WhenAny(request);
        }
        return times;
    }

    /// <summary>Milliseconds until the service is idle.</summary>
    // Idle: less than a fifth of one processor in two windows, one after the other.
    public static async Task<double> UntilIdleAsync(int process, long start)
    {
        var (idleSince, idle) = (0.0, 0);
        for (var (before, begun) = (Used(process), start); Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(30); )
        {
            await Task.Delay(Window);
            var (now, ended) = (Used(process), Stopwatch.GetTimestamp());
            var busy = (now - before) / (Stopwatch.GetElapsedTime(begun, ended).TotalMilliseconds * 1e6);
            if (busy >= 0.2)
                idle = 0;
            else if (idle++ == 0)
                idleSince = Stopwatch.GetElapsedTime(start, begun).TotalMilliseconds;
            if (idle == 2)
                return idleSince;
            (before, begun) = (now, ended);
        }
        return double.PositiveInfinity;
    }

    // Nanoseconds of all threads; the process's own counter has steps of 10 ms.
    private static long Used(int process)
    {
        var sum = 0L;
        foreach (var thread in Directory.GetDirectories($"/proc/{process}/task"))
        {
            try
            {
                sum += long.Parse(File.ReadAllText($"{thread}/schedstat").Split(' ')[0], CultureInfo.InvariantCulture);
            }
            catch (IOException)
            {
                // It has ended.
            }
        }
        return sum;
    }
}
