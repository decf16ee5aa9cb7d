using System.Text.RegularExpressions;
using Explain.Cli.Evaluate.Report;
using Explain.Evaluation.Localization;
using Explain.Evaluation.Statistics;

namespace Explain.Cli.Tests.Evaluate;

public sealed partial class ReportTests
{
    private const string Hostile = "</text><script>alert(1)</script>\"'&\u0001\uFFFE";

    [Fact]
    public async Task TheReportShowsEveryWayAndLoadsNothing()
    {
        using var place = new LocalizationPlace().WithScenes(10);
        await place.RunAsync("--methods", "gradcam,layercam", "--seed", "3");
        var page = place.Read("report.html");

        RequireAlone(page);
        Assert.All(["gradcam", "layercam", "centre", "random", "edges"], way =>
            Assert.Contains($"<th scope=\"row\"><bdi>{way}</bdi></th>", page)
        );
        Assert.All(LocalizationMeasures.All, measure => Assert.Contains($"<dt>{measure.Name}</dt>", page));
        Assert.Contains("methods=gradcam,layercam, seed=3", page);
        Assert.Equal(2, Count(page, "<figure class=\"plot\">"));
        Assert.Equal(2 * 5, Count(page, "<li><svg "));
        Assert.InRange(Count(page, "<img "), 8 + 8, 8 + 8 + 2 * 8);
        Assert.Equal(Count(page, "<img "), Count(page, " alt=\"Map of "));
    }

    [Fact]
    public async Task NamesOfFilesAreEncoded()
    {
        using var place = new LocalizationPlace().WithScene("<img onerror=alert(1) src=x>.png").WithScene("a&b 'c'.png");
        var run = await place.RunAsync();
        var page = place.Read("report.html");

        Assert.Equal(0, run.Code);
        Assert.Contains("&lt;img onerror=alert(1) src=x&gt;.png</bdi>", page);
        Assert.Contains("a&amp;b &#39;c&#39;.png</bdi>", page);
        Assert.DoesNotContain("<img onerror", page);
    }

    [Fact]
    public async Task APictureThatCannotBeReadAnyMoreIsLeftOutWithANote()
    {
        using var place = new LocalizationPlace().WithScenes(4);
        await place.RunAsync();
        place.Files.Write([1, 2, 3], "in", "002.png");
        var run = await place.RunAsync();
        var page = place.Read("report.html");

        Assert.Equal(0, run.Code);
        Assert.Matches("<li><bdi>002.png</bdi>: [A-Z]", page);
        Assert.DoesNotContain("<bdi class=\"name\">002.png</bdi>", page);
        Assert.Contains("<bdi class=\"name\">001.png</bdi>", page);
    }

    [Fact]
    public void WhatStrangersNamedIsNeitherMarkupNorALine()
    {
        var page = ReportPage.Write(Content(Hostile));

        RequireAlone(page);
        Assert.Equal(0, Count(page, "</text><script"));
        Assert.DoesNotContain('\u0001', page);
        Assert.Contains("&lt;/text&gt;&lt;script&gt;alert(1)", page);
    }

    [Fact]
    public void ThePlotsAreTheSameEveryTime() => Assert.Equal(ReportPage.Write(Content("cat")), ReportPage.Write(Content("cat")));

    [Fact]
    public void TheBestOfAColumnIsMarkedButNeverABaselineAndNoneOfEquals()
    {
        var page = ReportTable.Write(Figures(Way("a", false, 0.5), Way("b", false, 0.25), Way("c", true, 0.75)));
        Assert.Equal(LocalizationMeasures.All.Count, Count(page, "class=\"best\""));
        Assert.Contains(">★ </span>50.0<", page);
        Assert.Contains(">★ </span>25.0<", page);
        Assert.DoesNotContain(
            "class=\"best\"",
            ReportTable.Write(Figures(Way("a", false, 0.5), Way("b", false, 0.5), Way("c", true, 0.75)))
        );
    }

    private static ReportContent Content(string name) =>
        new(
            [new ReportFact("Model", name)],
            Figures(Way(name, false, 0.5), Way("centre", true, double.NaN)),
            [Rising, Rising],
            [new ReportClass(name, 3, [0.5, double.NaN])],
            [new ReportGallery("Best pictures", name, [new ReportPicture(name, name, 1, []) { Missing = name }])]
        );

    private static ReportWay Way(string name, bool baseline, double figure) =>
        new(name, baseline, 4, LocalizationMeasures.All.ToDictionary(m => m.Name, _ => new Figure(figure, null)));

    private static ReportFigures Figures(params ReportWay[] ways) =>
        new([.. LocalizationMeasures.All.Select(m => new ReportMeasure(m.Name, m.Meaning, m.IsError))], ways, InPercent: true);

    private static double[] Rising => [.. Enumerable.Range(0, BoxCurve.Levels).Select(level => level / 255.0)];

    // Whatever it shows it brings along.
    internal static void RequireAlone(string page)
    {
        Assert.Contains("content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\"", page);
        Assert.All(["<script", "<link", "<iframe", "@import", "http://", "https://"], part =>
            Assert.DoesNotContain(part, page, StringComparison.OrdinalIgnoreCase)
        );
        Assert.All(Sources().Matches(page), source => Assert.StartsWith("data:image/webp;base64,", source.Groups[1].Value));
        Assert.All(Urls().Matches(page), url => Assert.StartsWith("#", url.Groups[1].Value));
    }

    private static int Count(string page, string part) => page.Split(part).Length - 1;

    [GeneratedRegex("(?:src|href)=\"([^\"]*)\"")]
    private static partial Regex Sources();

    [GeneratedRegex("url\\(([^)]*)\\)")]
    private static partial Regex Urls();
}
