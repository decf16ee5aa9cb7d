using Explain.Autodiff.Backpropagation;
using Explain.Autodiff.Rules;
using static Explain.Autodiff.Graphs.Attributes;

namespace Explain.Autodiff.Tests;

/// <summary>DeepLIFT: multipliers times the difference of two inputs add up to the difference of the results.</summary>
public class DeepLiftRulesTests
{
    private const double Tolerance = 2e-6;

    // Forms with two values that depend on the input, which relevance has no rule for.
    // csharpier-ignore
    private static readonly Dictionary<string, Func<TinyGraph, TinyGraph>[]> Auxiliary = new()
    {
        ["Mul"] = [g => g.Node("Sigmoid", "x", "s").Node("Mul", "x s", "y"), g => g.Node("Tanh", "x", "t").Node("GlobalAveragePool", "x", "p").Node("Mul", "t p", "y")],
        ["Div"] = [g => g.Node("Exp", "x", "e").Node("Div", "x e", "y"), g => g.Node("GlobalAveragePool", "x", "p").Node("Exp", "p", "e").Node("Div", "e x", "y")],
        ["MatMul"] = [g => g.Node("Transpose", "x", "t", Of("perm", [0, 1, 3, 2])).Node("MatMul", "x t", "y")],
        ["MaxPool"] = [g => g.Node("MaxPool", "x", "y", Of("kernel_shape", [3, 2]), Of("strides", [2, 1])), g => g.Node("Tanh", "x", "t").Node("MaxPool", "t", "y", Of("kernel_shape", [2, 2]))],
    };

    // What rounding adds or takes away is passed by, and so is another order of the largest values.
    private static readonly string[] Rounded = ["QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear", "TopK"];

    public static TheoryData<string> Operators => [.. RuleSets.DeepLift.Operators.Where(OperatorForms.Has).Except(Rounded).Order()];

    [Theory, MemberData(nameof(Operators))]
    public void AnOperatorHandsDownTheWholeDifference(string op)
    {
        // The last form of Mul has a mask made by a comparison: what it opens has no quotient.
        var forms = OperatorForms.For(op);
        foreach (var form in (Func<TinyGraph, TinyGraph>[])[.. op == "Mul" ? forms[..^1] : forms, .. Auxiliary.GetValueOrDefault(op, [])])
        {
            foreach (var known in new[] { Known.Everything, Known.Ranks })
            {
                var (x, reference) = (Tensor.Spread([2, 4, 6, 5], 0.1, 2, 3), Tensor.Spread([2, 4, 6, 5], 0.1, 2, 8));
                // Some places are the same in both.
                for (var i = 0; i < x.Values.Length; i += 7)
                    reference.Values[i] = x.Values[i];
                var (found, expected, most) = Compare(OperatorForms.Net(op, form, x, known), x, reference);
                Assert.InRange(Math.Abs(found - expected) / most, 0, Tolerance);
            }
        }
    }

    [Fact]
    public void ARectifierThatClosesBetweenBothInputsHandsDownItsShare()
    {
        // From -1 to 3 a ReLU rises by 3: a multiplier of 3/4.
        var tiny = new TinyGraph().Input("x", Tensor.Of([1, 1], 3)).Node("Relu", "x", "y").Output("y");
        Assert.Equal([0.75], Multipliers(tiny, Tensor.Of([1, 1], -1), Tensor.Of([1, 1], 1)).Values);
    }

    [Fact]
    public void WhereBothInputsAreTheSameItIsTheGradient()
    {
        var tiny = new TinyGraph().Input("x", Tensor.Of([1, 3], -0.5, 0.25, 2)).Node("Tanh", "x", "y").Output("y");
        var found = Multipliers(tiny, tiny.Feeds["x"], Tensor.Of([1, 3], 1, 1, 1)).Values;
        Assert.All(tiny.Feeds["x"].Values.Zip(found), p => Assert.Equal(1 - Math.Pow(Math.Tanh(p.First), 2), p.Second, 1e-6));
    }

    [Theory, InlineData("Softmax"), InlineData("LogSoftmax")]
    public void ASoftmaxOfFarValuesIsStillWhole(string op)
    {
        // Probabilities of e⁻²⁰⁰ and less in either pass.
        var (x, reference) = (Tensor.Of([2, 3], 200, 0, -300, 1, 2, 3), Tensor.Of([2, 3], -250, 10, 4, 3, 2, 1));
        var (found, expected, most) = Compare(new TinyGraph().Input("x", x).Node(op, "x", "y").Output("y"), x, reference);
        Assert.InRange(Math.Abs(found - expected) / most, 0, Tolerance);
    }

    [Fact]
    public void WhatAMaskHidesFromASoftmaxTakesNoPart()
    {
        var tiny = new TinyGraph()
            .Input("x", Tensor.Of([1, 3], 1, 2, 3))
            .Weight("m", Tensor.Of([3], 0, double.NegativeInfinity, 0))
            .Node("Add", "x m", "masked")
            .Node("Softmax", "masked", "y")
            .Output("y");
        var found = Multipliers(tiny, Tensor.Of([1, 3], 0, 1, -1), Tensor.Of([1, 3], 1, 0, 0)).Values;
        Assert.All(found, v => Assert.True(double.IsFinite(v)));
        Assert.Equal(0, found[1]);
    }

