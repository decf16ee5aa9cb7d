using Explain.Autodiff;
using Explain.Engine.Methods;

namespace Explain.Engine.Tests.Methods;

/// <summary>A net small enough to calculate by hand, with the maps that pytorch-grad-cam gives for it.</summary>
public sealed class GoldenNetTests
{
    public static TheoryData<string, float[], float[]> Maps => new()
    {
        { "gradcam", [.008333f, .208333f, .051042f, .169792f, .6125f, .0125f], [0, .331034f, .07069f, .267241f, 1, .006897f] },
        { "hirescam", [.35f, .48125f, .015625f, -.440625f, 0, .43125f], [.727273f, 1, .032468f, 0, 0, .896104f] },
        { "layercam", [.35f, .6625f, .015625f, 0, 0, .43125f], [.528302f, 1, .023585f, 0, 0, .650943f] },
        { "gradcam++", [.278508f, .47572f, .084117f, .809365f, 1.0094f, .417761f], [.210088f, .423226f, 0, .783812f, 1, .360586f] },
        { "xgradcam", [.06f, .1375f, .026875f, .200625f, .3225f, .09f], [.112051f, .374207f, 0, .587738f, 1, .213531f] },
    };

    [Theory, MemberData(nameof(Maps))]
    public void MapsEqualTheReference(string method, float[] raw, float[] final)
    {
        var net = new TinyGraph()
            .Input("x", Tensor.Of([1, 2, 2, 3], 1, .5, 0, 2, 0, 1.5, 0, 1, .25, .75, 3, 0))
            .Weight("i", Tensor.Of([2, 2, 1, 1], 1, 0, 0, 1)).Node("Conv", "x i", "feat")
            .Weight("w", Tensor.Of([3, 2, 2, 2], .5, -1, .25, .5, 1, 0, -.5, .75, -.3, .6, .9, -.2, .4, -.7, .1, .8, .2, .1, -.4, .3, -.6, .5, .7, -.1))
            .Weight("b", Tensor.Of([3], .1, -2, .05)).Node("Conv", "feat w b", "mid").Node("Relu", "mid", "act").Node("GlobalAveragePool", "act", "pool").Node("Flatten", "pool", "flat")
            .Weight("fc", Tensor.Of([3, 3], 1, -.5, .25, -.75, .6, .4, .3, .2, -.9)).Weight("c", Tensor.Of([3], .05, 0, -.05))
            .Node("Gemm", "flat fc c", "y", Attributes.Of("transB", 1)).Output("y");
        using var model = TinyModel.Load(net, ("model.json", """{ "input": { "layout": "NCHW", "size": [2, 3] } }"""));
        var input = new FloatTensor([1, 2, 2, 3], [.. net.Feeds["x"].Values.Select(v => (float)v)]);

        using var evidence = Evidence.ForRows(model, input, "feat", ScoreFunction.Logit, [0], [1], true, TestContext.Current.CancellationToken);

        Assert.Equal([1.5f, -.190625f, -.53375f], evidence.Logits.Values.ToArray(), (a, b) => Math.Abs(a - b) < 1e-6);
        var map = MapBuilder.Build(MethodTable.Find(method), evidence.Activations, evidence.Gradients[0], [], 0, Sign.Both).Map;
        Assert.Equal(raw, map.Values, (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Equal(final, MapBuilder.Heatmap(map, 2, 3), (a, b) => Math.Abs(a - b) < 1e-5);
    }
}
