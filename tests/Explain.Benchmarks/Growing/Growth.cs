using System.Diagnostics;
using System.Globalization;
using ScottPlot;

namespace Explain.Benchmarks.Growing;

/// <summary>Time and memory against what makes requests large, each point in a process of its own.</summary>
internal static class Growth
{
    /// <summary>Prints a table a curve, and draws them all where a folder is named.</summary>
    /// <param name="args">Names of curves, none for all; a folder for pictures.</param>
    public static async Task<int> PrintAsync(IReadOnlyList<string> args)
    {
        if (args is ["point", var curve, var point])
            return await PointAsync(Curve.All.Single(c => c.Name == curve), int.Parse(point, CultureInfo.InvariantCulture));
        var folder = args.FirstOrDefault(Directory.Exists);
        foreach (var chosen in Curve.All.Where(c => args.All(a => a == folder) || args.Contains(c.Name)))
        {
            var found = chosen.Points.Select(p => (Point: p, Cost: Ask(chosen, p))).ToArray();
            Print(chosen, found);
            if (folder is not null)
                Draw(chosen, found, Path.Combine(folder, $"growth-{chosen.Name}.png"));
        }
        return 0;
    }

    private static async Task<int> PointAsync(Curve curve, int point)
    {
        var milliseconds = await curve.Load(point).MeasureAsync();
        using var process = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{milliseconds} {process.PeakWorkingSet64 / 1e6}"));
        return 0;
    }

    private static Cost Ask(Curve curve, int point)
    {
        using var child = Process.Start(
            new ProcessStartInfo(Environment.ProcessPath!, [typeof(Growth).Assembly.Location, "growth", "point", curve.Name, $"{point}"])
            {
                RedirectStandardOutput = true,
            }
        )!;
        var numbers = child.StandardOutput.ReadToEnd().Split(' ');
        child.WaitForExit();
        return child.ExitCode == 0 && numbers is [var time, var memory]
            ? new Cost(double.Parse(time, CultureInfo.InvariantCulture), double.Parse(memory, CultureInfo.InvariantCulture))
            : throw new InvalidOperationException($"{curve.Name} {point} did not come to an end");
    }

    private static void Print(Curve curve, (int Point, Cost Cost)[] found)
    {
        Console.WriteLine($"| {curve.Unit} | {string.Join(" | ", found.Select(f => $"{f.Point:N0}"))} |");
        Console.WriteLine($"|{string.Concat(Enumerable.Repeat("---|", found.Length + 1))}");
        Console.WriteLine($"| {curve.Name}: time | {string.Join(" | ", found.Select(f => $"{f.Cost.Milliseconds:F1} ms"))} |");
        Console.WriteLine($"| {curve.Name}: memory | {string.Join(" | ", found.Select(f => $"{f.Cost.Megabytes:F0} MB"))} |");
        Console.WriteLine();
    }

    private static void Draw(Curve curve, (int Point, Cost Cost)[] found, string path)
    {
        using var plot = new Plot();
        double[] points = [.. found.Select(f => Math.Log2(f.Point))];
        var time = plot.Add.Scatter(points, found.Select(f => Math.Log2(f.Cost.Milliseconds)).ToArray());
        time.LegendText = "time, ms";
        var memory = plot.Add.Scatter(points, found.Select(f => Math.Log2(f.Cost.Megabytes)).ToArray());
        memory.LegendText = "peak memory, MB";
        // As much again of the one costs as much again of the other along this line.
        var linear = plot.Add.Line(
            points[0],
            time.Data.GetScatterPoints()[0].Y,
            points[^1],
            time.Data.GetScatterPoints()[0].Y + points[^1] - points[0]
        );
        linear.LegendText = "linear";
        linear.LinePattern = LinePattern.Dotted;
        plot.XLabel(curve.Unit);
        plot.Axes.Bottom.TickGenerator = Powers();
        plot.Axes.Left.TickGenerator = Powers();
        plot.ShowLegend(Edge.Bottom);
        plot.SavePng(path, 480, 360);
    }

    private static ScottPlot.TickGenerators.NumericAutomatic Powers() =>
        new() { IntegerTicksOnly = true, LabelFormatter = power => Math.Pow(2, power).ToString("#,0.##", CultureInfo.InvariantCulture) };

    private sealed record Cost(double Milliseconds, double Megabytes);
}
