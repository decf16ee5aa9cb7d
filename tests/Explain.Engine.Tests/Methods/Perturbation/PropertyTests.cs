using CsCheck;
using Explain.Autodiff.Graphs;
using Explain.Engine.Explaining;
using Explain.Engine.Methods.Probing;
using Explain.Engine.Models;
using Explain.Engine.Parameters;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Tests.Methods.Perturbation;

/// <summary>What holds of the methods that need no gradient, whatever the net.</summary>
public sealed class PropertyTests
{
    private static readonly TinyGraph Net = Tiny.Features().PoolAndClassify().Output("scores");
    private static readonly ExplainParameters Few = new()
    {
        Options = new()
        {
            Samples = 9,
            Seed = 5,
            Window = (2, 2),
        },
    };

    private static readonly Gen<(int Channels, int Classes, int Height, int Width, int Seed)> Nets = Gen.Select(
        Gen.Int[1, 6],
        Gen.Int[1, 5],
        Gen.Int[1, 7],
        Gen.Int[2, 7],
        Gen.Int[0, 1000]
    );

    public static TheoryData<string> Methods =>
        ["scorecam", "sscam", "iscam", "ablationcam", "reciprocam", "occlusion", "rise", "aise", "lime", "kernelshap"];

    public static TheoryData<string> Sampling => ["sscam", "rise", "lime", "kernelshap"];

    public static TheoryData<string> OfTheInput => ["occlusion", "rise", "aise", "lime", "kernelshap"];

    [Theory]
    [MemberData(nameof(Methods))]
    public void MapsOfRandomNetsAreFiniteAndRepeatBitForBit(string method) =>
        Nets.ForAll(
            n =>
            {
                using var loadedModel = Build(n);
                var model = loadedModel.View;
                var image = Tensor.Normal([2, 3, n.Height, n.Width], n.Seed).ToEngine();

                var map = model.Map(image, method, Few with { Options = Few.Options with { Seed = n.Seed } }, "0");

                Assert.All(map, v => Assert.True(float.IsFinite(v)));
                Assert.Equal(map, model.Map(image, method, Few with { Options = Few.Options with { Seed = n.Seed } }, "0"));
            },
            draws: 10
        );

