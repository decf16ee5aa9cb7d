using Explain.Autodiff.Backpropagation;
using Explain.Autodiff.Rules;
using static Explain.Autodiff.Graphs.Attributes;

namespace Explain.Autodiff.Tests;

/// <summary>Relevance at what transformers and detectors have besides sums of weighted values.</summary>
public class AttentionRelevanceRulesTests
{
    private static readonly RuleSet[] Sets = [RuleSets.Excitation, RuleSets.LrpEpsilon, RuleSets.LrpGamma, RuleSets.LrpAlpha1Beta0];

    public static TheoryData<string> Names => [.. Sets.Select(s => s.Name)];

    [Theory, MemberData(nameof(Names))]
    public void ASoftmaxGivesWhatItsFirstOrderExpansionDoes(string set)
    {
        double[] x = [1, -2, 0.5],
            r = [3, 1, 2];
        var exponentials = x.Select(Math.Exp).ToArray();
        // xᵢ (rᵢ - sᵢ Σ r); where biases take no part, r is handed on.
        var expected = x.Select(
            (v, i) =>
                set.StartsWith("lrp-a", StringComparison.Ordinal) || set == "excitation"
                    ? r[i]
                    : v * (r[i] - exponentials[i] / exponentials.Sum() * 6)
        );
        var tiny = new TinyGraph().Input("x", Tensor.Of([1, 3], x)).Node("Softmax", "x", "y").Output("y");
        Assert.Equal(expected, Arrived(tiny, Set(set), Tensor.Of([1, 3], r)), Close);
    }

    [Theory, MemberData(nameof(Names))]
    public void WhatAMaskHidesFromASoftmaxTakesNoPart(string set)
    {
        var tiny = new TinyGraph()
            .Input("x", Tensor.Of([1, 3], 1, 2, 3))
            .Weight("m", Tensor.Of([3], 0, double.NegativeInfinity, 0))
            .Node("Add", "x m", "masked")
            .Node("Softmax", "masked", "y")
            .Output("y");
        var arrived = Arrived(tiny, Set(set), Tensor.Of([1, 3], 1, 0, 2));
        Assert.All(arrived, v => Assert.True(double.IsFinite(v)));
        Assert.Equal(0, arrived[1]);
    }

    [Fact]
    public void TwoComputedFactorsGetTheSame()
    {
        // y = 2·3 + 4·(-1) = 2 with r = 10: of 6 and -4, half each way.
        Assert.Equal([15, -10, 15, -10], Product(RuleSets.LrpEpsilon), Close);
        // Contributions for the sum of 2 count 1.25 times: 7.5 - 4 = 3.5.
        Assert.Equal([7.5 / 3.5 * 5, -4 / 3.5 * 5, 7.5 / 3.5 * 5, -4 / 3.5 * 5], Product(RuleSets.LrpGamma), Close);
        Assert.Equal([5, 0, 5, 0], Product(RuleSets.LrpAlpha1Beta0), Close);
        // Excitatory are the factors that the other's positive part multiplies: of 2·3 and nothing of 4, of 3·2 and (-1)·4.
        Assert.Equal([5, 0, 15, -10], Product(RuleSets.Excitation), Close);

        static double[] Product(RuleSet rules) =>
            Arrived(
                new TinyGraph()
                    .Input("x", Tensor.Of([1, 2], 2, 4))
                    .Input("z", Tensor.Of([2, 1], 3, -1))
                    .Node("MatMul", "x z", "y")
                    .Output("y"),
                rules,
                Tensor.Of([1, 1], 10)
            );
    }

    [Fact]
    public void ANormalisationHandsOnByItsDivisorAndPartsByCentreAndShift()
    {
        double[] x = [1, 2, 6],
            scale = [2, 1, 0.5],
            shift = [0.5, 0, -1],
            r = [1, 2, 3];
        double[] centred = [-2, -1, 3];
        var deviation = Math.Sqrt((4 + 1 + 9) / 3.0 + 1e-5);
        double[] parts = [.. centred.Select((v, i) => scale[i] * v / deviation)];
        double[] quotients = [.. parts.Select((a, i) => r[i] * a / (a + shift[i]) / centred[i])];
        var tiny = new TinyGraph()
            .Input("x", Tensor.Of([1, 3], x))
            .Weight("s", Tensor.Of([3], scale))
            .Weight("b", Tensor.Of([3], shift))
            .Node("LayerNormalization", "x s b", "y")
            .Output("y");
        Assert.Equal(
            x.Select((v, i) => v * (quotients[i] - quotients.Average())),
            Arrived(tiny, RuleSets.LrpEpsilon, Tensor.Of([1, 3], r)),
            Close
        );
        Assert.Equal(r, Arrived(tiny, RuleSets.LrpAlpha1Beta0, Tensor.Of([1, 3], r)), Close);
    }

