using Explain.Evaluation.Statistics;

namespace Explain.Evaluation.Tests;

/// <summary>Means over pictures and their intervals, worked out by hand.</summary>
public sealed class FigureTests
{
    // Of four draws of two pictures one is the lower picture twice, and one the upper: a quarter of them each, more than 2.5 %.
    [Fact]
    public void TheIntervalOfTwoPicturesReachesFromTheOneToTheOther() =>
        Assert.Equal(new Figure(0.5, new Interval(0, 1)), Figure.OfMean([("a", 0), ("b", 1)]));

    [Fact]
    public void APictureIsDrawnWithAllThatItHas()
    {
        Assert.Equal(new Figure(0.25, new Interval(0, 1)), Figure.OfMean([("a", 0), ("a", 0), ("b", 1), ("a", 0)]));
        Assert.Equal(new Figure(0.5, new Interval(0.5, 0.5)), Figure.OfMean([("a", 0), ("a", 1)]));
    }

    [Fact]
    public void TheMeanOfTenPicturesOfWhichOneIsOneHasTheQuantilesOfItsBinomialDistribution()
    {
        // Draws that miss it are 0.9^10 = 35 %, and those that have it four times or more 1.3 %: less than 2.5 %.
        var figure = Figure.OfMean(Enumerable.Range(0, 10).Select(i => ($"{i}", i == 3 ? 1.0 : 0)));
        Assert.Equal(0.1, figure.Value, 1e-12);
        Assert.Equal(0, figure.Range!.Value.Low);
        Assert.Equal(0.3, figure.Range!.Value.High, 1e-12);
    }

    [Fact]
    public void WhatIsNoNumberIsLeftOutAndOfNothingNothingIsSaid()
    {
        Assert.Equal(new Figure(1, new Interval(1, 1)), Figure.OfMean([("a", double.NaN), ("b", 1)]));
        var none = Figure.OfMean([("a", double.NaN)]);
        Assert.True(double.IsNaN(none.Value));
        Assert.Null(none.Range);
    }

    [Fact]
    public void TheOrderDoesNotMatter() =>
        Assert.Equal(Figure.OfMean([("a", 0.1), ("b", 0.7), ("b", 0.3)]), Figure.OfMean([("b", 0.3), ("b", 0.7), ("a", 0.1)]));
}
