using CsCheck;
using Explain.Engine.Methods.Layers;
using Explain.Engine.Methods.Probing;
using Explain.Engine.Methods.Tables;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Tests.Methods;

/// <summary>Every formula against the sum that its paper prints, in double precision, on random feature maps and gradients.</summary>
public sealed class MethodFormulaTests
{
    private delegate Attribution Formula(FeatureMaps activation, FeatureMaps gradient);

    // csharpier-ignore
    private static readonly Dictionary<string, (Formula Ours, Func<double[], double[], double[]> Paper)> Formulas = new()
    {
        ["gradcam"] = (Weights(GradientFormulas.Mean), (a, g) => Weighted(a, g.Average())),
        ["hirescam"] = (Sum(GradientFormulas.Product), (a, g) => [.. a.Zip(g, (x, d) => x * d)]),
        ["layercam"] = (Sum(GradientFormulas.PositiveGradient), (a, g) => [.. a.Zip(g, (x, d) => x * Math.Max(d, 0))]),
        ["xgradcam"] = (Weights(GradientFormulas.XGrad), (a, g) => Weighted(a, a.Sum() == 0 ? 0 : a.Zip(g, (x, d) => x * d).Sum() / a.Sum())),
        ["gradcam++"] = (Weights(GradientFormulas.PlusPlus), (a, g) =>
            Weighted(a, g.Sum(d => d <= 0 ? 0 : d * d * d / (2 * d * d + a.Sum() * d * d * d)))),
    };

    private static readonly Gen<(float[] A, float[] G, int Channels, int H, int Width)> Maps = Gen.Select(
            Gen.Int[1, 5],
            Gen.Int[1, 6],
            Gen.Int[1, 6]
        )
        .SelectMany(s =>
            Gen.Select(
                // Feature maps behind a ReLU; some places have no gradient at all.
                Gen.Float[0, 3].Array[s.Item1 * s.Item2 * s.Item3],
                Gen.OneOf(Gen.Float[-1, 1], Gen.Const(0f)).Array[s.Item1 * s.Item2 * s.Item3],
                (a, g) => (a, g, s.Item1, s.Item2, s.Item3)
            )
        );

    public static TheoryData<string> Methods => [.. Formulas.Keys];

    [Theory]
    [MemberData(nameof(Methods))]
    public void AMethodIsTheFormulaOfItsPaper(string method) =>
        Maps.ForAll(
            m =>
            {
                var (area, channels) = (m.H * m.Width, m.Channels);
                var expected = new double[area];
                for (var c = 0; c < channels; c++)
                {
                    double[] Channel(float[] values) => [.. values.Skip(c * area).Take(area).Select(v => (double)v)];
                    var part = Formulas[method].Paper(Channel(m.A), Channel(m.G));
                    for (var i = 0; i < area; i++)
                        expected[i] += part[i];
                }

                var map = Build(method, m.A, m.G, m.Channels, m.H, m.Width, Sign.Both);

                // Grad-CAM++ divides by a sum that can come close to 0 where gradients are negative.
                var scale = Math.Max(1, expected.Max(Math.Abs));
                for (var i = 0; i < area; i++)
                    Assert.Equal(expected[i], map.Values[i], 1e-4 * scale);
                Assert.Equal(
                    expected.Count(v => v > 0) / (double)area,
                    map.PositiveShare,
                    0.5 / area + expected.Count(v => Math.Abs(v) < 1e-5) / (double)area
                );
            },
            draws: 200
        );

    [Theory]
    [MemberData(nameof(Methods))]
    public void ChannelsThatAreZeroChangeNothing(string method) =>
        Maps.ForAll(
            m =>
            {
                var area = m.H * m.Width;

                var map = Build(method, m.A, m.G, m.Channels, m.H, m.Width, null);
                var more = Build(method, [.. m.A, .. new float[area]], [.. m.G, .. m.G.Take(area)], m.Channels + 1, m.H, m.Width, null);

                Assert.Equal(map.Values, more.Values);
            },
            draws: 50
        );

    [Fact]
    public void ValuesThatAreNoNumbersAreShownAsZeroAndReported()
    {
        var (map, finite) = MapFinish.Map(MethodTable.Find("hirescam"), new Attribution(null, 1, 3, [1, float.PositiveInfinity, -2]), null);

        Assert.False(finite);
        Assert.Equal([1, 0, 0], map.Values);
    }

    [Theory]
    [InlineData(-1f)]
    [InlineData(0f)]
    [InlineData(3f)]
    public void AHeatmapOfAConstantMapIsZeroEverywhere(float value) =>
        Assert.All(MapFinish.Heatmap(new SaliencyMap(2, 2, [value, value, value, value], 0), 5, 7), v => Assert.Equal(0, v));

    [Fact]
    public void AHeatmapSpansZeroToOneAndLeavesTheMapAlone()
    {
        var map = new SaliencyMap(2, 2, [-4, 1, 3, 2], 0.75f);

        var heat = MapFinish.Heatmap(map, 4, 6);

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

    private static SaliencyMap Build(string method, float[] activations, float[] gradients, int channels, int height, int width, Sign? sign)
    {
        var values = Formulas[method].Ours(new(activations, channels, height, width), new(gradients, channels, height, width));
        return MapFinish.Map(MethodTable.Find(method), values, sign).Map;
    }

    private static Formula Weights(ChannelWeight weight) => (a, g) => ChannelMaps.Weighted(a, ChannelMaps.Weights(a, g, weight));

    private static Formula Sum(ChannelContribution contribution) => (a, g) => ChannelMaps.Sum(a, g, contribution);
}