    [Fact]
    public void WithoutBiasesAndCurvesEpsilonIsInputTimesGradient()
    {
        TinyGraph Net() =>
            new TinyGraph()
                .Input("x", Tensor.Spread([2, 3, 6, 6], -1, 2, 3))
                .Weight("w", 4, 3, 3, 3)
                .Node("Conv", "x w", "c", Of("pads", [2, 2, 2, 2]), Of("dilations", [2, 2]))
                .Node("LeakyRelu", "c", "l")
                .Weight("f", Tensor.Of([4], 1, 1, 2, 2))
                .Node("Resize", "l - f", "u", Of("mode", "cubic"))
                .Weight("t", 4, 4, 2, 2)
                .Node("ConvTranspose", "u t", "d", Of("strides", [2, 2]))
                .Node("Relu", "d", "r")
                .Node("MaxPool", "r", "p", Of("kernel_shape", [2, 2]), Of("strides", [2, 2]))
                .Node("Add", "p u", "s")
                .Node("GlobalAveragePool", "s", "y")
                .Output("y");
        var scores = Runtime.Run(Net().Build(), Net().Feeds)["y"];
        var gradient = Arrived(Net(), GradientRules.Plain, scores with { Values = [.. scores.Values.Select(_ => 1.0)] });
        var (relevance, x) = (Arrived(Net(), RuleSets.LrpEpsilon, scores), Net().Feeds["x"].Values);
        var expected = new Tensor([x.Length], [.. x.Zip(gradient, (a, b) => a * b)]);
        Assert.InRange(new Tensor([x.Length], relevance).DistanceTo(expected), 0, 1e-5);
    }

    [Theory]
    [InlineData("LayerNormalization")]
    [InlineData("RMSNormalization")]
    [InlineData("Gelu")]
    [InlineData("Swish")]
    [InlineData("HardSwish")]
    [InlineData("Mish")]
    [InlineData("com.microsoft.FastGelu")]
    [InlineData("com.microsoft.FusedMatMul")]
    public void AnOperatorGetsWhatItsDefinitionDoes(string op)
    {
        foreach (var rules in Sets)
        {
            var fused = Written(op, fused: true);
            var given = Tensor.Spread(Runtime.Run(fused.Build(), fused.Feeds)["y"].Shape, 0.5, 1, 4);
            Tensor expected = new([40], Arrived(fused, rules, given)),
                found = new([40], Arrived(Written(op, fused: false), rules, given));
            Assert.InRange(found.DistanceTo(expected), 0, 2e-5);
        }
    }

    [Fact]
    public void AGateBehindAReshapeIsStillOne()
    {
        var tiny = new TinyGraph()
            .Input("x", Tensor.Spread([2, 3, 4, 4], 0.1, 1, 2))
            .Ints("a", 2, 3)
            .Node("ReduceMean", "x a", "m", Of("keepdims", 0))
            .Node("Sigmoid", "m", "s")
            .Ints("e", 2, 3)
            .Node("Unsqueeze", "s e", "g")
            .Node("Mul", "x g", "y")
            .Output("y");
        var given = Tensor.Spread([2, 3, 4, 4], 0.5, 1, 4);
        Assert.All(Sets, rules => Assert.Equal(given.Values, Arrived(tiny, rules, given), Close));
    }

    [Theory, MemberData(nameof(Names))]
    public void AProductOfThreeComputedFactorsIsPartedInThree(string set)
    {
        var tiny = new TinyGraph()
            .Input("x", Tensor.Of([2], 1, 2))
            .Input("z", Tensor.Of([2], 3, 1))
            .Input("u", Tensor.Of([2], 1, 4))
            .Node("Einsum", "x z u", "y", Of("equation", "i,i,i->"))
            .Output("y");
        // 1·3·1 + 2·1·4 = 11.
        double[] each = [1, 8 / 3.0];
        Assert.Equal([.. each, .. each, .. each], Arrived(tiny, Set(set), Tensor.Of([], 11)), Close);
    }

