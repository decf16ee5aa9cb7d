using System.Globalization;
using System.Xml.Linq;
using Explain.Cli.Evaluate.Report;
using Explain.Evaluation.Statistics;

namespace Explain.Cli.Tests.Evaluate;

/// <summary>The plots and pages of faithfulness and of the test of weights, of figures that somebody made up.</summary>
public sealed class PlotTests
{
    private const string Hostile = "</text><script>alert(1)</script>\"'&\u0001\uFFFE";

    private static readonly ReportMeasure Measure = new("deletion", "area", IsLowerBetter: true);

    [Theory]
    [InlineData(0.25, 0.75, new[] { 0.2, 0.4, 0.6, 0.8 })]
    [InlineData(-0.1, 0.35, new[] { -0.2, 0, 0.2, 0.4 })]
    [InlineData(0, 1, new[] { 0, 0.5, 1 })]
    [InlineData(3, 3, new[] { 1.0, 2, 3, 4, 5 })]
    [InlineData(0, 6.2e10, new[] { 0, 2e10, 4e10, 6e10, 8e10 })]
    public void AScaleHasRoundNumbersAroundAllIntervals(double low, double high, double[] marks)
    {
        var drawing = MeanPlot.Draw(Figures(Way("a", new Figure((low + high) / 2, new Interval(low, high)))), Measure);

        var words = drawing.Elements("text").Select(t => t.Value).Where(t => t != "a").ToArray();
        Assert.Equal(marks, words.Select(w => double.Parse(w, CultureInfo.InvariantCulture)));
        Assert.All(Numbers(drawing), x => Assert.InRange(x, 0, 400));
    }

    [Fact]
    public void AWayThatWasNotMeasuredIsNamedAndHasNoPoint()
    {
        var drawing = MeanPlot.Draw(Figures(Way("a", new Figure(1, null)), Way("b", new Figure(double.NaN, null))), Measure);

        Assert.Contains(drawing.Elements("text"), t => t.Value == "b");
        Assert.Contains("b not measured", drawing.Attribute("aria-label")!.Value);
        Assert.False(MeanPlot.IsPossible(Figures(Way("b", new Figure(double.NaN, null))), Measure));
    }

    [Fact]
    public void ALongNameKeepsWhatTellsModelsAndMethodsApart()
    {
        var drawing = MeanPlot.Draw(Figures(Way("mobilenetv2: guided-backprop", new Figure(1, null))), Measure);
        Assert.Equal("mobile…ed-backprop", drawing.Elements("text").First().Value);
    }

    [Fact]
    public void WhatStrangersNamedIsNeitherMarkupNorALine()
    {
        var figures = Figures(Way(Hostile, new Figure(0.5, new Interval(0, 1))), Way("centre", new Figure(double.NaN, null), true));
        ReportFact[] facts = [new("Model", Hostile)];
        string[] pages =
        [
            FaithfulnessPage.Write(facts, figures),
            RandomizationPage.Write(
                new RandomizationContent(
                    facts,
                    [Hostile],
                    figures,
                    Hostile,
                    [Hostile, "b"],
                    [.. figures.Ways.Select(w => new[] { w.Figures, w.Figures })]
                )
            ),
        ];

        Assert.All(pages, page =>
        {
            ReportTests.RequireAlone(page);
            Assert.DoesNotContain("</text><script", page);
            Assert.DoesNotContain('\u0001', page);
            Assert.Contains("&lt;/text&gt;&lt;script&gt;alert(1)", page);
        });
    }

    [Fact]
    public void CurvesOfStagesHaveTheirDashesAndAConstantMapLeavesAGap()
    {
        ReportWay[] ways = [.. Enumerable.Range(0, 8).Select(i => Way($"{i}", new Figure(i / 8.0, new Interval(0, 1))))];
        var gap = new Dictionary<string, Figure> { [Measure.Name] = new(double.NaN, null) };
        var drawing = StagePlot.Draw(
            new RandomizationContent(
                [],
                [],
                Figures(ways),
                "of",
                ["a", "b", "c"],
                [.. ways.Select(w => new[] { w.Figures, gap, w.Figures })]
            ),
            Measure
        );

        Assert.Equal(2, drawing.Descendants("path").Count(p => p.Attribute("stroke-dasharray") is not null));
        Assert.Contains("7 0.875, not measured, 0.875", drawing.Attribute("aria-label")!.Value);
    }

    private static ReportFigures Figures(params ReportWay[] ways) => new([Measure], ways, InPercent: false);

    private static ReportWay Way(string name, Figure figure, bool baseline = false) =>
        new(name, baseline, 3, new Dictionary<string, Figure> { [Measure.Name] = figure });

    private static IEnumerable<double> Numbers(XElement drawing) =>
        drawing.Elements("text").Select(t => double.Parse(t.Attribute("x")!.Value, CultureInfo.InvariantCulture));
}
