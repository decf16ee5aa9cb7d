using System.Text.Json;
using Explain.Cli.Evaluate;
using Explain.Demo;

namespace Explain.Cli.Tests.Evaluate;

/// <summary><c>explain evaluate randomization</c> on the demo model's own pictures.</summary>
public sealed class RandomizationTests
{
    [Theory]
    [InlineData(3, 10, false, new[] { "0", "0 1 2 3 4", "0 1 2 3 4 5 6 7 8 9" })]
    [InlineData(3, 10, true, new[] { "0", "4", "9" })]
    [InlineData(8, 2, false, new[] { "0", "0 1" })]
    [InlineData(1, 4, false, new[] { "0 1 2 3" })]
    public void StagesGoFromTheHeadToTheFirstLayer(int stages, int layers, bool each, string[] expected) =>
        Assert.Equal(expected, new Cascade(stages, each).Of(layers).Select(s => string.Join(' ', s)));

    [Fact]
    public async Task GuidedBackpropagationKeepsItsMapsWhereGradCamDoesNot()
    {
        using var files = new Workplace();
        foreach (var sample in DemoAssets.Samples.Take(4))
        {
            using var picture = DemoAssets.Open("samples/" + sample.File)!;
            using var copy = new MemoryStream();
            picture.CopyTo(copy);
            files.Write(copy.ToArray(), "in", Path.GetFileName(sample.File));
        }

        string[] arguments =
        [
            "evaluate",
            "randomization",
            files.Path("in"),
            "--methods",
            "guided-backprop,gradcam",
            "--stages",
            "3",
            "--out",
            files.Path("out"),
        ];

        var first = await Cli.RunAsync(arguments);
        var again = await Cli.RunAsync(arguments);

        Assert.Equal(0, first.Code);
        Assert.StartsWith("explain: 4 done, 0 failed", first.Error[^1]);
        Assert.StartsWith("explain: 0 done, 0 failed, 4 done before", again.Error[^1]);
        Assert.Equal(first.Out, again.Out);
        var sentences = first.Out.Where(l => l.Contains("over all stages")).ToArray();
        Assert.Equal(2, sentences.Length);
        Assert.True(Kept(sentences, "guided-backprop") > Kept(sentences, "gradcam") + 0.2, string.Join('\n', first.Out));
        var csv = File.ReadAllLines(files.Path("out", "randomization.csv"));
        Assert.StartsWith("model,method,layer,stage,drawn_anew,maps,rank,rank-low,rank-high,rank-of-magnitudes,", csv[0]);
        Assert.Equal(["1", "2", "3", "1", "2", "3"], csv[1..].Select(line => line.Split(',')[3]));
        using var json = JsonDocument.Parse(
            await File.ReadAllTextAsync(files.Path("out", "randomization.json"), TestContext.Current.CancellationToken)
        );
        Assert.Equal(
            csv[1..].Select(line => line.Split(',')[6]),
            json.RootElement.EnumerateArray().Select(l => l.GetProperty("figures").GetProperty("rank").GetProperty("value").GetRawText())
        );
        var page = await File.ReadAllTextAsync(files.Path("out", "report.html"), TestContext.Current.CancellationToken);
        ReportTests.RequireAlone(page);
        Assert.Equal(3, page.Split("<figure class=\"plot\">").Length - 1);
        Assert.All(sentences, sentence => Assert.Contains($"<li><bdi>{sentence}</bdi></li>", page));
    }

    private static double Kept(string[] sentences, string method)
    {
        var text = sentences.Single(s => s.StartsWith(method)).Split("magnitudes of ")[1];
        return double.Parse(text.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
    }
}
