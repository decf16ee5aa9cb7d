using CsCheck;
using Explain.Autodiff.Graphs;
using Explain.Engine.Models;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Tests.Methods;

/// <summary>The identities on random small nets of every shape.</summary>
public sealed class RandomNetTests
{
    private static readonly string[] SameBehindAnAverage = ["gradcam", "hirescam", "xgradcam"];

    private static readonly Gen<(int Channels, int Classes, int Height, int Width, int Seed)> Nets = Gen.Select(
        Gen.Int[1, 6],
        Gen.Int[2, 5],
        Gen.Int[1, 7],
        Gen.Int[2, 7],
        Gen.Int[0, 1000]
    );

    [Theory]
    [InlineData("GlobalAveragePool")]
    [InlineData("GlobalMaxPool")]
    public void TheSumOfHiResCamIsTheLogitWithoutItsBiasForEveryClass(string pool) =>
        Nets.ForAll(
            n =>
            {
                var (loaded, image, bias) = Build(n, pool);
                var model = loaded.View;
                using (loaded)
                {
                    for (var k = 0; k < n.Classes; k++)
                    {
                        var answer = model.Explain(image, "hirescam", $"{k}");
                        Assert.Equal(
                            answer.Logits.Values[k] - bias[k],
                            answer.Map.Values.Sum(),
                            1e-4 * (1 + Math.Abs(answer.Logits.Values[k]))
                        );
                    }
                }
            },
            draws: 15
        );

    [Fact]
    public void BehindAnAverageCamOverTheNumberOfPlacesIsGradCamHiResCamAndXGradCam() =>
        Nets.ForAll(
            n =>
            {
                var (loaded, image, _) = Build(n, "GlobalAveragePool");
                var model = loaded.View;
                using (loaded)
                {
                    var cam = model.Explain(image, "cam", "0").Map.Values.Select(v => v / (n.Height * n.Width)).ToArray();
                    foreach (var method in SameBehindAnAverage)
                        // XGrad-CAM divides by the sum of a feature map plus 1e-7.
                        Near.Absolute(cam, model.Explain(image, method, "0").Map.Values, 1e-5 * (1 + cam.Max(Math.Abs)), method);
                }
            },
            draws: 15
        );

    private static (LoadedModel Model, FloatTensor Image, double[] Bias) Build(
        (int Channels, int Classes, int Height, int Width, int Seed) n,
        string pool
    )
    {
        var bias = Tensor.Normal([n.Classes], n.Seed + 1);
        var g = new TinyGraph()
            .Input("x", Tensor.Normal([1, 3, n.Height, n.Width], n.Seed))
            .Weight("k", Tensor.Normal([n.Channels, 3, 3, 3], n.Seed + 2))
            .Node("Conv", "x k", "c0", Attributes.Of("pads", [1, 1, 1, 1]))
            .Node("Relu", "c0", "l")
            .Node(pool, "l", "p")
            .Node("Flatten", "p", "f")
            .Weight("w", Tensor.Normal([n.Classes, n.Channels], n.Seed + 3))
            .Weight("b", bias)
            .Node("Gemm", "f w b", "scores", Attributes.Of("transB", 1L))
            .Output("scores");
        return (g.Load("""{ "input": { "layout": "NCHW" }, "layer": "l" }"""), g.Image(), bias.Values);
    }
}
