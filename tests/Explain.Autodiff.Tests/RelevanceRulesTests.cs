using Explain.Autodiff.Backpropagation;
using Explain.Autodiff.Rules;

namespace Explain.Autodiff.Tests;

/// <summary>
/// Excitation backpropagation and layer-wise relevance propagation: what every operator hands down adds up to what it was given.
/// </summary>
public class RelevanceRulesTests
{
    // Of what is handed down in all: where contributions nearly cancel, each is large against their sum.
    private const double Tolerance = 1e-6;

    // Of what is linear nowhere a part of the relevance stays with the zeroth order of its expansion, as with a bias.
    private static readonly string[] Holding = ["Softmax", "LogSoftmax"];

    private static readonly RuleSet[] Sets = [RuleSets.Excitation, RuleSets.LrpEpsilon, RuleSets.LrpGamma, RuleSets.LrpAlpha1Beta0];

    public static TheoryData<string, string> Rules =>
        [.. from set in Sets from op in set.Operators.Order() where OperatorForms.Has(op) && !IsHeld(set.Name, op) select (set.Name, op)];

    public static TheoryData<string> Names => [.. Sets.Select(s => s.Name)];

    [Theory, MemberData(nameof(Rules))]
    public void AnOperatorHandsDownWhatItIsGiven(string set, string op)
    {
        foreach (var form in OperatorForms.For(op))
        {
            foreach (var known in new[] { Known.Everything, Known.Ranks })
            {
                var tiny = OperatorForms.Net(op, form, Tensor.Spread([2, 4, 6, 5], 0.1, 2, 3), known);
                var (arrived, given) = Propagate(tiny, Set(set), y => Tensor.Spread(y.Shape, 0.5, 1, 4));
                Assert.InRange(Lost(arrived.Values, given.Values), 0, Tolerance);
                if (set is "excitation" or "lrp-alpha1beta0")
                    Assert.All(arrived.Values, v => Assert.True(v >= 0));
                if (given.Shape[0] == 2)
                {
                    Assert.InRange(
                        Lost(arrived.Values[..(arrived.Values.Length / 2)], given.Values[..(given.Values.Length / 2)]),
                        0,
                        Tolerance
                    );
                }
            }
        }
    }

    [Fact]
    public void ContributionsAreWeighedAsThePapersSay()
    {
        // z = 2·3 - 1·4 + 0.5 = 2.5 of x = (2, 1), w = (3, -4), b = 0.5; the relevance is 10.
        Assert.Equal([6 * 4, -4 * 4], Single(RuleSets.LrpEpsilon, [2, 1]), Close);
        Assert.Equal([10, 0], Single(RuleSets.Excitation, [2, 1]), Close);
        Assert.Equal([10, 0], Single(RuleSets.LrpAlpha1Beta0, [2, 1]), Close);
        // w + w⁺/4 = (3.75, -4): z = 7.5 - 4 + 0.5.
        Assert.Equal([7.5 * 10 / 4, -4 * 10 / 4], Single(RuleSets.LrpGamma, [2, 1]), Close);
        // Of a sum below 0, 2·3 - 4·4 + 0.5, it is the negative contribution that counts more: 6 - 20 + 0.5.
        Assert.Equal([6 * 10 / -13.5, -20 * 10 / -13.5], Single(RuleSets.LrpGamma, [2, 4]), Close);
        // Of values below 0, the products count: (-2)·3 - (-4)·4 + 0.5, of which 16 counts more.
        Assert.Equal([-6 * 10 / 14.5, 20 * 10 / 14.5], Single(RuleSets.LrpGamma, [-2, -4]), Close);
        // Of negative values, the products with negative weights are positive.
        Assert.Equal([6, 4], Single(RuleSets.LrpAlpha1Beta0, [2, -1]), Close);
        Assert.Equal([10, 0], Single(RuleSets.Excitation, [2, -1]), Close);
        Assert.Equal([10, 0], Single(RuleSets.Excitation, [-2, 1]), Close);
    }

