using CsCheck;
using Explain.Engine.Explaining;
using Explain.Engine.Images;
using Explain.Engine.Methods.Options;
using Explain.Engine.Methods.Probing;
using Explain.Engine.Methods.Tables;
using Explain.Engine.Models;
using Explain.Engine.Objectives;
using Explain.Engine.Parameters;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Tests.Methods;

/// <summary>What holds of methods in pixel space on every net.</summary>
public sealed class PixelPropertyTests
{
    public static TheoryData<string> Methods => [.. PixelMethodIds];

    private static IEnumerable<string> PixelMethodIds =>
        MethodTable.All.Select(m => MethodTable.Find(m.Id)).Where(m => m.Reduce is not null).Select(m => m.Info.Id);

    [Theory]
    [InlineData("inputxgradient")]
    [InlineData("integrated-gradients")]
    public void WithoutBiasesTheValuesOfAReluNetAddUpToTheScore(string method) =>
        PixelNet
            .Random("Relu", biases: false)
            .ForAll(
                net =>
                {
                    using var loadedModel = net.Load();
                    var model = loadedModel.View;
                    var answer = model.Explain(net.Input(TensorLayout.Nchw), method);
                    for (var n = 0; n < net.ItemCount; n++)
                        Assert.Equal(answer.Logits.Item(n)[1], answer.Map.Item(n).Sum(), 1e-4 * (1 + Math.Abs(answer.Logits.Item(n)[1])));
                },
                draws: 20
            );

    [Theory]
    [InlineData("lrp-epsilon")]
    [InlineData("lrp-alpha1beta0")]
    public void WithoutBiasesRelevanceAddsUpToTheScore(string method) =>
        PixelNet
            .Random("Relu", biases: false)
            .ForAll(
                net =>
                {
                    using var loadedModel = net.Load();
                    var model = loadedModel.View;
                    var answer = model.Explain(net.Input(TensorLayout.Nchw), method);
                    for (var n = 0; n < net.ItemCount; n++)
                    {
                        // A class whose score has no positive contribution has no relevance to hand down.
                        var (score, sum, most) = (answer.Logits.Item(n)[1], answer.Map.Item(n).Sum(), answer.Map.Item(n).Max(Math.Abs));
                        if (method == "lrp-epsilon" || sum != 0)
                            Assert.Equal(score, sum, 1e-3 * (1 + Math.Abs(score) + most));
                    }
                },
                draws: 20
            );

    [Fact]
    public void LrpEpsilonOfAReluNetIsInputTimesGradient() =>
        PixelNet
            .Random("Relu", biases: true)
            .ForAll(
                net =>
                {
                    using var loadedModel = net.Load();
                    var model = loadedModel.View;
                    var expected = model.Explain(net.Input(TensorLayout.Nchw), "inputxgradient").Map.Values;
                    Near.Relative(expected, model.Explain(net.Input(TensorLayout.Nchw), "lrp-epsilon").Map.Values, 1e-3, "lrp-epsilon");
                },
                draws: 20
            );

    [Fact]
    public void InputAndBiasGradientsOfAReluNetMakeUpTheScore() =>
        PixelNet
            .Random("Relu", biases: true)
            .ForAll(
                net =>
                {
                    using var loadedModel = net.Load();
                    var model = loadedModel.View;
                    using var study = Study(model, net.Input(TensorLayout.Nchw), "fullgrad");
                    for (var n = 0; n < net.ItemCount; n++)
                    {
                        var attribution = MethodTable.Find("fullgrad").Run(new Probe(study, 0, n, "x"));
                        var (sum, expected) = attribution.Completeness!;
                        Assert.Equal(study.Scores.Item(n)[1], expected, 1e-6);
                        Assert.Equal(expected, sum, 1e-4 * (1 + Math.Abs(expected)));
                        Assert.Empty(attribution.Diagnostics);
                    }
                },
                draws: 20
            );

    [Fact]
    public void ANetThatIsNotMadeOfLinearPiecesIsReported()
    {
        var net = new PixelNet(1, 3, 6, 5, "Tanh", Biases: true, Seed: 3);
        using var loadedModel = net.Load();
        var model = loadedModel.View;
        using var study = Study(model, net.Input(TensorLayout.Nchw), "fullgrad");

        var attribution = MethodTable.Find("fullgrad").Run(new Probe(study, 0, 0, "x"));

        Assert.Equal("completeness-off", Assert.Single(attribution.Diagnostics).Code);
    }

