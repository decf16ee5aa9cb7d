namespace Explain.Cli.Tests;

public sealed class OverwritingTests
{
    [Fact]
    public async Task TheImageItselfIsNoOutput()
    {
        using var place = new Workplace();
        var input = place.RedAndBlue("in.png");
        await RefusesAndKeepsAsync(input, "image", input, "--model", place.Colours, "--out", place.Path("sub", "..", "in.png"));
    }

    [Fact]
    public async Task ALinkToTheImageIsNoOutput()
    {
        using var place = new Workplace();
        var input = place.RedAndBlue("in.png");
        File.CreateSymbolicLink(place.Path("link.png"), input);
        await RefusesAndKeepsAsync(input, "image", input, "--model", place.Colours, "--out", place.Path("link.png"));
    }

    [Fact]
    public async Task AFolderLinkThatLeadsToTheImageIsNoOutput()
    {
        using var place = new Workplace();
        var input = place.RedAndBlue("real", "in.gradcam.png");
        Directory.CreateSymbolicLink(place.Path("link"), place.Path("real"));
        await RefusesAndKeepsAsync(
            input,
            "image",
            place.RedAndBlue("in.png"),
            input,
            "--model",
            place.Colours,
            "--out",
            place.Path("link")
        );
    }

    [Fact]
    public async Task AnEarlierAnswerIsReplaced()
    {
        using var place = new Workplace();
        var output = place.Write("old"u8.ToArray(), "out.png");
        var run = await Cli.RunAsync("image", place.RedAndBlue("in.png"), "--model", place.Colours, "--out", output);

        Assert.Equal(0, run.Code);
        Assert.NotEqual("old"u8.ToArray(), await File.ReadAllBytesAsync(output, TestContext.Current.CancellationToken));
    }

    private static async Task RefusesAndKeepsAsync(string input, params string[] arguments)
    {
        var before = await File.ReadAllBytesAsync(input, TestContext.Current.CancellationToken);
        var run = await Cli.RunAsync(arguments);

        Assert.Equal(2, run.Code);
        Assert.Contains("would be overwritten", Assert.Single(run.Error));
        Assert.Empty(run.Out);
        Assert.Equal(before, await File.ReadAllBytesAsync(input, TestContext.Current.CancellationToken));
    }
}