    [Theory, MemberData(nameof(Names))]
    public void WhatNothingContributedToHandsNothingDown(string set)
    {
        foreach (var x in new double[][] { [0, 0], [0, 1e-38], [1e-45, 0], [0, 3] })
        {
            var arrived = Single(Set(set), x, bias: 0);
            Assert.All(arrived, v => Assert.True(double.IsFinite(v)));
            Assert.Equal(0, arrived[x[0] == 0 ? 0 : 1]);
        }
    }

    [Theory]
    [InlineData("excitation", 10, 10)]
    [InlineData("lrp-epsilon", 4, 3)]
    [InlineData("lrp-gamma", 4, 3)]
    [InlineData("lrp-alpha1beta0", 10, 10)]
    public void AConstantSummandIsABias(string set, double first, double second)
    {
        // (2 + 3, 3 + 7) with relevances of 10: what is a bias's share stays there where biases have one.
        var tiny = new TinyGraph().Input("x", Tensor.Of([2], 2, 3)).Weight("b", Tensor.Of([2], 3, 7)).Node("Add", "b x", "y").Output("y");
        var (arrived, _) = Propagate(tiny, Set(set), _ => Tensor.Of([2], 10, 10));
        Assert.Equal([first, second], arrived.Values, Close);
    }

    [Fact]
    public void ChangedRulesKeepWhereASetBegins()
    {
        var changed = RuleSets.LrpEpsilon.With("changed", KeyValuePair.Create("Relu", new GradientRule((_, r) => [r + r])));
        Assert.True(changed.BeginsWithScore);
        Assert.True(RuleSets.Contrastive.With("changed").TakesOffOpposite);
    }

    [Theory]
    [InlineData("captum/LRP epsilon 1e-9", "lrp-epsilon", "x")]
    [InlineData("captum/LRP alpha1beta0 no bias", "lrp-alpha1beta0", "x")]
    [InlineData("torchray/EBP act", "excitation", "act")]
    [InlineData("torchray/EBP feat", "excitation", "feat")]
    [InlineData("torchray/cEBP contrast=pool act", "contrastive", "act")]
    [InlineData("torchray/cEBP contrast=pool feat", "contrastive", "feat")]
    public void RelevancesOfTheSmallNetAreTheLibrarys(string key, string set, string layer)
    {
        var arrived = GoldenNet.Run(
            new GradientQuery("scores", [layer]) { Rules = set == "contrastive" ? RuleSets.Contrastive : Set(set) }
        )[ExplainGraph.GradientOf(layer)];
        var area = (int)(arrived.Shape[2] * arrived.Shape[3]);
        // TorchRay adds up the channels; of contrasts it keeps what is above 0.
        double[] summed =
        [
            .. Enumerable.Range(0, area).Select(i => Enumerable.Range(0, (int)arrived.Shape[1]).Sum(k => arrived.Values[k * area + i])),
        ];
        GoldenNet.Compare(
            key,
            !key.StartsWith("torchray", StringComparison.Ordinal) ? arrived.Values
                : set == "contrastive" ? Array.ConvertAll(summed, v => Math.Max(v, 0))
                : summed
        );
    }

    [Theory, MemberData(nameof(Names))]
    public void ClassesOfARowAddUpAndRowsDoNotMix(string set)
    {
        var tiny = Heads.Model("flat, two layers");
        var graph = Differentiated.Graph(tiny.Prepare(), new GradientQuery("scores", ["l"]) { Rules = Set(set) });
        Tensor Of(double[] classes, double[] weights) =>
            Runtime.Run(
                graph,
                new Dictionary<string, Tensor>(tiny.Feeds)
                {
                    [ExplainGraph.Classes] = Tensor.Of([2, classes.Length / 2], classes),
                    [ExplainGraph.Weights] = ClassSelectionTests.PerItem(Tensor.Of([2, classes.Length / 2], weights)),
                }
            )[ExplainGraph.GradientOf("l")];

        var (one, other, both) = (Of([1, 3], [1, 1]), Of([4, 0], [1, 1]), Of([1, 4, 3, 0], [2, -1, 1, 0.5]));
        var half = one.Values.Length / 2;
        Assert.InRange(
            both.DistanceTo(
                one with
                {
                    Values = [.. one.Values.Select((v, i) => i < half ? 2 * v - other.Values[i] : v + 0.5 * other.Values[i])],
                }
            ),
            0,
            1e-5
        );
        Assert.All(Of([1, 2], [1, 0]).Values[half..], v => Assert.Equal(0, v));
    }