    [Theory]
    [InlineData("l1")]
    [InlineData("l0")]
    [InlineData("p0")]
    public void TheProbabilityOfExcitationBackpropagationIsConserved(string layer)
    {
        var excited = 0;
        PixelNet
            .Random("Relu", biases: true)
            .ForAll(
                net =>
                {
                    using var loadedModel = net.Load();
                    var model = loadedModel.View;
                    var answer = model.Explain(net.Input(TensorLayout.Nchw), "excitation-backprop", layer: layer);
                    for (var n = 0; n < net.ItemCount; n++)
                    {
                        Assert.All(answer.Map.Item(n), v => Assert.True(v >= 0));
                        // A class that nothing excites has no probability to hand down.
                        if (answer.Map.Item(n).All(v => v == 0))
                            continue;
                        Assert.Equal(1, answer.Map.Item(n).Sum(), 1e-4);
                        excited++;
                    }
                },
                draws: 20
            );
        Assert.True(excited >= 5, $"{excited} items were excited");
    }

    [Fact]
    public void ContrastiveProbabilitiesAreTheDifferenceOfAClassAndItsOpposite()
    {
        var net = new PixelNet(1, 3, 6, 5, "Relu", Biases: true, Seed: 11);
        using var loadedModel = net.Load();
        var model = loadedModel.View;

        // Signed, the class's probability is 1 and that of its opposite 1.
        Assert.Equal(0, model.Explain(net.Input(TensorLayout.Nchw), "cmwp", layer: "l0").Map.Values.Sum(), 1e-5);
        Assert.Contains(model.Explain(net.Input(TensorLayout.Nchw), "cmwp", layer: "l0", sign: null).Map.Values, v => v > 0);
    }

    [Theory]
    [InlineData("integrated-gradients", "Tanh", "zero", "logit")]
    [InlineData("integrated-gradients", "Tanh", "white", "probability")]
    [InlineData("integrated-gradients", "Tanh", "black", "counterfactual")]
    [InlineData("integrated-gradients", "Tanh", "blur", "contrast:2")]
    [InlineData("deeplift", "Tanh", "zero", "logit")]
    [InlineData("deeplift", "Relu", "white", "contrast:2")]
    [InlineData("deeplift", "Relu", "blur", "counterfactual")]
    public void ValuesAddUpToTheDifferenceOfTheScoresOfInputAndBaseline(string method, string activation, string baseline, string score) =>
        PixelNet
            .Random(activation, biases: true)
            .ForAll(
                net =>
                {
                    using var loadedModel = net.Load();
                    var model = loadedModel.View;
                    var query = new TensorQuery(
                        net.Input(TensorLayout.Nchw),
                        new ExplainParameters
                        {
                            Method = method,
                            Target = "1",
                            Score = score,
                            Options = new() { Baseline = baseline },
                        }
                    );
                    var found = model.Explain(query);
                    var zero = query.Input with
                    {
                        Values =
                        [
                            .. Enumerable
                                .Range(0, net.ItemCount)
                                .SelectMany(n => Baselines.Of(baseline, query.Input.Items(n, 1), model.Description.Input)),
                        ],
                    };
                    var (at, from) = (Scores(found.Logits, score), Scores(model.Explain(query with { Input = zero }).Logits, score));
                    for (var n = 0; n < net.ItemCount; n++)
                        Assert.Equal(at[n] - from[n], found.Map.Item(n).Sum(), 1e-4 * (1 + Math.Abs(at[n] - from[n])));
                },
                draws: 8
            );

    [Theory]
    [MemberData(nameof(Methods))]
    public void EveryItemIsExplainedAsIfItWereAlone(string method) =>
        PixelNet
            .Random("Relu", biases: true)
            .ForAll(
                net =>
                {
                    using var loadedModel = net.Load();
                    var model = loadedModel.View;
                    var input = net.Input(TensorLayout.Nchw);
                    var together = model.Explain(input, method);
                    for (var n = 0; n < net.ItemCount; n++)
                    {
                        Near.Relative(
                            model.Explain(input.Items(n, 1), method).Map.Values,
                            together.Map.Item(n),
                            Allowed(method, together, n),
                            $"item {n}"
                        );
                    }
                },
                draws: 6
            );

    [Theory]
    [MemberData(nameof(Methods))]
    public void ChannelsFirstAndLastGiveTheSameValuesChannelsFirst(string method) =>
        PixelNet
            .Random("Relu", biases: true)
            .ForAll(
                net =>
                {
                    using var loadedFirst = net.Load();
                    var first = loadedFirst.View;
                    using var loadedLast = net.Load(TensorLayout.Nhwc);
                    var last = loadedLast.View;
                    var expected = first.Explain(net.Input(TensorLayout.Nchw), method, sign: null);
                    var found = last.Explain(net.Input(TensorLayout.Nhwc), method, sign: null);
                    Assert.Equal([net.ItemCount, net.Channels, net.Height, net.Width], found.Map.Shape);
                    // Noise is drawn in the order of the values in memory.
                    if (method is "smoothgrad" or "vargrad")
                        return;
                    ItemsAreNear(method, expected, found, "values");
                    Near.Absolute(expected.Heatmap.Values, found.Heatmap.Values, 1e-4, "heat map");
                },
                draws: 6
            );