    [Theory]
    [MemberData(nameof(Methods))]
    public void ItemsAreIndependent(string method)
    {
        using var loadedModel = Net.Load();
        var model = loadedModel.View;

        var both = model.Perturb(Net.Image(), Few with { Method = method, Sign = Sign.Both }, [2, 0]);

        for (var n = 0; n < 2; n++)
        {
            var alone = model.Perturb(
                new FloatTensor([1, 3, 5, 6], Net.Image().Item(n)),
                Few with
                {
                    Method = method,
                    Sign = Sign.Both,
                },
                [2 - 2 * n]
            );
            Assert.Equal(alone.Map.Values, both.Map.Item(n));
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void BatchesOfAnotherSizeGiveTheSameMap(string method)
    {
        using var loadedAny = Net.Load();
        var any = loadedAny.View;
        using var loadedPairs = Tiny.Features(Known.Everything).PoolAndClassify().Output("scores").Load();
        var pairs = loadedPairs.View;

        Assert.Equal((null, 2), (any.BatchSize, pairs.BatchSize));
        Near.Relative(any.Map(Net.Image(), method, Few), pairs.Map(Net.Image(), method, Few), 1e-5, method);
    }

    [Theory]
    [MemberData(nameof(Sampling))]
    public void AnotherSeedTakesOtherSamples(string method)
    {
        using var loadedModel = Net.Load();
        var model = loadedModel.View;

        Assert.NotEqual(
            model.Map(Net.Image(), method, Few),
            model.Map(Net.Image(), method, Few with { Options = Few.Options with { Seed = 6 } })
        );
    }

    [Theory]
    [MemberData(nameof(OfTheInput))]
    public void TheLayoutOfTheInputDoesNotMatter(string method)
    {
        var first = new TinyGraph(known: Known.AllButBatch).Input("x", Tensor.Spread([2, 3, 8, 7], -2, 2, 3)).Classifier("x");
        var image = first.Image();
        float[] last =
        [
            .. Enumerable.Range(0, 2).SelectMany(n => Enumerable.Range(0, 8 * 7 * 3).Select(i => image.Item(n)[i % 3 * 56 + i / 3])),
        ];
        var moved = new TinyGraph(known: Known.AllButBatch)
            .Input("x", new Tensor([2, 8, 7, 3], Array.ConvertAll(last, v => (double)v)))
            .Node("Transpose", "x", "planes", Attributes.Of("perm", [0, 3, 1, 2]))
            .Classifier("planes");
        using var loadedA = first.Load();
        var a = loadedA.View;
        using var loadedB = moved.Load();
        var b = loadedB.View;

        Assert.Equal(Engine.Images.TensorLayout.Nhwc, b.Description.Input.Layout);
        Near.Relative(a.Map(image, method, Few), b.Map(new FloatTensor([2, 8, 7, 3], last), method, Few), 1e-5, method);
    }

    [Fact]
    public void BehindAnAverageAblationIsTheClassifiersWeightTimesTheMeanOfTheFeatureMap() =>
        Nets.ForAll(
            n =>
            {
                using var loadedModel = Build(n);
                var model = loadedModel.View;
                var image = Tensor.Normal([1, 3, n.Height, n.Width], n.Seed).ToEngine();
                var answer = model.Explain(
                    new TensorQuery(
                        image,
                        new ExplainParameters
                        {
                            Method = "ablationcam",
                            Target = "0",
                            Sign = Sign.Both,
                        }
                    )
                );

                var (area, score, weights) = (
                    n.Height * n.Width,
                    Math.Abs(answer.Logits.Values[0]),
                    Tensors.ReadFloats(model.Graph.Constant("w"))!
                );
                var expected = Enumerable
                    .Range(0, area)
                    .Select(i =>
                        (float)
                            Enumerable
                                .Range(0, n.Channels)
                                .Sum(k =>
                                {
                                    var map = answer.Activations!.Values.AsSpan(k * area, area).ToArray();
                                    return weights[k] * map.Average() / score * map[i];
                                })
                    )
                    .ToArray();
                // The difference of two scores over a small one loses digits.
                Near.Absolute(expected, answer.Map.Values, 1e-5 * (1 + expected.Max(Math.Abs) / Math.Min(score, 1)), "ablationcam");
            },
            draws: 30
        );

    [Fact]
    public void AblationOfAScoreOfZeroIsWhatTheScoreLoses()
    {
        // The bias takes away just what the one image gives.
        var g = new TinyGraph(known: Known.AllButBatch)
            .Input("x", Tensor.Of([1, 3, 1, 2], 1, 3, 0, 0, 0, 0))
            .Node("Relu", "x", "l")
            .Node("GlobalAveragePool", "l", "p")
            .Node("Flatten", "p", "f")
            .Weight("w", Tensor.Of([3, 2], 1, 0, 0, 0, 0, 0))
            .Weight("b", Tensor.Of([2], -2, 0))
            .Node("Gemm", "f w b", "scores")
            .Output("scores");
        using var loadedModel = g.Load();
        var model = loadedModel.View;

        Assert.Equal([2, 6], model.Map(g.Image(), "ablationcam", target: "0"));
    }

    [Fact]
    public void BehindAnAverageReciproCamIsCamOverTheNumberOfPlacesPlusTheBias()
    {
        using var loadedModel = Net.Load();
        var model = loadedModel.View;

        var cam = model.Map(Net.Image(), "cam");
        var bias = (float)Tensors.ReadFloats(model.Graph.Constant("b"))![1];
        Near.Relative(cam.Select(v => v / 30 + bias).ToArray(), model.Map(Net.Image(), "reciprocam"), 1e-5, "reciprocam");
    }

    [Fact]
    public void OcclusionOfEverythingIsTheScoreWithoutThatOfAnEmptyImage()
    {
        using var loadedModel = Net.Load();
        var model = loadedModel.View;
        var image = Net.Image();
        float Score(FloatTensor input) => model.Perturb(input, new ExplainParameters { Method = "reciprocam" }).Logits.Item(0)[1];

        var map = model.Map(
            image,
            "occlusion",
            new ExplainParameters
            {
                Options = new() { Window = (5, 6), Stride = (1, 1) },
            }
        );

        var expected = Score(image) - Score(image with { Values = new float[image.Values.Length] });
        Assert.All(map.Take(30), v => Assert.Equal(expected, v, 1e-5));
    }

    [Fact]
    public void KernelShapAddsUpToTheScoreWithoutThatOfAnEmptyImage()
    {
        using var loadedModel = Net.Load();
        var model = loadedModel.View;
        var (item, layers) = (new FloatTensor([1, 3, 5, 6], Net.Image().Item(0)), new[] { "x" });
        using var study = ExplainPlan.Study(
            [
                model.Plan(
                    new ExplainParameters
                    {
                        Method = "kernelshap",
                        Options = new() { Samples = 11 },
                    }
                ),
            ],
            item,
            [
                [new Engine.Objectives.ClassObjective(Engine.Objectives.Score.Logit, new Engine.Objectives.Target(1))],
            ],
            RunContext.Alone(TestContext.Current.CancellationToken)
        );
        var probe = new Probe(study, 0, 0, layers[0]);
        var image = new Engine.Methods.Perturbation.InputImage(probe);
        var segments = new Engine.Methods.Perturbation.Segments(image).Labels.ToArray();

        var map = Engine.Methods.Perturbation.KernelShap.Run(probe).Values;

        var shares = map.Zip(segments).DistinctBy(p => p.Second).Sum(p => p.First);
        var nothing = probe.Evaluate(new Variants("nothing", 1, (_, values) => values.Clear()))[0];
        Assert.Equal(probe.Score - nothing, shares, 1e-4);
    }

    [Theory]
    [InlineData("kernelshap")]
    [InlineData("lime")]
    public void OfALinearModelTheValueOfASuperpixelIsWhatItAdds(string method)
    {
        // An image of single pixels that differ more than any compactness holds together, and a score that is their weighted sum.
        var weights = Tensor.Spread([24, 1], -1, 1, 4);
        var g = new TinyGraph(known: Known.AllButBatch)
            .Input("x", Tensor.Spread([1, 1, 4, 6], -2, 2, 3))
            .Node("Flatten", "x", "f")
            .Weight("w", weights)
            .Node("MatMul", "f w", "scores")
            .Output("scores");
        using var loadedModel = g.Load("""{ "output": { "activation": "none" } }""");
        var model = loadedModel.View;
        using var study = ExplainPlan.Study(
            [model.Plan(new ExplainParameters { Method = method })],
            g.Image(),
            [
                [new Engine.Objectives.ClassObjective(Engine.Objectives.Score.Logit, new Engine.Objectives.Target(0))],
            ],
            RunContext.Alone(TestContext.Current.CancellationToken)
        );
        var segments = new Engine.Methods.Perturbation.Segments(new(new Probe(study, 0, 0, "x"))).Labels.ToArray();
        Assert.True(segments.Max() > 3, "too few superpixels to tell them apart");

        var map = model.Map(g.Image(), method, new ExplainParameters { Options = new() { Samples = 2000 } }, "0");

        var x = g.Image().Values;
        var products = x.Select(
                (v, i) =>
                    (
                        Segment: segments[i],
                        Value: v * weights.Values[i],
                        Weight: weights.Values[i],
                        Mean: x.Where((_, j) => segments[j] == segments[i]).Average()
                    )
            )
            .ToArray();
        var expected = segments
            .Select(s => (float)products.Where(p => p.Segment == s).Sum(p => method == "lime" ? p.Value - p.Weight * p.Mean : p.Value))
            .ToArray();
        // The penalty of LIME's fit makes its coefficients a little smaller.
        Near.Relative(expected, map, method == "lime" ? 0.02 : 1e-4, method);
    }

    [Fact]
    public void RiseOfAScoreThatIsOnePixelShinesThere()
    {
        // f(X ∘ M) = M at the pixel: the map is E[M M_pixel] / p, which is largest at the pixel.
        var g = new TinyGraph(known: Known.AllButBatch)
            .Input("x", new Tensor([1, 1, 14, 14], [.. Enumerable.Range(0, 196).Select(i => i == 59 ? 1.0 : 0)]))
            .Node("Flatten", "x", "f")
            .Weight("w", new Tensor([196, 1], [.. Enumerable.Repeat(1.0, 196)]))
            .Node("MatMul", "f w", "scores")
            .Output("scores");
        using var loadedModel = g.Load("""{ "output": { "activation": "none" } }""");
        var model = loadedModel.View;

        var map = model.Map(g.Image(), "rise", new ExplainParameters { Options = new() { Samples = 3000 } }, "0");

        Assert.Equal(59, Array.IndexOf(map, map.Max()));
        // Far away a mask says nothing of the pixel: E[M] E[M_pixel] / p = 0.5.
        Assert.InRange(map[13 * 14 + 13], 0.45, 0.55);
        Assert.InRange(map[59], 0.6, 1);
    }

    [Fact]
    public void AnOrderThatIsScatteredLeavesNothingOutAndSpreadsItsBeginning() => Assert.All(Enumerable.Range(1, 300), count =>
        {
            var order = Engine.Methods.Perturbation.ScatteredOrder.Of(count);
            Assert.Equal(Enumerable.Range(0, count), order.Order());
            var first = order.Take((count + 3) / 4).Order().ToArray();
            Assert.All(first.Zip(first.Skip(1)), p => Assert.InRange(p.Second - p.First, 1, 8));
        });

    private static LoadedModel Build((int Channels, int Classes, int Height, int Width, int Seed) n) =>
        new TinyGraph(known: Known.AllButBatch)
            .Input("x", Tensor.Normal([2, 3, n.Height, n.Width], n.Seed))
            .Weight("k", Tensor.Normal([n.Channels, 3, 3, 3], n.Seed + 2))
            .Node("Conv", "x k", "c0", Attributes.Of("pads", [1, 1, 1, 1]))
            .Node("Relu", "c0", "l")
            .Node("GlobalAveragePool", "l", "p")
            .Node("Flatten", "p", "f")
            .Weight("w", Tensor.Normal([n.Classes, n.Channels], n.Seed + 3))
            .Weight("b", Tensor.Normal([n.Classes], n.Seed + 1))
            .Node("Gemm", "f w b", "scores", Attributes.Of("transB", 1L))
            .Output("scores")
            .Load("""{ "input": { "layout": "NCHW" }, "layer": "l" }""");
}

internal static class Classifiers
{
    public static TinyGraph Classifier(this TinyGraph g, string planes) =>
        g.Weight("k", Tensor.Normal([4, 3, 3, 3], 8))
            .Node("Conv", $"{planes} k", "c0", Attributes.Of("pads", [1, 1, 1, 1]))
            .Node("Relu", "c0", "l")
            .Node("GlobalAveragePool", "l", "p")
            .Node("Flatten", "p", "f")
            .Weight("w", Tensor.Normal([3, 4], 9))
            .Weight("b", Tensor.Normal([3], 10))
            .Node("Gemm", "f w b", "scores", Attributes.Of("transB", 1L))
            .Output("scores");
}
