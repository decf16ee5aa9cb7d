using System.Globalization;
using System.Text.Json;
using Explain.Evaluation.Localization;

namespace Explain.Cli.Tests.Evaluate;

public sealed class LocalizationTests
{
    private static readonly string[] Measures = [.. LocalizationMeasures.All.Select(m => m.Name)];

    [Fact]
    public async Task TheTableTheCsvAndTheJsonSayTheSame()
    {
        using var place = new LocalizationPlace().WithScenes(6);
        var run = await place.RunAsync("--methods", "gradcam,layercam");

        Assert.Equal(0, run.Code);
        Assert.Equal(["model", "method", "layer", "maps", .. Measures], Cells(run.Out[1]));
        var table = run.Out[2..7].Select(Cells).ToArray();
        Assert.Equal(["gradcam", "layercam", "centre", "random", "edges"], table.Select(row => row[1]));
        Assert.All(table, row => Assert.Equal("12", row[3]));
        Assert.Equal(Measures, run.Out[7..].Select(line => line.Split(':')[0]));

        var csv = place.Table();
        Assert.Equal(
            $"model,method,layer,class,maps,{string.Join(',', Measures.Select(m => $"{m},{m}-low,{m}-high"))}",
            place.Read("localization.csv").Split('\n')[0].Trim()
        );
        Assert.Equal(table.Select(row => row[1]), csv.Where(line => line[3].Length == 0).Select(line => line[1]));
        foreach (var (row, line) in table.Zip(csv))
            Assert.Equal(row[4..].Select(c => c.Split(' ')[0]), Measures.Select((_, m) => Percent(line[5 + 3 * m])));

        using var json = JsonDocument.Parse(place.Read("localization.json"));
        Assert.Equal(csv.Length, json.RootElement.GetArrayLength());
        foreach (var (line, entry) in csv.Zip(json.RootElement.EnumerateArray()))
        {
            Assert.Equal(line[1], entry.GetProperty("method").GetString());
            Assert.Equal(line[3], entry.GetProperty("class").GetString() ?? "");
            Assert.Equal(line[4], entry.GetProperty("maps").GetRawText());
            Assert.Equal(line[5..], Measures.SelectMany(m => Numbers(entry.GetProperty("figures").GetProperty(m))));
        }
    }

    [Fact]
    public async Task AMethodFindsObjectsBetterThanMapsThatKnowNothing()
    {
        using var place = new LocalizationPlace().WithScenes(12);
        await place.RunAsync();

        var pointing = place.Table().Take(4).ToDictionary(line => line[1], line => Value(line, "pointing"));
        Assert.InRange(pointing["gradcam"], 0.8, 1);
        Assert.All(["centre", "random", "edges"], baseline => Assert.InRange(pointing[baseline], 0, pointing["gradcam"] - 0.1));
    }

    [Fact]
    public async Task WhatIsDoneIsNotDoneAgainAndTheSameIsWritten()
    {
        using var place = new LocalizationPlace().WithScenes(5);
        var first = await place.RunAsync("--workers", "2");
        string[] names = ["localization.csv", "localization.json", "report.html"];
        var files = names.ToDictionary(n => n, place.Read);
        var rows = place.RowFiles().ToDictionary(f => f, File.GetLastWriteTimeUtc);
        var second = await place.RunAsync("--workers", "1");

        Assert.Equal((0, 0), (first.Code, second.Code));
        Assert.StartsWith("explain: 0 done, 0 failed, 5 done before; ", second.Error[^1]);
        Assert.Equal(first.Out, second.Out);
        Assert.All(files, f => Assert.Equal(f.Value, place.Read(f.Key)));
        Assert.Equal(rows, place.RowFiles().ToDictionary(f => f, File.GetLastWriteTimeUtc));
    }

    [Fact]
    public async Task ShardsThatBeginTogetherMeasureEveryPictureOnceAndTheLastOneWritesAll()
    {
        using var place = new LocalizationPlace().WithScenes(12);
        var runs = await Task.WhenAll(Enumerable.Range(0, 3).Select(i => place.RunAsync("--shard", $"{i}/3", "--part", "2")));

        Assert.All(runs, run => Assert.True(run.Code == 0, string.Join('\n', run.Error)));
        var rows = await place.RowsAsync();
        Assert.Equal(12 * 2 * 4, rows.Length);
        Assert.Equal(rows.Length, rows.Select(r => (r.Item, r.ClassIndex, r.Way())).Distinct().Count());
        Assert.All(place.Table().Take(4), line => Assert.Equal("24", line[4]));
        Assert.Contains("<dd><bdi>12 of in</bdi></dd>", place.Read("report.html"));
    }

    [Fact]
    public async Task ToldToStopItSaysSoByItsExitCodeAndTheNextOneDoesTheRest()
    {
        const int Scenes = 300;
        using var place = new LocalizationPlace().WithScenes(Scenes);
        using var process = place.Start("--part", "2");
        while (place.RowFiles().Length < 2)
        {
            Assert.False(process.HasExited, "the process came to its end before it could be stopped");
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
        using var kill = System.Diagnostics.Process.Start("kill", ["-TERM", $"{process.Id}"]);
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(3, process.ExitCode);
        var done = (await place.RowsAsync()).Select(r => r.Item).Distinct().Count();
        Assert.InRange(done, 4, Scenes - 1);
        Assert.Contains($"{done} done, 0 failed, 0 done before, {Scenes - done} left to do", error);
        Assert.StartsWith($"{done} pictures; ", await output);
        Assert.False(place.Has("report.html"));
    }

    [Fact]
    public async Task WhatCannotBeMeasuredIsCountedAndTheRestIsMeasured()
    {
        using var place = new LocalizationPlace().WithScenes(3);
        place.Files.Write([1, 2, 3], "in", "001.png");
        var run = await place.RunAsync();

        Assert.Equal(1, run.Code);
        Assert.All(place.Table().Take(4), line => Assert.Equal("4", line[4]));
        Assert.Contains("2 of in, and 1 that could not be measured", place.Read("report.html"));
    }

    private static string[] Cells(string line) => line.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string Percent(string cell) =>
        cell.Length == 0 ? "-" : (100 * double.Parse(cell, CultureInfo.InvariantCulture)).ToString("0.0", CultureInfo.InvariantCulture);

    private static double Value(string[] line, string measure) =>
        double.Parse(line[5 + 3 * Array.IndexOf(Measures, measure)], CultureInfo.InvariantCulture);

    private static IEnumerable<string> Numbers(JsonElement figure) =>
        ((string[])["value", "low", "high"]).Select(name =>
            figure.ValueKind == JsonValueKind.Null || figure.GetProperty(name) is not { ValueKind: JsonValueKind.Number } number
                ? ""
                : number.GetDouble().ToString("R", CultureInfo.InvariantCulture)
        );
}