    [Theory]
    [InlineData("Softmax")]
    [InlineData("LayerNormalization")]
    [InlineData("InstanceNormalization")]
    [InlineData("LRN")]
    [InlineData("LpNormalization")]
    [InlineData("LpPool")]
    [InlineData("ReduceLogSumExp")]
    public void WhereBothInputsAreTheSameDivisionsHaveTheirGradient(string op)
    {
        foreach (var form in OperatorForms.For(op))
        {
            var tiny = OperatorForms.Net(op, form, Tensor.Spread([2, 4, 6, 5], 0.1, 2, 3), Known.Everything);
            var cotangent = Tensor.Spread(Runtime.Run(tiny.Build(), tiny.Feeds)["y"].Shape, -1, 1, 4);
            var expected = Runtime.Run(
                GradientCheck.Backwards(tiny, ["x"]),
                new Dictionary<string, Tensor>(tiny.Feeds) { [ExplainGraph.Cotangent] = cotangent }
            )[ExplainGraph.GradientOf("x")];
            Assert.InRange(Multipliers(tiny, tiny.Feeds["x"], cotangent).DistanceTo(expected), 0, 1e-5);
        }
    }

    [Fact]
    public void AnotherInputOfTheModelIsTheSameInBothPasses()
    {
        // From 1 to 3 with a factor of 5.
        var tiny = new TinyGraph().Input("x", Tensor.Of([1, 1], 3)).Input("z", Tensor.Of([1, 1], 5)).Node("Mul", "x z", "y").Output("y");
        Assert.Equal([5], Multipliers(tiny, Tensor.Of([1, 1], 1), Tensor.Of([1, 1], 1)).Values);
    }

    [Fact]
    public void AComparisonIsMadeInEachPass()
    {
        // A leaky rectifier written out: from -1 to 1 it rises by 1.1.
        var tiny = new TinyGraph()
            .Input("x", Tensor.Of([1, 1], 1))
            .Weight("zero", Tensor.Of([], 0))
            .Weight("leak", Tensor.Of([], 0.1))
            .Node("Greater", "x zero", "above")
            .Node("Mul", "x leak", "below")
            .Node("Where", "above x below", "y")
            .Output("y");
        Assert.Equal(0.55, Multipliers(tiny, Tensor.Of([1, 1], -1), Tensor.Of([1, 1], 1)).Values[0], 1e-6);
    }

    [Fact]
    public void TheLargestValuesInTheSameOrderHandDownTheWholeDifference()
    {
        var (x, reference) = (Tensor.Of([2, 3], 3, 1, 2, 6, 5, 4), Tensor.Of([2, 3], 9, 0, 4, 3, 1, 0));
        var tiny = new TinyGraph().Input("x", x).Ints("k", 2).Node("TopK", "x k", "y i").Output("y");
        var (found, expected, most) = Compare(tiny, x, reference);
        Assert.InRange(Math.Abs(found - expected) / most, 0, Tolerance);
    }

    [Fact]
    public void ThreeComputedFactorsAreRefused()
    {
        var model = new TinyGraph().Input("x", 2, 3).Node("Einsum", "x x x", "y", Of("equation", "ij,ij,ij->ij")).Output("y").Prepare();
        Assert.Contains(
            "3 of its factors depend on the input",
            Differentiated.Refusal(model, new GradientQuery("y", ["x"]) { Dense = true, Rules = RuleSets.DeepLift })
        );
    }

    [Fact]
    public void AScaleThatDependsOnTheInputIsRefused()
    {
        var model = new TinyGraph()
            .Input("x", 2, 3, 4)
            .Ints("a", 0, 1)
            .Node("ReduceMean", "x a", "s", Of("keepdims", 0))
            .Node("LayerNormalization", "x s", "y")
            .Output("y")
            .Prepare();
        Assert.Contains(
            "the rule takes it for a constant",
            Differentiated.Refusal(model, new GradientQuery("y", ["x"]) { Dense = true, Rules = RuleSets.DeepLift })
        );
    }

    private static (double Found, double Expected, double Most) Compare(TinyGraph tiny, Tensor x, Tensor reference)
    {
        Tensor Result(Tensor input) => Runtime.Run(tiny.Prepare(), new Dictionary<string, Tensor>(tiny.Feeds) { ["x"] = input })["y"];
        var (at, from) = (Result(x), Result(reference));
        var cotangent = Tensor.Spread(at.Shape, 0.5, 1, 4);
        var multipliers = Multipliers(tiny, reference, cotangent);
        var shares = multipliers.Values.Select((m, i) => m * (x.Values[i] - reference.Values[i])).ToArray();
        return (shares.Sum(), cotangent.Values.Select((c, i) => c * (at.Values[i] - from.Values[i])).Sum(), shares.Sum(Math.Abs));
    }

    private static Tensor Multipliers(TinyGraph tiny, Tensor reference, Tensor cotangent)
    {
        var graph = Differentiated.Graph(tiny.Prepare(), new GradientQuery("y", ["x"]) { Dense = true, Rules = RuleSets.DeepLift });
        return Runtime.Run(
            graph,
            new Dictionary<string, Tensor>(tiny.Feeds) { [ExplainGraph.Cotangent] = cotangent, [ExplainGraph.Reference] = reference }
        )[ExplainGraph.GradientOf("x")];
    }
}
