using Explain.Cli.Evaluate;
using Explain.Evaluation.Localization;

namespace Explain.Cli.Tests.Evaluate;

public sealed class ReportChoiceTests
{
    private static readonly Way First = new("m", "a", "layer");
    private static readonly Way Second = new("m", "b", "layer");
    private static readonly Way Baseline = new("m", "centre", null);

    [Fact]
    public void TheBestAndTheWorstAreEightAtMostAndNoneIsBoth()
    {
        var choice = new ReportChoice([.. Enumerable.Range(0, 20).SelectMany(i => Rows($"{i:00}", i / 20.0, 0, 1))]);
        Assert.Equal(["19", "18", "17", "16", "15", "14", "13", "12"], Names(choice.Best(First)));
        Assert.Equal(["00", "01", "02", "03", "04", "05", "06", "07"], Names(choice.Worst(First)));

        var few = new ReportChoice([.. Enumerable.Range(0, 3).SelectMany(i => Rows($"{i}", i / 3.0, 0, 1))]);
        Assert.Equal(["2", "1"], Names(few.Best(First)));
        Assert.Equal(["0"], Names(few.Worst(First)));
    }

    [Fact]
    public void OfEqualsTheFirstByNameComesFirstInWhateverOrderTheyWereMeasured() =>
        Assert.Equal(
            ["a", "b"],
            Names(new ReportChoice([.. ((string[])["c", "b", "a"]).SelectMany(n => Rows(n, 0.5, 0.5, 0))]).Best(First))
        );

    [Fact]
    public void DisputedAreThoseOnWhichMethodsDifferMostWhateverBaselinesFind()
    {
        var choice = new ReportChoice([.. Rows("alike", 0.5, 0.5, 0), .. Rows("a little", 0.5, 0.4, 0), .. Rows("much", 0.1, 0.9, 0)]);
        var disputed = choice.Disputed();

        Assert.Equal(["much", "a little"], Names(disputed));
        Assert.Equal(["b", "a"], disputed[0].Rows.Select(r => r.Method));
    }

    private static IEnumerable<string> Names(IEnumerable<ChosenPicture> pictures) => pictures.Select(p => p.Any.Item);

    private static LocalizationRow[] Rows(string item, double first, double second, double baseline) =>
        [Row(item, First, first), Row(item, Second, second), Row(item, Baseline, baseline)];

    private static LocalizationRow Row(string item, Way way, double overlap) =>
        new()
        {
            Item = item,
            Model = way.Model,
            Method = way.Method,
            Layer = way.Layer,
            Overlap = overlap,
        };
}