    [Fact]
    public void TheOppositeOfAClassifierKeepsItsOperatorsDomains()
    {
        var tiny = new TinyGraph()
            .Input("x", Tensor.Spread([2, 3], 0.1, 1, 2))
            .Weight("w", 3, 4)
            .Node("MatMul", "x w", "m")
            .Node("com.microsoft.QuickGelu", "m", "scores")
            .Output("scores");
        var query = new GradientQuery("scores", ["x"]) { Rules = RuleSets.Contrastive };
        var feeds = new Dictionary<string, Tensor>(tiny.Feeds)
        {
            [ExplainGraph.Classes] = Tensor.Of([2, 1], 0, 1),
            [ExplainGraph.Weights] = ClassSelectionTests.PerItem(Tensor.Of([2, 1], 1, 1)),
        };
        Assert.Equal([2, 3], Runtime.Run(Differentiated.Graph(tiny.Prepare(), query), feeds)[ExplainGraph.GradientOf("x")].Shape);
    }

    private static RuleSet Set(string name) => Sets.Single(s => s.Name == name);

    private static bool Close(double a, double b) => Math.Abs(a - b) <= 1e-4;

    // At all inputs, one behind the other.
    private static double[] Arrived(TinyGraph tiny, RuleSet rules, Tensor given)
    {
        var feeds = new Dictionary<string, Tensor>(tiny.Feeds) { [ExplainGraph.Cotangent] = given };
        var outputs = Runtime.Run(GradientCheck.Backwards(tiny, tiny.Feeds.Keys, rules), feeds);
        return [.. tiny.Feeds.Keys.SelectMany(name => outputs[ExplainGraph.GradientOf(name)].Values)];
    }

    // An operator, or what its definition writes out.
    private static TinyGraph Written(string op, bool fused)
    {
        var g = new TinyGraph(opset: fused && op is "RMSNormalization" or "Swish" ? 24 : 20)
            .Input("x", Tensor.Spread([2, 4, 5], -2, 3, 3))
            .Weight("s", Tensor.Spread([5], 0.5, 2, 4));
        void Number(string name, double value) => g.Weight(name, Tensor.Of([], value));
        Number("one", 1);
        Number("half", 0.5);
        Number("two", 2);
        Number("epsilon", 1e-5);
        Number("three", 3);
        Number("zero", 0);
        Number("six", 6);
        g.Ints("last", -1);
        g = (op, fused) switch
        {
            ("LayerNormalization" or "RMSNormalization", true) => g.Node(op, "x s", "y"),
            ("LayerNormalization", _) => g.Node("ReduceMean", "x last", "m")
                .Node("Sub", "x m", "c")
                .Node("Mul", "c c", "q")
                .Node("ReduceMean", "q last", "v")
                .Node("Add", "v epsilon", "e")
                .Node("Sqrt", "e", "d")
                .Node("Div", "c d", "u")
                .Node("Mul", "u s", "y"),
            ("RMSNormalization", _) => g.Node("Pow", "x two", "q")
                .Node("ReduceMean", "q last", "v")
                .Node("Add", "v epsilon", "e")
                .Node("Sqrt", "e", "d")
                .Node("Reciprocal", "d", "o")
                .Node("Mul", "o s", "os")
                .Node("Mul", "x os", "y"),
            ("Gelu", false) => g.Weight("root", Tensor.Of([], Math.Sqrt(2)))
                .Node("Div", "x root", "d")
                .Node("Erf", "d", "e")
                .Node("Add", "e one", "p")
                .Node("Mul", "x p", "t")
                .Node("Mul", "t half", "y"),
            ("com.microsoft.FastGelu", false) => g.Weight("k", Tensor.Of([], 0.044715))
                .Weight("r", Tensor.Of([], Math.Sqrt(2 / Math.PI)))
                .Node("Pow", "x three", "c")
                .Node("Mul", "c k", "ck")
                .Node("Add", "x ck", "a")
                .Node("Mul", "a r", "u")
                .Node("Tanh", "u", "t")
                .Node("Add", "one t", "p")
                .Node("Mul", "x half", "h")
                .Node("Mul", "h p", "y"),
            ("Swish", false) => g.Node("Sigmoid", "x", "p").Node("Mul", "x p", "y"),
            ("HardSwish", false) => g.Node("Add", "x three", "a")
                .Node("Clip", "a zero six", "c")
                .Node("Mul", "x c", "t")
                .Node("Div", "t six", "y"),
            ("Mish", false) => g.Node("Softplus", "x", "p").Node("Tanh", "p", "t").Node("Mul", "x t", "y"),
            ("com.microsoft.FusedMatMul", true) => g.Node("Tanh", "x", "t").Node(op, "x t", "y", Of("transB", 1), Of("alpha", 0.5f)),
            ("com.microsoft.FusedMatMul", _) => g.Node("Tanh", "x", "t")
                .Node("Transpose", "t", "tt", Of("perm", [0, 2, 1]))
                .Node("MatMul", "x tt", "m")
                .Node("Mul", "m half", "y"),
            _ => g.Node(op, "x", "y"),
        };
        return g.Output("y");
    }
}
