using CsCheck;
using Explain.Engine.Explaining;
using Explain.Engine.Images;
using Explain.Engine.Methods.Options;
using Explain.Engine.Methods.Probing;
using Explain.Engine.Methods.Tables;
using Explain.Engine.Parameters;
using Explain.Engine.Telemetry;
using Explain.Engine.Tests.Methods.Perturbation;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Tests.Methods;

/// <summary>What holds of methods that combine the feature maps and gradients of a layer, on every net.</summary>
public sealed class LayerPropertyTests
{
    private static readonly Smoothing[] Smoothings = Enum.GetValues<Smoothing>();

    /// <summary>Every method with every convention and every smoothing it knows.</summary>
    public static TheoryData<string, Compat, Smoothing> Ways =>
        [
            .. FeatureMapMethods.Rows.SelectMany(m =>
                m.Conventions.Prepend(Compat.None)
                    .SelectMany(compat => Smoothings.Where(s => s != Smoothing.Eigen || m.ByChannel).Select(s => (m.Info.Id, compat, s)))
            ),
        ];

    [Theory]
    [MemberData(nameof(Ways))]
    public void EveryItemIsExplainedAsIfItWereAloneWhateverNumberTheModelTakesAtOnce(string method, Compat compat, Smoothing smooth) =>
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
                    var parameters = new ExplainParameters
                    {
                        Method = method,
                        Options = new()
                        {
                            Compat = compat,
                            Smooth = smooth,
                            Seed = net.Seed,
                        },
                    };
                    var expected = any.Perturb(input, parameters, [.. Enumerable.Range(0, net.ItemCount).Select(n => (long)(n % 3))]).Map;
                    for (var n = 0; n < net.ItemCount; n++)
                        Near.Relative(any.Perturb(input.Items(n, 1), parameters, [n % 3]).Map.Values, expected.Item(n), 1e-4, $"item {n}");
                    Near.Relative(
                        expected.Values,
                        one.Perturb(input, parameters, [.. Enumerable.Range(0, net.ItemCount).Select(n => (long)(n % 3))]).Map.Values,
                        1e-4,
                        "one at a time"
                    );
                    Near.Relative(
                        expected.Values,
                        all.Perturb(input, parameters, [.. Enumerable.Range(0, net.ItemCount).Select(n => (long)(n % 3))]).Map.Values,
                        1e-4,
                        "all at once"
                    );
                },
                draws: 3
            );

    [Theory]
    [MemberData(nameof(Ways))]
    public void MapsAreFiniteAndRepeatBitForBit(string method, Compat compat, Smoothing smooth) =>
        PixelNet
            .Random("Relu", biases: true)
            .ForAll(
                net =>
                {
                    using var loadedModel = net.Load();
                    var model = loadedModel.View;
                    var (input, parameters) = (
                        net.Input(TensorLayout.Nchw),
                        new ExplainParameters
                        {
                            Method = method,
                            Options = new()
                            {
                                Compat = compat,
                                Smooth = smooth,
                                Seed = net.Seed,
                            },
                        }
                    );
                    var (first, second) = (model.Perturb(input, parameters), model.Perturb(input, parameters));
                    Assert.All(first.Map.Values.Concat(first.Heatmap.Values), v => Assert.True(float.IsFinite(v)));
                    Assert.Equal(first.Map.Values, second.Map.Values);
                    Assert.Equal(first.Heatmap.Values, second.Heatmap.Values);
                },
                draws: 4
            );

    [Theory]
    [InlineData("gradcam", "counterfactual", "logit")]
    [InlineData("hirescam", "counterfactual", "logit")]
    [InlineData("xgradcam", "counterfactual", "logit")]
    [InlineData("cam", "counterfactual", "logit")]
    [InlineData("finercam", "counterfactual", "logit")]
    public void MapsThatAreLinearInTheGradientTurnAroundWithTheScore(string method, string score, string opposite) =>
        PixelNet
            .Random("Tanh", biases: true)
            .ForAll(
                net =>
                {
                    using var loadedModel = net.Load();
                    var model = loadedModel.View;
                    var input = net.Input(TensorLayout.Nchw);
                    var (map, other) = (
                        model.Map(input, method, new() { Score = score }),
                        model.Map(input, method, new() { Score = opposite })
                    );
                    Near.Relative([.. other.Select(v => -v)], map, 1e-5, method);
                },
                draws: 5
            );

    [Theory]
    [InlineData("gradcam")]
    [InlineData("hirescam")]
    public void MapsThatAreLinearInTheGradientAddUpWithTheCotangent(string method) =>
        PixelNet
            .Random("Tanh", biases: true)
            .ForAll(
                net =>
                {
                    using var loadedModel = net.Load();
                    var model = loadedModel.View;
                    var input = net.Input(TensorLayout.Nchw).Items(0, 1);
                    float[] Map(params float[] cotangent) =>
                        TensorExplainer
                            .Explain(
                                model,
                                new TensorQuery(input, new ExplainParameters { Method = method, Sign = Sign.Both })
                                {
                                    Cotangent = new FloatTensor([1, 3], cotangent),
                                },
                                Tiny.Images,
                                RunContext.Alone(TestContext.Current.CancellationToken)
                            )
                            .Map.Values;
                    var (first, second) = (Map(1, 0, 0), Map(0, 0, 1));
                    Near.Relative([.. first.Zip(second, (a, b) => 2 * a - 0.5f * b)], Map(2, 0, -0.5f), 1e-5, method);
                },
                draws: 5
            );

    [Theory]
    [InlineData("eigencam")]
    [InlineData("kpcacam")]
    [InlineData("fem")]
    [InlineData("activationmap")]
    [InlineData("randomcam")]
    public void MapsOfTheFeatureMapsAloneAreTheSameForEveryClass(string method) =>
        PixelNet
            .Random("Relu", biases: true)
            .ForAll(
                net =>
                {
                    using var loadedModel = net.Load();
                    var model = loadedModel.View;
                    var input = net.Input(TensorLayout.Nchw);
                    Assert.Equal(model.Map(input, method, target: "0"), model.Map(input, method, target: "2"));
                },
                draws: 3
            );

    [Fact]
    public void RandomWeightsAreBetweenMinusOneAndOneAndEachSeedHasItsOwn()
    {
        var net = new PixelNet(1, 3, 6, 5, "Relu", Biases: true, Seed: 7);
        using var loadedModel = net.Load();
        var model = loadedModel.View;
        float[] Weights(int seed)
        {
            using var study = new Study(
                model,
                net.Input(TensorLayout.Nchw),
                [
                    ["l1"],
                ],
                [
                    [],
                ],
                new MethodOptions { Seed = seed },
                new SharedDeadline(null),
                RunContext.Alone(TestContext.Current.CancellationToken)
            );
            return MethodTable.Find("randomcam").Run(new Probe(study, 0, 0, "l1")).Weights!;
        }

        var all = Enumerable.Range(0, 200).SelectMany(Weights).ToArray();

        Assert.All(all, w => Assert.InRange(w, -1, 1));
        Assert.Equal(all.Length, all.Distinct().Count());
        Assert.InRange(all.Average(), -0.05, 0.05);
        Assert.InRange(all.Average(w => w * w), 1 / 3.0 - 0.03, 1 / 3.0 + 0.03);
        Assert.Equal(Weights(3), Weights(3));
    }

    [Theory]
    [InlineData("gradcam", "the sum of the channels")]
    [InlineData("layercam", "the sum of the channels")]
    [InlineData("eigencam", "activationmap")]
    [InlineData("kpcacam", "activationmap")]
    [InlineData("eigengradcam", "hirescam")]
    public void TheSignOfAPrincipalComponentIsThatOfTheSum(string method, string sum) =>
        PixelNet
            .Random("Relu", biases: true)
            .ForAll(
                net =>
                {
                    using var loadedModel = net.Load();
                    var model = loadedModel.View;
                    var input = net.Input(TensorLayout.Nchw).Items(0, 1);
                    var smooth = sum == "the sum of the channels" ? Smoothing.Eigen : Smoothing.None;
                    var component = model.Map(input, method, new() { Options = new() { Smooth = smooth } });
                    var plain = model.Map(input, smooth == Smoothing.Eigen ? method : sum);
                    Assert.True(component.Zip(plain, (a, b) => (double)a * (b - plain.Average())).Sum() >= 0);
                },
                draws: 10
            );
}
