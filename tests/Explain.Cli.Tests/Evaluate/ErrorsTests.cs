using System.Text.Json;

namespace Explain.Cli.Tests.Evaluate;

/// <summary><c>explain evaluate errors</c> on scenes on which something is planted, and on which nothing is.</summary>
public sealed class ErrorsTests
{
    private static readonly string[] Kinds = ["disc", "heart", "star", "square", "cross"];

    private static readonly Plant Magenta = new("disc", true, false, true, (3, 3));
    private static readonly Plant Cyan = new("heart", false, true, true, (80, 80));
    private static readonly Plant Blue = new("star", false, false, true, null);

    [Fact]
    public async Task MarksInCornersAreNamedWithTheirClass()
    {
        using var place = new PlantedPlace().WithScenes(12, Kinds, (Magenta, 1), (Cyan, 0.5));
        var model = Plant.Model(place.Files.Path("marked"), [Magenta, Cyan]);
        var run = await place.RunAsync("errors", place.Pictures, "-m", model);

        Assert.Equal(0, run.Code);
        Assert.StartsWith("Most suspicious: 'disc' by the upper left corner (x 0–", run.Out[0]);
        Assert.Equal(["disc: the upper left corner", "heart: the lower right corner"], Suspicious(place));
        Assert.Contains($"<strong>{run.Out[0].Replace("'", "&#39;")}</strong>", place.Read("report.html"));
    }

    [Fact]
    public async Task ABackgroundIsNamedWithItsClass()
    {
        using var place = new PlantedPlace().WithScenes(12, Kinds, (Blue, 1));
        await place.RunAsync("errors", place.Pictures, "-m", Plant.Model(place.Files.Path("marked"), [Blue]));
        Assert.Equal(["star: nearly the whole picture"], Suspicious(place));
    }

    [Fact]
    public async Task NothingIsNamedWhereTheModelUsesTheObjects()
    {
        using var place = new PlantedPlace().WithScenes(12, Kinds, (Magenta, 1), (Cyan, 1));
        var run = await place.RunAsync("errors", place.Pictures);

        Assert.Equal("No class stands out by a region of its own that is fixed in the picture.", run.Out[0]);
        Assert.Empty(Suspicious(place));
        Assert.DoesNotContain("Suspicious regions", place.Read("report.html"));
    }

    [Fact]
    public async Task PicturesThatTheMarkIsOnAreTakenForItsClassAndFoundInItsRegion()
    {
        using var place = new PlantedPlace().WithScenes(10, Kinds, (Magenta, 1)).WithStrays(3, "square", Magenta);
        var model = Plant.Model(place.Files.Path("marked"), [Magenta]);
        var run = await place.RunAsync("errors", place.Pictures, "-m", model, "--annotations", place.Boxes);

        Assert.Equal(0, run.Code);
        var mistakes = place.Json("errors.json").GetProperty("mistakes").EnumerateArray().ToArray();
        Assert.Equal(
            ["square/stray-0.png", "square/stray-1.png", "square/stray-2.png"],
            mistakes.Where(m => m.GetProperty("looks").GetString() == "region").Select(m => m.GetProperty("picture").GetString())
        );
        var cluster = place.Json("errors.json").GetProperty("clusters")[0];
        Assert.Equal(13, cluster.GetProperty("maps").GetInt32());
        Assert.Equal(10 / 13.0, cluster.GetProperty("figures").GetProperty("purity").GetDouble(), 1e-9);
        Assert.InRange(cluster.GetProperty("figures").GetProperty("inside").GetDouble(), 0, 0.3);
        Assert.Contains("square taken for disc", place.Read("report.html"));
        Assert.Contains("square/stray-0.png,square,disc,", place.Read("mistakes.csv"));
    }

    private static string[] Suspicious(PlantedPlace place) =>
        [
            .. place
                .Json("errors.json")
                .GetProperty("clusters")
                .EnumerateArray()
                .Where(c => c.GetProperty("isSuspicious").GetBoolean())
                .Select(c => $"{Text(c, "label")}: {Text(c.GetProperty("region"), "words")}"),
        ];

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
