using Explain.Autodiff.Graphs;
using Explain.Engine.Explaining;
using Explain.Engine.Models;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Tests.Methods;

/// <summary>What the papers prove of nets that end in a pooling and one linear layer. Z is the number of places of a feature map.</summary>
public sealed class CamIdentityTests
{
    private const int Z = 5 * 6;
    private const double Tolerance = 1e-5;

    [Theory]
    [InlineData("gradcam")]
    [InlineData("hirescam")]
    [InlineData("xgradcam")]
    public void BehindAnAverageGradientMethodsAreCamOverTheNumberOfPlaces(string method)
    {
        var g = Tiny.Features().PoolAndClassify().Output("scores");
        using var loadedModel = g.Load();
        var model = loadedModel.View;

        var cam = model.Explain(g.Image(), "cam");
        var map = model.Explain(g.Image(), method);

        Near.Relative(cam.Map.Values.Select(v => v / Z).ToArray(), map.Map.Values, Tolerance, method);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void BehindAnAverageTheLogitWithoutItsBiasIsTheSumOfCamOverTheNumberOfPlaces(int target)
    {
        var g = Tiny.Features().PoolAndClassify().Output("scores");
        using var loadedModel = g.Load();
        var model = loadedModel.View;

        var answer = model.Explain(g.Image(), "cam", $"{target}");

        Near.Relative(
            Evidence(g, model, answer, target),
            [.. Enumerable.Range(0, 2).Select(n => answer.Map.Item(n).Sum() / Z)],
            Tolerance,
            "sum of CAM"
        );
    }

    [Theory]
    [InlineData("GlobalAveragePool")]
    [InlineData("GlobalMaxPool")]
    public void BehindAPoolingTheSumOfHiResCamIsTheLogitWithoutItsBias(string pool)
    {
        var g = Tiny.Features().PoolAndClassify(pool).Output("scores");
        using var loadedModel = g.Load();
        var model = loadedModel.View;

        var answer = model.Explain(g.Image(), "hirescam", "2");

        Near.Relative(
            Evidence(g, model, answer, 2),
            [.. Enumerable.Range(0, 2).Select(n => answer.Map.Item(n).Sum())],
            Tolerance,
            "sum of HiResCAM"
        );
    }

    [Fact]
    public void BehindAMaximumCamWeightsTheWholeFeatureMapsAndHiResCamOnlyTheMaxima()
    {
        var g = Tiny.Features().PoolAndClassify("GlobalMaxPool").Output("scores");
        using var loadedModel = g.Load();
        var model = loadedModel.View;

        var cam = model.Explain(g.Image(), "cam");
        var exact = model.Explain(g.Image(), "hirescam");

        Near.Relative(Weighted(model, cam, 1), cam.Map.Values, Tolerance, "cam");
        Assert.All([0, 1], n => Assert.InRange(exact.Map.Item(n).Count(v => v != 0), 1, 4));
    }

    [Fact]
    public void WithClassMapsTheLogitWithoutItsBiasIsTheSumOfCamOverTheNumberOfPlaces()
    {
        var g = Tiny.Features()
            .Convolve("l", 3, 4, "maps", kernel: 1)
            .Node("GlobalAveragePool", "maps", "a")
            .Node("Flatten", "a", "scores")
            .Output("scores");
        using var loadedModel = g.Load();
        var model = loadedModel.View;

        var cam = model.Explain(g.Image(), "cam", "0");
        var gradcam = model.Explain(g.Image(), "gradcam", "0");

        Near.Relative(
            [.. Enumerable.Range(0, 2).Select(n => cam.Logits.Item(n)[0] - Bias(model, "maps.b", 0))],
            [.. Enumerable.Range(0, 2).Select(n => cam.Map.Item(n).Sum() / Z)],
            Tolerance,
            "sum of CAM"
        );
        Near.Relative(cam.Map.Values.Select(v => v / Z).ToArray(), gradcam.Map.Values, Tolerance, "gradcam");
    }

    [Fact]
    public void LayerCamIsHiResCamWithoutTheNegativeGradients()
    {
        var g = Tiny.Features().PoolAndClassify().Output("scores");
        using var loadedModel = g.Load();
        var model = loadedModel.View;

        var answer = model.Explain(g.Image(), "layercam");

        var (a, w) = (answer.Activations!.Values, model.Output.HeadBehind("l").Head!.Row(1).ToArray());
        var expected = Enumerable
            .Range(0, 2 * Z)
            .Select(i => Enumerable.Range(0, 4).Sum(c => Math.Max(w[c] / Z, 0) * a[(i / Z * 4 + c) * Z + i % Z]))
            .ToArray();
        Near.Relative(expected, answer.Map.Values, Tolerance, "layercam");
    }

    [Theory]
    [InlineData("gradcam")]
    [InlineData("gradcam++")]
    [InlineData("hirescam")]
    [InlineData("layercam")]
    [InlineData("xgradcam")]
    [InlineData("cam")]
    public void SignsArePartsOfTheSameMap(string method)
    {
        var g = Tiny.Features().PoolAndClassify().Output("scores");
        using var loadedModel = g.Load();
        var model = loadedModel.View;

        float[] Map(Sign? sign) => model.Explain(g.Image(), method, sign: sign).Map.Values;

        var both = Map(Sign.Both);
        Assert.Equal(both.Select(v => Math.Max(v, 0)), Map(Sign.Positive));
        Assert.Equal(both.Select(v => Math.Max(-v, 0)), Map(Sign.Negative));
        Assert.Equal(method == "cam" ? both : Map(Sign.Positive), Map(null));
    }

    [Theory]
    [InlineData("gradcam")]
    [InlineData("hirescam")]
    [InlineData("xgradcam")]
    [InlineData("cam")]
    public void ContrastAndCounterfactualAreLinearCombinationsOfTheMapsOfTheLogits(string method)
    {
        var g = Tiny.Features().PoolAndClassify().Output("scores");
        using var loadedModel = g.Load();
        var model = loadedModel.View;

        float[] Map(string target, string score) => model.Explain(g.Image(), method, target, score).Map.Values;

        var (first, second) = (Map("0", "logit"), Map("2", "logit"));
        Near.Relative(first.Zip(second, (a, b) => a - b).ToArray(), Map("0", "contrast:2"), Tolerance, "contrast");
        Near.Relative(first.Select(a => -a).ToArray(), Map("0", "counterfactual"), Tolerance, "counterfactual");
        Assert.All(Map("2", "contrast:2"), v => Assert.Equal(0, v));
    }

    [Fact]
    public void AContrastWithThePredictedClassSubtractsEachItemsOwn()
    {
        var g = Tiny.Features().PoolAndClassify().Output("scores");
        using var loadedModel = g.Load();
        var model = loadedModel.View;

        var answer = model.Explain(g.Image(), "gradcam", "0", "contrast:predicted");
        var cam = model.Explain(g.Image(), "cam", "0", "contrast:predicted");

        for (var n = 0; n < 2; n++)
        {
            var best = Array.IndexOf(answer.Logits.Item(n), answer.Logits.Item(n).Max());
            Near.Relative(
                model.Explain(g.Image(), "gradcam", "0", $"contrast:{best}").Map.Item(n),
                answer.Map.Item(n),
                Tolerance,
                "gradcam"
            );
            Near.Relative(model.Explain(g.Image(), "cam", "0", $"contrast:{best}").Map.Item(n), cam.Map.Item(n), Tolerance, "cam");
        }
    }

    private static float[] Evidence(TinyGraph g, Model model, TensorAnswer answer, int target) =>
        [.. Enumerable.Range(0, (int)g.Image().Shape[0]).Select(n => answer.Logits.Item(n)[target] - Bias(model, "b", target))];

    private static float Bias(Model model, string name, int target) =>
        (float)Autodiff.Graphs.Tensors.ReadFloats(model.Graph.Constant(name))![target];

    private static float[] Weighted(Model model, TensorAnswer answer, int target)
    {
        var (a, w) = (answer.Activations!.Values, model.Output.HeadBehind("l").Head!.Row(target).ToArray());
        return [.. Enumerable.Range(0, 2 * Z).Select(i => Enumerable.Range(0, 4).Sum(c => w[c] * a[(i / Z * 4 + c) * Z + i % Z]))];
    }
}