    [Fact]
    public void SumsBelowZeroThatGammaWouldBringToZeroStayAway()
    {
        // 3·1 - 3.75·1 = -0.75; with w + w⁺/4 it is 0.
        var tiny = new TinyGraph()
            .Input("x", Tensor.Of([1, 2], 1, 1))
            .Weight("w", Tensor.Of([2, 1], 3, -3.75))
            .Node("MatMul", "x w", "y")
            .Output("y");
        Assert.Equal([3 / -1.6875, -4.6875 / -1.6875], Propagate(tiny, RuleSets.LrpGamma, _ => Tensor.Of([1, 1], 1)).Arrived.Values, Close);
    }

    [Fact]
    public void PropagationCanBeginAtAnInnerLayer()
    {
        // What arrives at "act" is what a dense query about "act" begins with.
        var above = GoldenNet.Run(new GradientQuery("scores", ["act", "feat"]) { Rules = RuleSets.Excitation });
        var tiny = GoldenNet.Graph;
        var feeds = new Dictionary<string, Tensor>(tiny.Feeds) { [ExplainGraph.Cotangent] = above[ExplainGraph.GradientOf("act")] };
        var below = Runtime.Run(
            Differentiated.Graph(tiny.Prepare(), new GradientQuery("act", ["feat"]) { Dense = true, Rules = RuleSets.Excitation }),
            feeds
        );
        Assert.InRange(below[ExplainGraph.GradientOf("feat")].DistanceTo(above[ExplainGraph.GradientOf("feat")]), 0, 1e-6);
    }

    // Weights of either sign are not told apart where they are the operator's own.
    private static bool IsHeld(string set, string op) =>
        (set is "lrp-epsilon" or "lrp-gamma" ? Holding : ["DFT", "AffineGrid"]).Contains(op);

    private static double Lost(double[] arrived, double[] given) => Math.Abs(arrived.Sum() - given.Sum()) / arrived.Sum(Math.Abs);

    private static bool Close(double a, double b) => Math.Abs(a - b) <= 1e-4;

    private static RuleSet Set(string name) => Sets.Single(s => s.Name == name);

    private static double[] Single(RuleSet set, double[] x, double bias = 0.5)
    {
        var tiny = new TinyGraph()
            .Input("x", Tensor.Of([1, 2], x))
            .Weight("w", Tensor.Of([2, 1], 3, -4))
            .Weight("b", Tensor.Of([1], bias))
            .Node("Gemm", "x w b", "y")
            .Output("y");
        return Propagate(tiny, set, y => Tensor.Of(y.Shape, 10)).Arrived.Values;
    }

    private static (Tensor Arrived, Tensor Given) Propagate(TinyGraph tiny, RuleSet set, Func<Tensor, Tensor> relevance)
    {
        var given = relevance(Runtime.Run(tiny.Build(), tiny.Feeds)["y"]);
        var feeds = new Dictionary<string, Tensor>(tiny.Feeds) { [ExplainGraph.Cotangent] = given };
        var arrived = Runtime.Run(GradientCheck.Backwards(tiny, ["x"], set), feeds)[ExplainGraph.GradientOf("x")];
        Assert.All(Native.Run(GradientCheck.Backwards(tiny, ["x"], set, native: true), feeds), outputs =>
            Assert.InRange(outputs[ExplainGraph.GradientOf("x")].DistanceTo(arrived), 0, 1e-6)
        );
        return (arrived, given);
    }
}
