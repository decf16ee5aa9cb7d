using CsCheck;
using Explain.Engine.Methods;
using Explain.Engine.Models;

namespace Explain.Engine.Tests.Methods;

/// <summary>Every formula against the sum that its paper prints, in double precision, on random feature maps and gradients.</summary>
public sealed class MethodFormulaTests
{
    private const string Seed = "0000KfJhnGM3";

    private static readonly Dictionary<string, Func<double[], double[], double, double[]>> Papers = new()
    {
        ["gradcam"] = (a, g, _) => Weighted(a, g.Average()),
        ["cam"] = (a, _, w) => Weighted(a, w),
        ["hirescam"] = (a, g, _) => [.. a.Zip(g, (x, d) => x * d)],
        ["layercam"] = (a, g, _) => [.. a.Zip(g, (x, d) => x * Math.Max(d, 0))],
        ["xgradcam"] = (a, g, _) => Weighted(a, a.Zip(g, (x, d) => x * d).Sum() / (a.Sum() + 1e-7)),
        ["gradcam++"] = (a, g, _) => Weighted(a, g.Sum(d => d == 0 ? 0 : Math.Max(d, 0) * d * d / ((2 * d * d) + (a.Sum() * d * d * d) + 1e-6))),
    };

    private static readonly Gen<(float[] A, float[] G, float[] W, int H, int Width)> Maps = Gen.Select(Gen.Int[1, 5], Gen.Int[1, 6], Gen.Int[1, 6]).SelectMany(s => Gen.Select(
        // Feature maps behind a ReLU; some places have no gradient at all.
        Gen.Float[0, 3].Array[s.Item1 * s.Item2 * s.Item3], Gen.OneOf(Gen.Float[-1, 1], Gen.Const(0f)).Array[s.Item1 * s.Item2 * s.Item3], Gen.Float[-2, 2].Array[s.Item1],
        (a, g, w) => (a, g, w, s.Item2, s.Item3)));

    public static TheoryData<string> Methods => [.. MethodTable.All.Select(m => m.Id)];

    [Theory]
    [MemberData(nameof(Methods))]
    public void AMethodIsTheFormulaOfItsPaper(string method) => Maps.Sample(
        m =>
        {
            var (area, channels) = (m.H * m.Width, m.W.Length);
            var expected = new double[area];
            for (var c = 0; c < channels; c++)
            {
                double[] Channel(float[] values) => [.. values.Skip(c * area).Take(area).Select(v => (double)v)];
                var part = Papers[method](Channel(m.A), Channel(m.G), m.W[c]);
                for (var i = 0; i < area; i++) expected[i] += part[i];
            }

            var map = Build(method, m.A, m.G, m.W, m.H, m.Width, Sign.Both);

            // Grad-CAM++ divides by a sum that can come close to 0 where gradients are negative.
            var scale = Math.Max(1, expected.Max(Math.Abs));
            for (var i = 0; i < area; i++) Assert.Equal(expected[i], map.Values[i], 1e-4 * scale);
            Assert.Equal(expected.Count(v => v > 0) / (double)area, map.PositiveShare, 0.5 / area + (expected.Count(v => Math.Abs(v) < 1e-5) / (double)area));
        },
        seed: Seed, iter: 200, threads: 1);

    [Theory]
    [MemberData(nameof(Methods))]
    public void ChannelsThatAreZeroChangeNothing(string method) => Maps.Sample(
        m =>
        {
            var area = m.H * m.Width;

            var map = Build(method, m.A, m.G, m.W, m.H, m.Width, null);
            var more = Build(method, [.. m.A, .. new float[area]], [.. m.G, .. m.G.Take(area)], [.. m.W, 1], m.H, m.Width, null);

            Assert.Equal(map.Values, more.Values);
        },
        seed: Seed, iter: 50, threads: 1);

    [Fact]
    public void ValuesThatAreNoNumbersAreShownAsZeroAndReported()
    {
        using var a = RunTensor.Over([1, 1, 1, 3], [1, float.MaxValue, 2]);
        using var g = RunTensor.Over([1, 1, 1, 3], [1, float.MaxValue, -1]);

        var (map, finite) = MapBuilder.Build(MethodTable.Find("hirescam"), a, g, [], 0, null);

        Assert.False(finite);
        Assert.Equal([1, 0, 0], map.Values);
    }

    [Theory]
    [InlineData(-1f)]
    [InlineData(0f)]
    [InlineData(3f)]
    public void AHeatmapOfAConstantMapIsZeroEverywhere(float value) =>
        Assert.All(MapBuilder.Heatmap(new SaliencyMap(2, 2, [value, value, value, value], 0), 5, 7), v => Assert.Equal(0, v));

    [Fact]
    public void AHeatmapSpansZeroToOneAndLeavesTheMapAlone()
    {
        var map = new SaliencyMap(2, 2, [-4, 1, 3, 2], 0.75f);

        var heat = MapBuilder.Heatmap(map, 4, 6);

        Assert.Equal((0f, 1f), (heat.Min(), heat.Max()));
        Assert.Equal([-4, 1, 3, 2], map.Values);
    }

    [Fact]
    public void AnUnknownMethodIsNamedWithTheKnownOnes()
    {
        var e = Assert.Throws<ExplainException>(() => MethodTable.Find("GradCam"));

        Assert.Equal(ExplainError.InvalidParameter, e.Error);
        Assert.All(MethodTable.All, m => Assert.Contains(m.Id, e.Errors["method"].Single()));
    }

    private static double[] Weighted(double[] a, double weight) => [.. a.Select(x => x * weight)];

    private static SaliencyMap Build(string method, float[] activations, float[] gradients, float[] weights, int height, int width, Sign? sign)
    {
        long[] shape = [1, weights.Length, height, width];
        using var a = RunTensor.Over(shape, activations);
        using var g = RunTensor.Over(shape, gradients);
        return MapBuilder.Build(MethodTable.Find(method), a, g, weights, 0, sign).Map;
    }
}
