using CsCheck;
using Explain.Autodiff.Rules;
using Explain.Engine.Images;
using Explain.Engine.Methods.Layers;
using Explain.Engine.Methods.Tables;
using Explain.Engine.Models;
using Explain.Engine.Objectives;
using Explain.Engine.Parameters;
using Explain.Engine.Telemetry;
using Explain.Engine.Tests.Methods.Perturbation;
using Explain.Engine.Vocabulary;
using Explain.Kernels.Sampling;
using static Explain.Autodiff.Graphs.Attributes;

namespace Explain.Engine.Tests.Methods;

/// <summary>
/// Methods that ask for other gradients than that of the score at the input: of differences between classes, at noisy inputs, at several
/// layers.
/// </summary>
public sealed class DerivedScoreTests
{
    private static readonly Gen<double[]> Logits = Gen.Double[-4, 4].Array[2, 9];

    [Theory]
    [InlineData(Compat.None)]
    [InlineData(Compat.PytorchGradCam)]
    public void WhatFinerCamAsksForIsTheDerivativeOfItsScore(Compat compat) =>
        Logits.ForAll(
            z =>
            {
                // The floats that logits are.
                z = [.. z.Select(v => (double)(float)v)];
                var others = Enumerable.Range(1, z.Length - 1).OrderBy(k => Math.Abs(z[k] - z[0])).Take(3).ToArray();
                double Value(double[] at)
                {
                    if (compat == Compat.None)
                        return at[0] - 0.6 * others.Average(k => at[k]);
                    var all = at.Sum(Math.Exp);
                    return others.Sum(k => Math.Exp(at[k]) / all * (at[0] - at[k])) / (others.Sum(k => Math.Exp(at[k]) / all) + 1e-9);
                }
                float[] logits = [.. z.Select(v => (float)v)];
                var objective = new ClassObjective(Score.Logit, new Target(0));
                var found = (compat == Compat.None ? FinerCam.Plain(objective, logits) : FinerCam.Weighted(objective, logits)).Weights;
                for (var j = 0; j < z.Length; j++)
                {
                    double At(double step) => Value([.. z.Select((v, i) => i == j ? v + step : v)]);
                    Assert.Equal((At(1e-5) - At(-1e-5)) / 2e-5, found[j], 1e-6);
                }
            },
            draws: 100
        );

    [Theory]
    [InlineData("contrast:2")]
    [InlineData("probability")]
    public void FinerCamRefusesWhatIsNoClass(string score)
    {
        using var loaded = new PixelNet(1, 3, 6, 5, "Relu", Biases: true, Seed: 2).Load();
        var model = loaded.View;

        Assert.Throws<ExplainException>(() =>
            model.Perturb(
                new PixelNet(1, 3, 6, 5, "Relu", true, 2).Input(TensorLayout.Nchw),
                new ExplainParameters
                {
                    Method = "finercam",
                    Target = "0",
                    Score = score,
                }
            )
        );
    }

    [Theory]
    [InlineData(Compat.None, null)]
    [InlineData(Compat.None, 20)]
    [InlineData(Compat.TorchCam, null)]
    [InlineData(Compat.TorchCam, 3)]
    public void SmoothGradCamPlusPlusIsItsFormulaOverNoisyInputs(Compat compat, int? samples)
    {
        var net = new PixelNet(1, 3, 6, 5, "Tanh", Biases: true, Seed: 5);
        using var loadedModel = net.Load();
        var model = loadedModel.View;
        var input = net.Input(TensorLayout.Nchw);
        var (count, deviation) =
            compat == Compat.TorchCam ? (samples ?? 4, 0.3) : (samples ?? 10, 0.1 * (input.Values.Max() - input.Values.Min()));
        var clean = At(input);
        var noisy = Enumerable
            .Range(0, count)
            .Select(s => At(input with { Values = [.. input.Values.Zip(Noise(s, deviation, input.Values.Length), (x, e) => x + e)] }))
            .ToArray();

        var found = model.Map(
            input,
            "smoothgradcam++",
            new()
            {
                Layer = "l0",
                Options = new()
                {
                    Compat = compat,
                    Samples = samples,
                    Seed = 9,
                },
            }
        );

        var area = 30;
        var (maps, last) = (compat == Compat.TorchCam ? noisy[^1].A : clean.A, noisy[^1].G);
        var expected = new double[area];
        for (var c = 0; c < 4; c++)
        {
            double Mean(int i, int power) => noisy.Average(n => Math.Pow(n.G[c * area + i], power));
            var third = Enumerable.Range(0, area).Sum(i => clean.A[c * area + i] * Mean(i, 3));
            var sum = Enumerable.Range(0, area).Sum(i => (double)clean.A[c * area + i]);
            var weight = Enumerable
                .Range(0, area)
                .Sum(i =>
                    compat == Compat.TorchCam ? Math.Max(last[c * area + i], 0) * Mean(i, 2) / (2 * Mean(i, 2) + third + 1e-8)
                    : Mean(i, 1) <= 0 ? 0
                    : Mean(i, 1) * Mean(i, 2) / (2 * Mean(i, 2) + sum * Mean(i, 3))
                );
            for (var i = 0; i < area; i++)
                expected[i] += weight * maps[c * area + i];
        }
        Near.Relative([.. expected.Select(v => (float)v)], found, 1e-4, "map");

        (float[] A, float[] G) At(FloatTensor x)
        {
            using var pass = Passes.Backward(
                model,
                x,
                ["l0"],
                [new ClassObjective(Score.Logit, new Target(1))],
                GradientRules.Plain,
                RunContext.Alone(TestContext.Current.CancellationToken)
            );
            return (pass.Activations["l0"].Values.ToArray(), pass.Gradients["l0"].Values.ToArray());
        }
    }

