using System.Text.Json;
using Explain.Engine.Methods;
using Explain.Engine.Methods.Layers;
using Explain.Engine.Models;

namespace Explain.Engine.Tests.Methods;

/// <summary>A net of four nodes whose maps were computed with the reference libraries; the numbers have six decimals.</summary>
public sealed class GoldenNumbersTests : IDisposable
{
    private const double Decimals = 2e-6;

    // The third channel is empty: pictures have one or three.
    internal static readonly TinyGraph Net = new TinyGraph()
        .Input("x", Tensor.Of([1, 3, 2, 3], 1, .5, 0, 2, 0, 1.5, 0, 1, .25, .75, 3, 0, 0, 0, 0, 0, 0, 0))
        .Weight("identity", Tensor.Of([2, 3, 1, 1], 1, 0, 0, 0, 1, 0))
        .Weight("mid.w", Tensor.Of([3, 2, 2, 2],
            .5, -1, .25, .5, 1, 0, -.5, .75,
            -.3, .6, .9, -.2, .4, -.7, .1, .8,
            .2, .1, -.4, .3, -.6, .5, .7, -.1))
        .Weight("mid.b", Tensor.Of([3], .1, -2, .05))
        .Weight("w", Tensor.Of([3, 3], 1, -.5, .25, -.75, .6, .4, .3, .2, -.9))
        .Weight("b", Tensor.Of([3], .05, 0, -.05))
        .Node("Conv", "x identity", "feat").Node("Conv", "feat mid.w mid.b", "mid").Node("Relu", "mid", "act")
        .Node("GlobalAveragePool", "act", "pooled").Node("Flatten", "pooled", "f").Node("Gemm", "f w b", "scores", Autodiff.Attributes.Of("transB", 1)).Output("scores");

    private static readonly Dictionary<string, ChannelWeight> Formulas = new()
    {
        ["gradcam"] = GradientFormulas.Mean,
        ["gradcam++"] = GradientFormulas.PlusPlusPytorch,
        ["xgradcam"] = GradientFormulas.XGradPytorch,
    };

    private readonly Model _model = Net.Load();

    [Fact]
    public void ScoresAndGradientAreTheReferences()
    {
        var answer = Explain("gradcam");

        Near.Absolute([1.5f, -.190625f, -.53375f], answer.Logits.Values, Decimals, "logits");
        Near.Absolute([.760313f, .140205f, .099482f], Engine.Targets.Ranking.Probabilities(answer.Logits.Values, "softmax"), Decimals, "softmax");
        Near.Absolute([.35f, -.3625f, -.4875f, -.15f, .4125f, .2875f, .325f, .6625f, .0625f, -.1875f, 0, .3625f], answer.Gradients!.Values, Decimals, "gradient");
    }

    [Theory]
    [InlineData("gradcam", "logit", new[] { .008333f, .208333f, .051042f, .169792f, .6125f, .0125f }, new[] { 0, .331034f, .07069f, .267241f, 1, .006897f })]
    [InlineData("hirescam", "logit", new[] { .35f, .48125f, .015625f, -.440625f, 0, .43125f }, new[] { .727273f, 1, .032468f, 0, 0, .896104f })]
    [InlineData("layercam", "logit", new[] { .35f, .6625f, .015625f, 0, 0, .43125f }, new[] { .528302f, 1, .023585f, 0, 0, .650943f })]
    [InlineData("xgradcam", "logit", new[] { .06f, .1375f, .026875f, .200625f, .3225f, .09f }, new[] { .112051f, .374207f, 0, .587738f, 1, .213531f })]
    [InlineData("gradcam", "probability", new[] { -.001838f, .046382f, .011825f, .031799f, .141902f, -.002758f }, new[] { 0, .326856f, .083333f, .224089f, 1, 0 })]
    public void MapsAreTheReferences(string method, string score, float[] raw, float[] final)
    {
        var answer = Explain(method, score);

        Near.Absolute(raw, answer.Map.Values, Decimals, "raw");
        Near.Absolute(final, answer.Heatmap.Values, 5e-6, "final");
    }

    [Theory]
    [InlineData("gradcam", new[] { .008333f, .204167f })]
    [InlineData("xgradcam", new[] { .06f, .1075f })]
    public void WeightsOfTheFeatureMapsAreTheReferences(string method, float[] weights)
    {
        var answer = Explain(method);

        var found = ChannelMaps.Weights(new(answer.Activations!.Values, 2, 2, 3), new(answer.Gradients!.Values, 2, 2, 3), Formulas[method]);

        Near.Absolute(weights, found, Decimals, "weights");
    }

    [Fact]
    public void CamIsTheReference() => Near.Absolute([1.74375f, 1.15625f], Explain("cam", layer: "act").Map.Values, Decimals, "cam");

    [Theory]
    [InlineData("gradcam", "pgc/GradCAM")]
    [InlineData("hirescam", "pgc/HiResCAM")]
    [InlineData("layercam", "pgc/LayerCAM")]
    [InlineData("xgradcam", "pgc/XGradCAM")]
    [InlineData("gradcam", "torchcam/GradCAM")]
    [InlineData("xgradcam", "torchcam/XGradCAM")]
    [InlineData("layercam", "torchcam/LayerCAM")]
    public void MapsAreThoseOfTheReferenceFile(string method, string key)
    {
        Assert.SkipWhen(SharedData.Root is null, SharedData.Missing);
        using var golden = JsonDocument.Parse(File.ReadAllText(SharedData.Path("reference", "golden.json")));
        var answer = Explain(method);

        float[] Read(string name) => [.. golden.RootElement.GetProperty(name).EnumerateArray().SelectMany(Flat)];
        float[] Of(string part) => key.StartsWith("pgc", StringComparison.Ordinal)
            ? [.. golden.RootElement.GetProperty(key).GetProperty(part).EnumerateArray().SelectMany(Flat)]
            : Read($"{key} {(part == "final" ? "norm" : part)}");

        // Before its ReLU for the one library, behind it for the other.
        Near.Absolute(Of("raw").Select(v => Math.Max(v, 0)).ToArray(), answer.Map.Values.Select(v => Math.Max(v, 0)).ToArray(), Decimals, "raw");
        Near.Absolute(Of("final"), answer.Heatmap.Values, 5e-6, "final");
    }

    public void Dispose() => _model.Dispose();

    private static IEnumerable<float> Flat(JsonElement e) => e.ValueKind == JsonValueKind.Array ? e.EnumerateArray().SelectMany(Flat) : [e.GetSingle()];

    private TensorAnswer Explain(string method, string score = "logit", string layer = "feat") => _model.Explain(Net.Picture(), method, "0", score, layer: layer);
}
