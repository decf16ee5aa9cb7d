using Explain.Engine.Explaining;
using Explain.Engine.Images;
using Explain.Engine.Models;
using Explain.Engine.Parameters;
using Explain.Engine.Telemetry;

namespace Explain.Engine.Tests;

/// <summary>The words that mean the image as a target layer, and a tensor that has the name of one.</summary>
public sealed class LayerNameTests
{
    [Theory]
    [InlineData("input", "input", true)]
    [InlineData(":input", "x", false)]
    [InlineData("input,:input", "input,x", true)]
    [InlineData("l", "l", false)]
    public void ATensorCalledInputIsTheLayerAndTheAnswerSaysSo(string asked, string layer, bool said)
    {
        var net = new TinyGraph(known: Known.AllButBatch)
            .Input("x", 2, 3, 5, 6)
            .Convolve("x", 4, 3, "input")
            .Node("Relu", "input", "l")
            .PoolAndClassify()
            .Output("scores");
        using var loaded = net.Load();

        var answer = Explain(loaded, "gradcam", asked);

        Assert.Equal(layer, answer.Layer);
        Assert.Equal(said, answer.Diagnostics.Any(d => d.Code == "layer-ambiguous"));
    }

    [Theory]
    [InlineData("input")]
    [InlineData(":input")]
    public void WithoutSuchATensorBothWordsAreTheImage(string asked)
    {
        using var loaded = Tiny.Features().PoolAndClassify().Output("scores").Load();

        var answer = Explain(loaded, "gradcam", asked);

        Assert.Equal("x", answer.Layer);
        Assert.DoesNotContain(answer.Diagnostics, d => d.Code == "layer-ambiguous");
        Assert.Equal("x", Explain(loaded, "saliency", asked).Layer);
    }

    private static TargetExplanation Explain(LoadedModel loaded, string method, string layer)
    {
        var parameters = new ExplainParameters
        {
            Method = method,
            Target = "1",
            Layer = layer,
        };
        var image = new PreparedInput(Tensor.Spread([3, 5, 6], -2, 2, 9).Floats, Geometry.Of(loaded.Description.Input, 6, 5));
        return GroupExplainer
            .Explain([loaded.View.Plan(parameters)], image, 1, RunContext.Alone(TestContext.Current.CancellationToken))
            .Explanations.Single()
            .Explanation;
    }
}