    [Fact]
    public void RefineCamLooksAtTheLastLayerOfEachResolutionUnlessOneIsNamed()
    {
        var g = Pyramid();
        using var loadedModel = g.Load("""{ "input": { "layout": "NCHW" } }""");
        var model = loadedModel.View;
        float[] Map(string? layer, string method = "refinecam") =>
            model
                .Perturb(
                    g.Image(),
                    new ExplainParameters
                    {
                        Method = method,
                        Target = "1",
                        Layer = layer,
                    }
                )
                .Map.Values;

        Assert.Equal("r2", model.Description.Layer);
        Assert.Equal(Map("r0,r1,r2"), Map(null));
        Assert.Equal(Map("r0,r1,r2"), Map("r2,r1,r0"), (a, b) => Math.Abs(a - b) <= 1e-6);
        Assert.NotEqual(Map("r1,r2"), Map(null));
        Assert.Equal(Map("r1", "gradcam++"), Map("r1"));
    }

    [Fact]
    public void RefineCamIsTheProductOfTheHeatMapsOfGradCamPlusPlus()
    {
        var g = Pyramid();
        using var loadedModel = g.Load("""{ "input": { "layout": "NCHW" } }""");
        var model = loadedModel.View;
        float[] Heat(string layer) =>
            model
                .Perturb(
                    g.Image(),
                    new ExplainParameters
                    {
                        Method = "gradcam++",
                        Target = "1",
                        Layer = layer,
                    }
                )
                .Heatmap.Values;

        var found = model.Perturb(g.Image(), new ExplainParameters { Method = "refinecam", Target = "1" }).Map.Values;

        var product = Heat("r0").Zip(Heat("r1"), (a, b) => a * b).Zip(Heat("r2"), (a, b) => a * b).ToArray();
        Assert.Contains(product, v => v > 0);
        Near.Absolute(product, found, 1e-6, "product");
    }

    [Fact]
    public void TheKernelOfLargeFeatureMapsIsRefusedBeforeItIsMade()
    {
        var g = new TinyGraph()
            .Input("x", 1, 3, 80, 64)
            .Convolve("x", 4, 3, "c0")
            .Node("Relu", "c0", "l")
            .PoolAndClassify()
            .Output("scores");
        using var loadedModel = g.Load("""{ "input": { "layout": "NCHW" } }""");
        var model = loadedModel.View;

        var e = Assert.Throws<ExplainException>(() => model.Perturb(g.Image(), new ExplainParameters { Method = "kpcacam" }));

        Assert.Equal(ExplainError.MethodNotSupported, e.Error);
        Assert.Contains("80×64 places", e.Message);
        Assert.False(MethodSupportTable.For(model).Single(m => m.Method == "kpcacam").Supported);
        Assert.True(MethodSupportTable.For(model).Single(m => m.Method == "eigencam").Supported);
    }

    [Theory]
    [InlineData("Relu", "logit")]
    [InlineData("Tanh", "rest")]
    public void ShapleyCamIsGradCamWhereTheHeadIsLinearAndNotElsewhere(string activation, string score) =>
        PixelNet
            .Random(activation, biases: true)
            .ForAll(
                net =>
                {
                    using var loadedModel = net.Load();
                    var model = loadedModel.View;
                    var input = net.Input(TensorLayout.Nchw);
                    var (shapley, gradcam) = (
                        model.Map(input, "shapleycam", new() { Score = score }),
                        model.Map(input, "gradcam", new() { Score = score })
                    );
                    if (score == "logit")
                        Near.Relative(gradcam, shapley, 1e-5, "shapleycam");
                    else
                        Assert.True(Near.RelativeDistance(gradcam, shapley) > 1e-4);
                },
                draws: 5
            );

    [Theory]
    [InlineData("gradcam")]
    [InlineData("refinecam")]
    public void WithTorchCamsConventionsSeveralLayersGiveAMapOfTheSizeOfTheLargest(string method)
    {
        var g = Pyramid();
        using var loadedModel = g.Load("""{ "input": { "layout": "NCHW" } }""");
        var model = loadedModel.View;

        var answer = model.Perturb(
            g.Image(),
            new ExplainParameters
            {
                Method = method,
                Target = "1",
                Layer = "r2,r1",
                Options = new() { Compat = Compat.TorchCam },
            }
        );

        Assert.Equal([1L, 6, 4], answer.Map.Shape);
        Assert.Equal([1L, 12, 8], answer.Heatmap.Shape);
        Assert.All(answer.Map.Values, v => Assert.InRange(v, 0, 1));
    }

    private static float[] Noise(int sample, double deviation, int length)
    {
        var noise = new float[length];
        new RandomStream(9, (ulong)sample).FillGaussian(noise, 0, deviation);
        return noise;
    }

    // Feature maps of 12×8, 6×4 and 3×2 places.
    private static TinyGraph Pyramid()
    {
        var g = new TinyGraph().Input("x", 1, 3, 12, 8);
        for (var level = 0; level < 3; level++)
        {
            g.Convolve(level == 0 ? "x" : $"p{level - 1}", 4, level == 0 ? 3 : 4, $"c{level}").Node("Relu", $"c{level}", $"r{level}");
            if (level < 2)
                g.Node("MaxPool", $"r{level}", $"p{level}", Of("kernel_shape", [2, 2]), Of("strides", [2, 2]));
        }
        return g.Node("GlobalAveragePool", "r2", "pooled").Node("Flatten", "pooled", "f").Classify().Output("scores");
    }
}
