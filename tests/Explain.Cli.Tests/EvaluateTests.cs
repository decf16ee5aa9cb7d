using Explain.Engine.Evaluation;
using Explain.Engine.Images;
using Explain.Engine.Vocabulary;

namespace Explain.Cli.Tests;

public sealed class EvaluateTests
{
    [Fact]
    public async Task TheDemoModelFindsWhatIsInThePicture()
    {
        var run = await Cli.RunAsync("evaluate", "--scenes", "60", "--seed", "5");

        Assert.Equal(0, run.Code);
        Assert.Empty(run.Error);
        Assert.StartsWith("60 generated pictures, seed 5; model demo, method gradcam, layer ", run.Out[0]);
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

    [Fact]
    public void TheMaximumIsFoundOnThePartOfThePictureThatTheModelSaw()
    {
        var spec = new InputSpec
        {
            Name = "x",
            Layout = TensorLayout.Nchw,
            Color = ColorOrder.Rgb,
            Height = 4,
            Width = 4,
            Fit = Fit.Crop,
            ResizeTo = 4,
            Mean = [0, 0, 0],
            Std = [1, 1, 1],
        };
        var geometry = Geometry.Of(spec, 80, 40);
        var map = new SaliencyMap(2, 2, [0, 0, 0, 1], 0.25f);

        // The centre square is seen, columns 20 to 59; the last cell's centre is at three quarters of it, and beyond that its value
        // repeats.
        Assert.Equal((20 + 30, 30), MapPeak.Find(map, geometry));
    }

    [Theory]
    [InlineData(0f, 0f)]
    [InlineData(2f, 2f)]
    [InlineData(-2f, -1f)]
    public void AMapThatPointsNowhereHasNoMaximum(float left, float right)
    {
        var geometry = new Geometry(8, 8, 8, 8, new Rect(0, 0, 8, 8), new Rect(0, 0, 8, 8));
        Assert.Null(MapPeak.Find(new SaliencyMap(1, 2, [left, right], 0), geometry));
    }
}
