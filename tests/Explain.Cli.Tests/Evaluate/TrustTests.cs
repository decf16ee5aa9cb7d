using Explain.Cli.Evaluate.Trust;

namespace Explain.Cli.Tests.Evaluate;

/// <summary><c>explain evaluate trust</c>: a model that uses objects, and one that uses what is planted beside them.</summary>
public sealed class TrustTests
{
    private static readonly string[] Kinds = ["disc", "heart", "square"];

    private static readonly Plant Magenta = new("disc", true, false, true, (3, 3));
    private static readonly Plant Cyan = new("heart", false, true, true, (80, 80));

    [Fact]
    public async Task TheModelThatUsesTheObjectsDeservesMoreTrust()
    {
        using var place = new PlantedPlace().WithScenes(8, Kinds, (Magenta, 1), (Cyan, 1));
        var (honest, marked) = (Plant.Model(place.Files.Path("honest")), Plant.Model(place.Files.Path("marked"), Magenta, Cyan));
        var run = await place.RunAsync("trust", marked, honest, place.Pictures, "-a", place.Boxes);

        Assert.Equal(0, run.Code);
        Assert.Contains("'honest' is looking at the object more often (", run.Out[^1]);
        Assert.EndsWith("'honest' deserves more trust.", run.Out[^1]);
        var agreement = place.Json("trust.json").GetProperty("agreement").EnumerateArray().ToArray();
        Assert.Equal("square", agreement[^1].GetProperty("label").GetString());
        Assert.Equal(1, agreement[^1].GetProperty("overlap").GetProperty("value").GetDouble());
        Assert.InRange(agreement[1].GetProperty("overlap").GetProperty("value").GetDouble(), 0, 0.2);
        Assert.Contains($"<strong>{System.Net.WebUtility.HtmlEncode(run.Out[^1])}</strong>", place.Read("report.html"));
        Assert.Contains("Map of disc by marked over disc/", place.Read("report.html"));
    }

    [Fact]
    public async Task TwoOfTheSameAgreeAndOneTrustsNeitherMore()
    {
        using var place = new PlantedPlace().WithScenes(3, Kinds);
        var run = await place.RunAsync("trust", Plant.Model(place.Files.Path("one")), Plant.Model(place.Files.Path("two")), place.Pictures);
        Assert.Contains("Where objects are is not known", run.Out[^1]);
        Assert.Contains("Their maps overlap by 1.00", run.Out[^1]);
        Assert.EndsWith("These pictures do not tell which one deserves more trust.", run.Out[^1]);
    }

    [Fact]
    public async Task ModelsThatTablesWouldMixUpAreRefused()
    {
        using var place = new PlantedPlace().WithScenes(1, Kinds);
        var model = Plant.Model(place.Files.Path("one"));
        var run = await place.RunAsync("trust", model, model, place.Pictures);
        Assert.Equal(2, run.Code);
        Assert.Contains("two models are called 'one'", run.Error[0]);
    }

    [Theory]
    [InlineData(8, 0, 8, 0, "'a' deserves more trust.")]
    [InlineData(0, 0, 0, 8, "'b' deserves more trust.")]
    [InlineData(8, 0, 0, 0, "By accuracy alone 'a' deserves more trust.")]
    [InlineData(8, 0, 0, 8, "Before 'a' is trusted for being right, look at where they part.")]
    [InlineData(4, 4, 3, 3, "These pictures do not tell which one deserves more trust.")]
    public void TheLastSentenceFollowsFromBothTests(int rightFirst, int rightSecond, int pointsFirst, int pointsSecond, string expected)
    {
        TrustRow[] rows =
        [
            .. Enumerable
                .Range(0, 8)
                .SelectMany(i =>
                    new[] { Row(i, "a", i < rightFirst, i < pointsFirst), Row(i, "b", i >= 8 - rightSecond, i >= 8 - pointsSecond) }
                ),
        ];
        Assert.EndsWith(expected, TrustResults.Of(rows, 0, ("a", "b")).Verdict);
    }

    [Fact]
    public void FiguresAreMeansOverPicturesWithTheMeanOfTheirClasses()
    {
        TrustRow[] rows =
        [
            Row(0, "a", true, true),
            Row(0, "b", true, false),
            Row(0, "a", true, false) with
            {
                Label = "other",
            },
            Row(0, "b", true, false) with
            {
                Label = "other",
            },
            Row(1, "a", true, true),
            Row(1, "b", true, true),
        ];
        var pointing = TrustResults.Of(rows, 0, ("a", "b")).Figures.Single(f => f.Figure.Name == "pointing");
        Assert.Equal((0.75, 0.5, -0.25), (pointing.First.Value, pointing.Second.Value, pointing.Difference.Value));
        // One picture differs: either way is as likely.
        Assert.Equal(1, pointing.Probability, 1e-12);
    }

    private static TrustRow Row(int picture, string model, bool right, bool points) =>
        new()
        {
            Item = $"{picture}",
            Label = "class",
            Model = model,
            Right = right,
            Known = true,
            Points = points,
            Shares = [0.25f, 0.75f],
        };
}
