using Explain.Evaluation.Localization;

namespace Explain.Evaluation.Tests.Localization;

/// <summary>The figures of many maps, worked out by hand.</summary>
public sealed class MeasureTests
{
    // Class right at once, third, and not among five; the box fits, fits not, fits.
    private static readonly MeasuredMap[] Maps =
    [
        Map("a", rank: 1, overlap: 0.6, points: true, energy: 0.5, difficult: true),
        Map("b", rank: 3, overlap: 0.4, points: false, energy: 0.1),
        Map("c", rank: 9, overlap: 0.5, points: true, energy: double.NaN),
    ];

    [Theory]
    [InlineData("cls-1", 2 / 3.0)]
    [InlineData("cls-5", 1 / 3.0)]
    [InlineData("loc-1", 2 / 3.0)]
    [InlineData("loc-5", 2 / 3.0)]
    [InlineData("known", 2 / 3.0)]
    [InlineData("maxbox", 2 / 3.0)]
    [InlineData("pointing", 2 / 3.0)]
    [InlineData("difficult", 1)]
    [InlineData("energy", 0.3)]
    [InlineData("pxap", double.NaN)]
    public void AFigureIsWhatItsNameSays(string name, double expected) =>
        Assert.Equal(expected, LocalizationMeasures.Of(Maps, ranges: false)[name].Value, 6);

    [Fact]
    public void PixelsOfOneClassAreOneHeap()
    {
        MeasuredMap[] maps =
        [
            With(0, [1, 0.2f], [true, false]),
            With(0, [0.8f, 0.4f], [true, false]),
            With(1, [0.5f, 0.5f], [true, false]),
        ];
        var figures = LocalizationMeasures.Of(maps, ranges: false);
        // At 0.5 the first class is found whole, and of the second half is right.
        Assert.Equal((1 + 0.5) / 2, figures["seed-iou"].Value, 6);
        Assert.Equal((1 + 1 + 3 / 4.0) / 3, figures["pxap"].Value, 6);
    }

    [Fact]
    public void EveryFigureThatIsANumberHasAnInterval()
    {
        var figures = LocalizationMeasures.Of([.. Enumerable.Range(0, 40).Select(i => Maps[i % 3])], ranges: true);
        foreach (var (name, figure) in figures.Where(f => !double.IsNaN(f.Value.Value)))
            Assert.True(figure.Range is { } range && range.Low <= figure.Value && figure.Value <= range.High, name);
        Assert.Null(figures["pxap"].Range);
    }

    [Fact]
    public void OfNoMapsNothingIsSaid() =>
        Assert.All(LocalizationMeasures.Of([], ranges: true).Values, f => Assert.True(double.IsNaN(f.Value) && f.Range is null));

    private static MeasuredMap With(int index, float[] heat, bool[] inside) =>
        Map("p", 1, 1, true, 1) with
        {
            Class = index,
            Places = Map("p", 1, 1, true, 1).Places with { Pixels = PixelScores.Of(heat, inside) },
        };

    private static MeasuredMap Map(string name, int rank, double overlap, bool points, double energy, bool difficult = false)
    {
        float[] curve = [.. Enumerable.Repeat((float)overlap, BoxCurve.Levels)];
        return new MeasuredMap(name, 0, rank, difficult, new MapPlaces(overlap, new BoxCurve(curve, curve), points, points, energy, null));
    }
}
