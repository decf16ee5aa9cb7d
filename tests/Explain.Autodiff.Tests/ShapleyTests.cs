using Explain.Autodiff.Backpropagation;

namespace Explain.Autodiff.Tests;

/// <summary>Grad-CAM and Shapley-CAM, with w = mean(G - H A / 2), against pytorch-grad-cam.</summary>
public class ShapleyTests
{
    // The references are single precision, and some say how far that is from double precision: 2e-5.
    private const double Relative = 1e-4;

    private static readonly Dictionary<string, Func<OracleNet, OracleCase, Dictionary<string, Tensor>>> References = new()
    {
        ["ShapleyCAM"] = (net, c) => net.Run(OracleNet.Query(c.TargetValue) with { Curvature = true }),
        ["ShapleyCAM_ReST"] = (net, c) => net.Run(OracleNet.Query(c.TargetValue) with { Curvature = true, Function = ScoreFunction.Rest }),
    };

    public static TheoryData<string, string> Cases
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var file in References.Keys)
            {
                foreach (var c in OracleNet.Cases($"{file}.raw.npy"))
                    data.Add(c.ToString(), file);
            }

            if (data.Count == 0)
                data.Add("none", "none");
            return data;
        }
    }

    [Theory]
    [InlineData("pgc/GradCAM", ScoreFunction.Logit, false)]
    [InlineData("pgc/ShapleyCAM", ScoreFunction.Logit, true)]
    [InlineData("pgc/GradCAM ClassifierOutputSoftmaxTarget", ScoreFunction.Softmax, false)]
    [InlineData("pgc/ShapleyCAM ClassifierOutputSoftmaxTarget", ScoreFunction.Softmax, true)]
    [InlineData("pgc/GradCAM ClassifierOutputReST", ScoreFunction.Rest, false)]
    [InlineData("pgc/ShapleyCAM ClassifierOutputReST", ScoreFunction.Rest, true)]
    public void WeightsOfTheSmallNetAreTheLibrarys(string key, ScoreFunction function, bool curvature)
    {
        var outputs = GoldenNet.Run(new GradientQuery("scores", ["feat"]) { Function = function, Curvature = curvature });
        GoldenNet.Compare(key, Weights(outputs, "feat"), "w");
        GoldenNet.Compare(key, Map(outputs, "feat").Values, "raw");
    }

    [Theory, MemberData(nameof(Cases))]
    public void MapsAreTheLibrarys(string name, string file)
    {
        Assert.SkipWhen(SharedData.Root is null, SharedData.Missing);
        var c = OracleCase.All.Single(o => o.ToString() == name);
        var net = new OracleNet(c);
        var map = Map(References[file](net, c), c.TargetValue);
        var (expected, found) = c.Has($"{file}.prerelu.npy")
            ? (net.Array($"{file}.prerelu.npy"), map)
            : (net.Array($"{file}.raw.npy"), map with { Values = Array.ConvertAll(map.Values, v => Math.Max(v, 0)) });
        var error = found.DistanceTo(expected);
        TestContext.Current.TestOutputHelper?.WriteLine($"{file} of {c}: {error:E1}");
        Assert.InRange(error, 0, Relative);
    }

    // The mean of G, less half the curvature where that was asked for.
    private static double[] Weights(Dictionary<string, Tensor> outputs, string layer)
    {
        var gradient = outputs[ExplainGraph.GradientOf(layer)];
        var curvature = outputs.TryGetValue(ExplainGraph.CurvatureOf(layer), out var product)
            ? product.Values
            : new double[gradient.Values.Length];
        return [.. gradient.Values.Zip(curvature, (g, h) => g - 0.5 * h).Chunk(Area(gradient)).Select(channel => channel.Average())];
    }

    private static Tensor Map(Dictionary<string, Tensor> outputs, string layer)
    {
        var (activations, weights) = (outputs[layer], Weights(outputs, layer));
        var (rows, channels, area) = ((int)activations.Shape[0], (int)activations.Shape[1], Area(activations));
        return new Tensor(
            [rows, .. activations.Shape[2..]],
            [
                .. Enumerable
                    .Range(0, rows * area)
                    .Select(i =>
                        Enumerable.Range(i / area * channels, channels).Sum(k => weights[k] * activations.Values[k * area + i % area])
                    ),
            ]
        );
    }

    private static int Area(Tensor maps) => (int)(maps.Shape[2] * maps.Shape[3]);
}
