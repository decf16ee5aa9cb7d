using Explain.Demo.Evaluation;
using Explain.Engine.Images;
using Explain.Engine.Vocabulary;

namespace Explain.Demo.Tests.Evaluation;

public sealed class MapPeakTests
{
    [Fact]
    public void TheMaximumIsFoundOnThePartOfTheImageThatTheModelSaw()
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
