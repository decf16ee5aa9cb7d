using Explain.Engine.Explaining;
using Explain.Engine.Methods.Layers;
using Explain.Engine.Models;

namespace Explain.Engine.Tests.Methods;

/// <summary>A net of four nodes whose maps were computed with the reference libraries; the numbers have six decimals.</summary>
public sealed class GoldenNumbersTests : IDisposable
{
    private static readonly Dictionary<string, ChannelWeight> Formulas = new()
    {
        ["gradcam"] = GradientFormulas.Mean,
        ["gradcam++"] = GradientFormulas.PlusPlusPytorch,
        ["xgradcam"] = GradientFormulas.XGradPytorch,
    };

    private readonly LoadedModel _loaded = Golden.Net.Load(Golden.Manifest);

    [Fact]
    public void ScoresAndGradientAreTheReferences()
    {
        var answer = Explain("gradcam");

        Near.Absolute([1.5f, -.190625f, -.53375f], answer.Logits.Values, Golden.Decimals, "logits");
        Near.Absolute(
            [.760313f, .140205f, .099482f],
            Engine.Objectives.Ranking.Probabilities(answer.Logits.Values, "softmax"),
            Golden.Decimals,
            "softmax"
        );
        Near.Absolute(
            [.35f, -.3625f, -.4875f, -.15f, .4125f, .2875f, .325f, .6625f, .0625f, -.1875f, 0, .3625f],
            answer.Gradients!.Values,
            Golden.Decimals,
            "gradient"
        );
    }

    [Theory]
    [InlineData(
        "gradcam",
        "logit",
        new[] { .008333f, .208333f, .051042f, .169792f, .6125f, .0125f },
        new[] { 0, .331034f, .07069f, .267241f, 1, .006897f }
    )]
    [InlineData(
        "hirescam",
        "logit",
        new[] { .35f, .48125f, .015625f, -.440625f, 0, .43125f },
        new[] { .727273f, 1, .032468f, 0, 0, .896104f }
    )]
    [InlineData("layercam", "logit", new[] { .35f, .6625f, .015625f, 0, 0, .43125f }, new[] { .528302f, 1, .023585f, 0, 0, .650943f })]
    [InlineData(
        "xgradcam",
        "logit",
        new[] { .06f, .1375f, .026875f, .200625f, .3225f, .09f },
        new[] { .112051f, .374207f, 0, .587738f, 1, .213531f }
    )]
    [InlineData(
        "gradcam",
        "probability",
        new[] { -.001838f, .046382f, .011825f, .031799f, .141902f, -.002758f },
        new[] { 0, .326856f, .083333f, .224089f, 1, 0 }
    )]
    public void MapsAreTheReferences(string method, string score, float[] raw, float[] final)
    {
        var answer = Explain(method, score);

        Near.Absolute(raw, answer.Map.Values, Golden.Decimals, "raw");
        Near.Absolute(final, answer.Heatmap.Values, Golden.HeatmapDecimals, "final");
    }

    [Theory]
    [InlineData("gradcam", new[] { .008333f, .204167f })]
    [InlineData("xgradcam", new[] { .06f, .1075f })]
    public void WeightsOfTheFeatureMapsAreTheReferences(string method, float[] weights)
    {
        var answer = Explain(method);

        var found = ChannelMaps.Weights(new(answer.Activations!.Values, 2, 2, 3), new(answer.Gradients!.Values, 2, 2, 3), Formulas[method]);

        Near.Absolute(weights, found, Golden.Decimals, "weights");
    }

    [Fact]
    public void CamIsTheReference() => Near.Absolute([1.74375f, 1.15625f], Explain("cam", layer: "act").Map.Values, Golden.Decimals, "cam");

    public void Dispose() => _loaded.Dispose();

    private Model Model => _loaded.View;

    private TensorAnswer Explain(string method, string score = "logit", string layer = "feat") =>
        Model.Explain(Golden.Net.Image(), method, "0", score, layer: layer);
}
