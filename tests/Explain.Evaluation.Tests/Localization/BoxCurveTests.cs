using Explain.Evaluation.Annotations;
using Explain.Evaluation.Localization;
using Explain.Kernels.Segmentation;

namespace Explain.Evaluation.Tests.Localization;

/// <summary>MaxBoxAcc and MaxBoxAccV2, worked out by hand and against a plain reading of the protocol.</summary>
public sealed class BoxCurveTests
{
    [Fact]
    public void TheBoxIsThatOfWhatIsAboveTheStep()
    {
        // 0.5 is step 127; the box of the protocol has a column and a row more, but for the last ones.
        float[] heat = [0, 0, 0, 0, 0, 0.5f, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        var curve = BoxCurve.Of(heat, Square(4, new PixelBox(1, 1, 4, 3)));
        Assert.Equal(1f, curve.Largest[0]);
        Assert.Equal(1f, curve.Largest[126]);
        Assert.Equal(4 / 6f, curve.Largest[127]);
        Assert.Equal(4 / 6f, curve.Largest[254]);
    }

    [Fact]
    public void OfSeveralRegionsTheLargestCountsOrAny()
    {
        // Three by two pixels on the left, one pixel on the right.
        var heat = new float[6 * 8];
        foreach (var i in (int[])[0, 1, 2, 8, 9, 10])
            heat[i] = 1;
        heat[3 * 8 + 5] = 1;
        var curve = BoxCurve.Of(heat, new Truth(6, 8, [new PixelBox(5, 3, 7, 5)], new bool[48]));
        Assert.Equal(0f, curve.Largest[10]);
        Assert.Equal(1f, curve.Any[10]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void ItIsWhatThePlainReadingGives(int seed)
    {
        var random = new Random(seed);
        const int side = 24;
        var heat = new float[side * side];
        // Blobs, so that there are large regions and small ones.
        for (var blob = 0; blob < 6; blob++)
        {
            var (y, x, radius, height) = (random.Next(side), random.Next(side), 2 + 4 * random.NextDouble(), random.NextDouble());
            for (var i = 0; i < heat.Length; i++)
            {
                var distance = Math.Pow(i / side - y, 2) + Math.Pow(i % side - x, 2);
                heat[i] = Math.Max(heat[i], (float)(height * Math.Exp(-distance / (radius * radius)) * (0.9 + 0.1 * random.NextDouble())));
            }
        }
        var peak = heat.Max();
        heat = [.. heat.Select(h => h / peak)];
        var truth = Square(side, new PixelBox(6, 6, 15, 14));
        var curve = BoxCurve.Of(heat, truth);
        float[] steps = [.. heat.Select(h => (float)(byte)(h * 255))];
        for (var level = 0; level < BoxCurve.Levels; level++)
        {
            var regions = Regions.Find(steps, side, side, level);
            double Fit(Region r) =>
                BoxOverlap.Of(
                    new PixelBox(r.X, r.Y, Math.Min(r.X + r.Width, side - 1) + 1, Math.Min(r.Y + r.Height, side - 1) + 1),
                    truth.Boxes[0]
                );
            var most = regions.Max(Contours.Area);
            Assert.Contains(curve.Largest[level], regions.Where(r => Contours.Area(r) == most).Select(r => (float)Fit(r)));
            Assert.Equal((float)regions.Max(Fit), curve.Any[level]);
        }
    }

    [Fact]
    public void ThePicturesShareTheirThreshold()
    {
        float[][] curves =
        [
            [.. Enumerable.Repeat(0.6f, 100), .. new float[155]],
            [.. new float[100], .. Enumerable.Repeat(0.6f, 155)],
        ];
        Assert.Equal(0.5, BoxCurve.BestShare(i => curves[i], [0, 1], 0.5));
        Assert.Equal(1, BoxCurve.BestShare(i => curves[i], [1, 1], 0.5));
        Assert.Equal(0, BoxCurve.BestShare(i => curves[i], [0, 1], 0.7));
    }

    private static Truth Square(int side, PixelBox box) => new(side, side, [box], new bool[side * side]);
}
