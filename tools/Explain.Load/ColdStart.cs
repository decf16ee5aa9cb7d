using System.Diagnostics;
using Explain.Demo;

namespace Explain.Load;

/// <summary>How long a service takes from the start of its process to its first answers.</summary>
internal static class ColdStart
{
    private const int Starts = 5;

    /// <summary>Starts it several times, one after the other, and prints the middle of them.</summary>
    /// <param name="program">Path of the service's assembly.</param>
    /// <param name="settings">Of the service.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> PrintAsync(string program, IReadOnlyList<string> settings)
    {
        var found = new List<(double Ready, double First, double Second, double Megabytes)>();
        for (var start = 0; start < Starts; start++)
        {
            var clock = Stopwatch.StartNew();
            await using var service = await ServiceProcess.StartAsync(program, settings);
            var ready = clock.Elapsed.TotalMilliseconds;
            var names = await Workload.ModelsAsync(service.Client);
            var asks = Workload.Make([names.FirstOrDefault(n => n != DemoAssets.ModelName, DemoAssets.ModelName)]);
            var (status, _, _) = await Workload.SendAsync(service.Client, asks[0], CancellationToken.None);
            var first = clock.Elapsed.TotalMilliseconds;
            if (status != 200)
                throw new InvalidOperationException($"{asks[0].Path} came to {status}");
            await Workload.SendAsync(service.Client, asks[0], CancellationToken.None);
            found.Add((ready, first, clock.Elapsed.TotalMilliseconds - first, service.Resident / 1e6));
        }

        double Middle(Func<(double Ready, double First, double Second, double Megabytes), double> of) =>
            found.Select(of).Order().ElementAt(Starts / 2);
        Console.WriteLine(
            $"ready after {Middle(f => f.Ready):F0} ms, first answer after {Middle(f => f.First):F0} ms, the second takes "
                + $"{Middle(f => f.Second):F0} ms; {Middle(f => f.Megabytes):F0} MB; middle of {Starts} starts"
        );
        return 0;
    }
}
