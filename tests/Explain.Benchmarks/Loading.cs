using System.Diagnostics;
using Explain.Engine.Catalogue;
using Explain.Engine.Vocabulary;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.ML.OnnxRuntime;

namespace Explain.Benchmarks;

/// <summary>
/// How long models of many nodes take to be loaded, warmed up included, and how long ONNX Runtime alone takes to open the same file.
/// </summary>
internal static class Loading
{
    private static readonly int[] Sizes = [100, 1000, 5000, 20_000];

    /// <summary>Prints one row a kind of graph, the fastest of several times.</summary>
    /// <param name="args">Names of kinds, sizes, or none for all.</param>
    public static async Task<int> PrintAsync(IReadOnlyList<string> args)
    {
        var sizes = args.Where(a => int.TryParse(a, out _))
            .Select(int.Parse)
            .DefaultIfEmpty(0)
            .SelectMany(n => n > 0 ? [n] : Sizes)
            .ToArray();
        var kinds = DeepNets.All.Where(k => !args.Any(DeepNets.All.ContainsKey) || args.Contains(k.Key));
        var path = Path.Combine(Path.GetTempPath(), $"loading-{Environment.ProcessId}.onnx");
        Console.WriteLine($"| nodes | {string.Join(" | ", sizes.Select(n => $"{n:N0}"))} |");
        try
        {
            DeepNets.Write("chain", 50, path);
            await LoadAsync(path);
            foreach (var (kind, _) in kinds)
            {
                Console.Write($"| {kind} |");
                foreach (var nodes in sizes)
                {
                    DeepNets.Write(kind, nodes, path);
                    var (loaded, opened) = (double.PositiveInfinity, double.PositiveInfinity);
                    for (var run = 0; run < (nodes > 1000 ? 2 : 4); run++)
                        (loaded, opened) = (Math.Min(loaded, await LoadAsync(path)), Math.Min(opened, Open(path)));
                    Console.Write($" {loaded:F2} s ({opened:F2} s) |");
                }
                Console.WriteLine();
            }
        }
        finally
        {
            File.Delete(path);
        }
        return 0;
    }

    private static double Open(string path)
    {
        var start = Stopwatch.GetTimestamp();
        using var session = new InferenceSession(path);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task<double> LoadAsync(string path)
    {
        var start = Stopwatch.GetTimestamp();
        using var catalogue = ModelCatalogue.ForPath(path, new EngineOptions { Device = Device.Cpu }, NullLogger.Instance);
        await catalogue.LoadAllAsync(CancellationToken.None);
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var status = catalogue.Status.Single();
        return status.State == ModelState.Ready ? seconds : throw new InvalidOperationException(status.Error);
    }
}