    [Theory]
    [MemberData(nameof(Methods))]
    public void TheNumberOfImagesThatAModelTakesAtOnceChangesNothing(string method) =>
        PixelNet
            .Random("Relu", biases: true)
            .ForAll(
                net =>
                {
                    using var loadedAny = net.Load();
                    var any = loadedAny.View;
                    using var loadedOne = net.Load(batch: 1);
                    var one = loadedOne.View;
                    using var loadedAll = net.Load(batch: net.ItemCount);
                    var all = loadedAll.View;
                    var input = net.Input(TensorLayout.Nchw);
                    var expected = any.Explain(input, method);
                    ItemsAreNear(method, expected, one.Explain(input, method), "one at a time");
                    ItemsAreNear(method, expected, all.Explain(input, method), "all at once");
                },
                draws: 5
            );

    [Theory]
    [MemberData(nameof(Methods))]
    public void ValuesAreFiniteAndRepeatBitForBit(string method) =>
        PixelNet
            .Random("Relu", biases: true)
            .ForAll(
                net =>
                {
                    using var loadedModel = net.Load();
                    var model = loadedModel.View;
                    var query = new TensorQuery(
                        net.Input(TensorLayout.Nchw),
                        new ExplainParameters
                        {
                            Method = method,
                            Options = new() { Seed = net.Seed },
                        }
                    );
                    var (first, second) = (model.Explain(query), model.Explain(query));
                    Assert.All(first.Map.Values.Concat(first.Heatmap.Values), v => Assert.True(float.IsFinite(v)));
                    Assert.Equal(first.Map.Values, second.Map.Values);
                },
                draws: 10
            );

    [Theory]
    [MemberData(nameof(Methods))]
    public void SignsAreTheTwoSidesOfTheValues(string method)
    {
        var net = new PixelNet(2, 3, 6, 5, "Relu", Biases: true, Seed: 7);
        using var loadedModel = net.Load();
        var model = loadedModel.View;
        float[] Values(Sign? sign) => model.Explain(net.Input(TensorLayout.Nchw), method, sign: sign).Map.Values;

        var both = Values(Sign.Both);

        Assert.Contains(both, v => v != 0);
        Assert.Equal(both, Values(null));
        Assert.Equal(both.Select(v => Math.Max(v, 0)), Values(Sign.Positive));
        Assert.Equal(both.Select(v => Math.Max(-v, 0)), Values(Sign.Negative));
    }

    private static Study Study(Model model, FloatTensor input, string method)
    {
        var plan = model.Plan(new ExplainParameters { Method = method });
        return ExplainPlan.Study(
            [plan],
            input,
            [
                [.. Enumerable.Repeat(new ClassObjective(Score.Logit, new Target(1)), (int)input.Shape[0])],
            ],
            RunContext.Alone(TestContext.Current.CancellationToken)
        );
    }

    // Relevance is a share of the score: where the terms of the score cancel, it has as many digits fewer.
    private static double Allowed(string method, TensorAnswer answer, int item) =>
        1e-5
        * (
            method.StartsWith("lrp-", StringComparison.Ordinal)
                ? answer.Logits.Item(item).Max(Math.Abs) / Math.Abs(answer.Logits.Item(item)[1])
                : 1
        );

    private static void ItemsAreNear(string method, TensorAnswer expected, TensorAnswer actual, string what)
    {
        Assert.Equal(expected.Map.Shape, actual.Map.Shape);
        for (var n = 0; n < expected.Map.Shape[0]; n++)
            Near.Relative(expected.Map.Item(n), actual.Map.Item(n), Allowed(method, expected, n), $"{what}, item {n}");
    }

    private static float[] Scores(FloatTensor logits, string score) =>
        [
            .. Enumerable
                .Range(0, (int)logits.Shape[0])
                .Select(n =>
                {
                    var z = logits.Item(n);
                    return score switch
                    {
                        "probability" => MathF.Exp(z[1]) / z.Sum(MathF.Exp),
                        "counterfactual" => -z[1],
                        "contrast:2" => z[1] - z[2],
                        _ => z[1],
                    };
                }),
        ];
}
