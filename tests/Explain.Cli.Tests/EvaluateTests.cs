namespace Explain.Cli.Tests;

public sealed class EvaluateTests
{
    [Fact]
    public async Task TheDemoModelFindsWhatIsInTheImage()
    {
        var run = await Cli.RunAsync("evaluate", "--scenes", "60", "--seed", "5");

        Assert.Equal(0, run.Code);
        Assert.Empty(run.Error);
        Assert.StartsWith("60 generated images, seed 5; model demo, method gradcam, layer ", run.Out[0]);
        var shares = run.Out[2..]
            .Select(line => line.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .ToArray();
        Assert.Equal(4, shares.Length);
        Assert.All(shares, share => Assert.InRange(double.Parse(share[2]) / double.Parse(share[3]), 0.9, 1));
        Assert.Equal("60", shares[1][3]);
    }

    [Fact]
    public async Task TheSameSeedGivesTheSameFigures()
    {
        string[] command = ["evaluate", "--scenes", "12", "--method", "hirescam"];
        Assert.Equal((await Cli.RunAsync(command)).Out, (await Cli.RunAsync(command)).Out);
    }

    [Fact]
    public async Task AModelOfOtherClassesCannotBeMeasured()
    {
        using var place = new Workplace();
        var run = await Cli.RunAsync("evaluate", "--model", place.Colours);

        Assert.Equal(2, run.Code);
        Assert.Contains("has no label disc, square", Assert.Single(run.Error));
    }
}
