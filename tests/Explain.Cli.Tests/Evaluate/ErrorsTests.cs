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
        var model = Plant.Model(place.Files.Path("marked"), Magenta, Cyan);
        var run = await place.RunAsync("errors", place.Pictures, "-m", model);

        Assert.Equal(0, run.Code);
        Assert.StartsWith("Most suspicious: 'disc' by the upper left corner (x 0–", run.Out[0]);
        Assert.Equal(["disc: the upper left corner", "heart: the lower right corner"], Suspicious(place));
        Assert.Contains($"<strong>{System.Net.WebUtility.HtmlEncode(run.Out[0])}</strong>", place.Read("report.html"));
    }

    [Fact]
    public async Task ABackgroundIsNamedWithItsClass()
    {
        using var place = new PlantedPlace().WithScenes(12, Kinds, (Blue, 1));
        await place.RunAsync("errors", place.Pictures, "-m", Plant.Model(place.Files.Path("marked"), Blue));
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
        var model = Plant.Model(place.Files.Path("marked"), Magenta);
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

    [Fact]
    public async Task ClassesThatPicturesAreOnlyTakenForAreNotCounted()
    {
        using var place = new PlantedPlace().WithScenes(2, ["heart", "square"]).WithStrays(1, "square", Magenta);
        var run = await place.RunAsync("errors", place.Pictures, "-m", Plant.Model(place.Files.Path("marked"), Magenta));
        Assert.StartsWith("5 pictures of 2 classes, 1 mistake", run.Out[1]);
    }

    [Fact]
    public async Task WhatIsDoneIsNotDoneAgainAndTheSameIsWritten()
    {
        using var place = new PlantedPlace().WithScenes(4, ["disc", "heart"]);
        var first = await place.RunAsync("errors", place.Pictures, "--shard", "0/2");
        var second = await place.RunAsync("errors", place.Pictures, "--shard", "1/2");
        var page = place.Read("report.html");
        var again = await place.RunAsync("errors", place.Pictures, "--shard", "1/2");

        Assert.All([first, second, again], run => Assert.Equal(0, run.Code));
        Assert.StartsWith("8 pictures of 2 classes", second.Out[1]);
        Assert.StartsWith("explain: shard 1 of 2: 0 done, 0 failed", again.Error[^1]);
        Assert.Equal(second.Out, again.Out);
        Assert.Equal(page, place.Read("report.html"));
        Assert.DoesNotContain("src=\"http", page);
    }

    [Fact]
    public async Task FoldersThatAreNoClassesAreRefusedOrLeftOut()
    {
        using var place = new PlantedPlace().WithScenes(1, ["disc", "heart"]);
        Directory.Move(Path.Combine(place.Pictures, "heart"), Path.Combine(place.Pictures, "hearts of oak"));
        var refused = await place.RunAsync("errors", place.Pictures);
        var leftOut = await place.RunAsync("errors", place.Pictures, "--leave-out-unknown");

        Assert.Equal(2, refused.Code);
        Assert.Contains("1 of 2 labels are no class of the model: 'hearts of oak'", refused.Error[0]);
        Assert.Equal(0, leftOut.Code);
        Assert.StartsWith("Only one class", leftOut.Out[0]);
    }

    [Fact]
    public async Task PicturesInNoFolderAreRefused()
    {
        using var place = new PlantedPlace().WithScenes(1, ["disc"]);
        File.Move(Path.Combine(place.Pictures, "disc", "000.png"), Path.Combine(place.Pictures, "stray.png"));
        var run = await place.RunAsync("errors", place.Pictures);
        Assert.Equal(2, run.Code);
        Assert.Contains("'stray.png' lies in no folder; without --annotations, ", run.Error[0]);
        Assert.Contains("is no folder", (await place.RunAsync("errors", place.Boxes)).Error[0]);
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
