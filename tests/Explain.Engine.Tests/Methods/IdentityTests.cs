using Explain.Autodiff;
using Explain.Engine.Methods;
using Explain.Engine.Models;


namespace Explain.Engine.Tests.Methods;

/// <summary>What the papers prove of their own formulas.</summary>
public sealed class IdentityTests
{
    private static readonly Sign? Unrectified = Sign.Both;

    [Theory]
    [InlineData("gradcam")]
    [InlineData("hirescam")]
    [InlineData("xgradcam")]
    public void BehindAveragePoolingGradientMethodsAreCamOverTheArea(string method)
    {
        using var model = TinyModel.Load(TinyModel.AverageAndLinear());
        foreach (var seed in Enumerable.Range(0, 8))
        {
            for (var c = 0; c < 4; c++)
            {
                var cam = Map(model, "cam", seed, c);
                var other = Map(model, method, seed, c);
                for (var i = 0; i < cam.Length; i++) Assert.Equal(cam[i] / 16, other[i], 1e-5f);
            }
        }
    }

    [Fact]
    public void TheLogitWithoutItsBiasIsTheMeanOfTheCam()
    {
        var graph = TinyModel.AverageAndLinear();
        using var model = TinyModel.Load(graph);
        var bias = Tensors.ReadFloats(model.Graph.Constant("bias"))!;
        foreach (var seed in Enumerable.Range(0, 8))
            for (var c = 0; c < 4; c++)
                Assert.Equal(Logits(model, seed)[c] - bias[c], Map(model, "cam", seed, c).Average(), 1e-5);
    }

    [Fact]
    public void BehindMaxPoolingTheLogitIsTheSumOfTheLargestWeightedActivations()
    {
        using var model = TinyModel.Load(TinyModel.Features().Weight("fc", 5, 4).Node("GlobalMaxPool", "a", "p").Node("Flatten", "p", "f").Node("MatMul", "f fc", "y").Output("y"));
        var weights = Tensors.ReadFloats(model.Graph.Constant("fc"))!;
        using var evidence = Run(model, 3, 2, true);
        var cam = MapBuilder.Build(MethodTable.Find("cam"), evidence.Activations, null, model.HeadBehind("a").Row(2), 0, null).Map.Values;
        for (var i = 0; i < 16; i++)
            Assert.Equal(Enumerable.Range(0, 5).Sum(k => weights[k * 4 + 2] * evidence.Activations.Values[k * 16 + i]), cam[i], 1e-5);
    }

    [Theory]
    [InlineData("Flatten", true)]
    [InlineData("Flatten", false)]
    [InlineData("Squeeze", true)]
    [InlineData("Reshape", false)]
    public void BehindClassMapsTheCamIsTheClassMapWithoutItsBias(string end, bool relu)
    {
        var graph = TinyModel.Features().Weight("k", 4, 5, 1, 1).Ints("axes", 2, 3).Ints("shape", -1, 4).Node("Conv", "a k", "m");
        if (relu) graph.Node("Relu", "m", "r");
        graph.Node("GlobalAveragePool", relu ? "r" : "m", "p").Node(end, end switch { "Squeeze" => "p axes", "Reshape" => "p shape", _ => "p" }, "y").Output("y");
        using var model = TinyModel.Load(graph);
        Assert.Equal("a", model.Description.Layer);
        var maps = Runtime.Run(graph.Output("m").Build(), new Dictionary<string, Tensor> { ["x"] = Feed(5) })["m"];
        var cam = Map(model, "cam", 5, 3);
        for (var i = 0; i < 16; i++) Assert.Equal(maps.Values[3 * 16 + i], cam[i], 1e-5);
    }

    [Fact]
    public void CamOfAnotherHeadIsRefusedWithWhatWasFound()
    {
        using var model = TinyModel.Load(TinyModel.Features().Weight("fc", 80, 4).Node("Flatten", "a", "f").Node("MatMul", "f fc", "y").Output("y"));
        var cam = model.Description.Methods.Single(m => m.Method == "cam");
        Assert.False(cam.Supported);
        Assert.Contains("'a'", cam.Reason);
        Assert.True(model.Description.Methods.Single(m => m.Method == "gradcam").Supported);
    }

    [Fact]
    public void LayerCamOfNonNegativeFeaturesIsTheRectifiedProduct()
    {
        using var model = TinyModel.Load(TinyModel.AverageAndLinear());
        using var evidence = Run(model, 1, 0, true);
        var map = MapBuilder.Build(MethodTable.Find("layercam"), evidence.Activations, evidence.Gradients[0], [], 0, null).Map.Values;
        for (var i = 0; i < 16; i++)
            Assert.Equal(Enumerable.Range(0, 5).Sum(k => Math.Max(evidence.Activations.Values[k * 16 + i] * evidence.Gradients[0].Values[k * 16 + i], 0)), map[i], 1e-5f);
    }

    [Fact]
    public void NegativeIsTheReluOfTheNegatedMap()
    {
        using var model = TinyModel.Load(TinyModel.AverageAndLinear());
        using var evidence = Run(model, 2, 1, true);
        var maps = new[] { Sign.Both, Sign.Positive, Sign.Negative }
            .Select(s => MapBuilder.Build(MethodTable.Find("gradcam"), evidence.Activations, evidence.Gradients[0], [], 0, s).Map.Values).ToArray();
        for (var i = 0; i < 16; i++)
        {
            Assert.Equal(Math.Max(maps[0][i], 0), maps[1][i]);
            Assert.Equal(Math.Max(-maps[0][i], 0), maps[2][i]);
        }
    }

    private static float[] Map(Model model, string method, int seed, int target)
    {
        using var evidence = Run(model, seed, target, method != "cam");
        var weights = method == "cam" ? model.HeadBehind("a").Row(target) : [];
        return MapBuilder.Build(MethodTable.Find(method), evidence.Activations, evidence.Gradients.Count > 0 ? evidence.Gradients[0] : null, weights, 0, Unrectified).Map.Values;
    }

    private static Evidence Run(Model model, int seed, int target, bool gradients) =>
        Evidence.ForRows(model, TinyModel.Picture(seed), "a", ScoreFunction.Logit, [target], [1], gradients, TestContext.Current.CancellationToken);

    private static float[] Logits(Model model, int seed)
    {
        using var logits = Evidence.Forward(model, TinyModel.Picture(seed), TestContext.Current.CancellationToken);
        return logits.Values.ToArray();
    }

    private static Tensor Feed(int seed) => Tensor.Of([1, 3, 8, 8], [.. TinyModel.Picture(seed).Values.Select(v => (double)v)]);
}
