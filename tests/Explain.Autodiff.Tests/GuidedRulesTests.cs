using Explain.Autodiff.Backpropagation;
using Explain.Autodiff.Rules;
using static Explain.Autodiff.Graphs.Attributes;

namespace Explain.Autodiff.Tests;

/// <summary>Guided backpropagation and the deconvnet at every kind of rectifier, worked out by hand.</summary>
public class GuidedRulesTests
{
    private static readonly double[] X = [-2, -1, 0, 1, 5, 9];
    private static readonly double[] Dy = [3, -4, 5, -6, 7, 8];

    // csharpier-ignore
    public static TheoryData<string, string, double[]> Rectifiers =>
    [
        ("guided", "Relu", [0, 0, 0, 0, 7, 8]), ("deconvolution", "Relu", [3, 0, 5, 0, 7, 8]),
        ("guided", "Clip 0 6", [0, 0, 0, 0, 7, 0]), ("deconvolution", "Clip 0 6", [3, 0, 5, 0, 7, 8]),
        ("guided", "Clip 0", [0, 0, 0, 0, 7, 8]), ("deconvolution", "Clip 0", [3, 0, 5, 0, 7, 8]),
        ("guided", "Max x 0", [0, 0, 0, 0, 7, 8]), ("deconvolution", "Max x 0", [3, 0, 5, 0, 7, 8]),
        ("guided", "Max 0 x", [0, 0, 0, 0, 7, 8]), ("deconvolution", "Max 0 x", [3, 0, 5, 0, 7, 8]),
        ("guided", "LeakyRelu", [0.75, 0, 1.25, 0, 7, 8]), ("deconvolution", "LeakyRelu", [3, -1, 5, -1.5, 7, 8]),
        ("guided", "PRelu", [0.75, 0, 1.25, 0, 7, 8]), ("deconvolution", "PRelu", [3, -1, 5, -1.5, 7, 8]),
        ("guided", "Clip -1.5 6", [0, -4, 5, -6, 7, 0]), ("deconvolution", "Clip -1.5 6", [0, -4, 5, -6, 7, 0]),
        ("guided", "Max x 2", [0, 0, 0, 0, 7, 8]), ("deconvolution", "Max x 2", [0, 0, 0, 0, 7, 8]),
        ("guided", "Max x x", [3, -4, 5, -6, 7, 8]), ("deconvolution", "Max x x", [3, -4, 5, -6, 7, 8]),
    ];

    [Theory, MemberData(nameof(Rectifiers))]
    public void ARectifierLetsThroughWhatTheMethodSays(string rules, string form, double[] expected)
    {
        foreach (var known in new[] { Known.Everything, Known.Ranks, Known.Nothing })
            Assert.Equal(expected, Backwards(rules, known, Form(form)));
    }

    [Theory, InlineData("guided"), InlineData("deconvolution")]
    public void OfNegativePartsOfABroadcastValueNoneIsAddedUp(string rules)
    {
        // Two rows of zeros under one row of numbers: 3 and -1 come back to the same number.
        var tiny = new TinyGraph()
            .Input("x", Tensor.Of([1], 4))
            .Weight("zeros", Tensor.Of([2, 1], 0, 0))
            .Node("Max", "x zeros", "y")
            .Output("y");
        var feeds = new Dictionary<string, Tensor>(tiny.Feeds) { [ExplainGraph.Cotangent] = Tensor.Of([2, 1], 3, -1) };
        Assert.Equal([3], Runtime.Run(GradientCheck.Backwards(tiny, ["x"], Set(rules)), feeds)[ExplainGraph.GradientOf("x")].Values);
    }

    [Fact]
    public void OnlyRectifiersHaveOtherRulesThanTheGradient()
    {
        foreach (var set in new[] { RuleSets.Guided, RuleSets.Deconvolution })
        {
            Assert.Equal(GradientRules.Plain.Operators.Order(), set.Operators.Order());
            Assert.Equal(
                ["Clip", "LeakyRelu", "Max", "PRelu", "Relu"],
                set.Operators.Where(o => set.Rule(o) != GradientRules.Plain.Rule(o)).Order()
            );
        }
    }

    private static RuleSet Set(string name) => name == "guided" ? RuleSets.Guided : RuleSets.Deconvolution;

    private static Func<TinyGraph, TinyGraph> Form(string form) =>
        form.Split(' ') switch
        {
            ["Clip", var low, var high] => g => g.Weight("low", Number(low)).Weight("high", Number(high)).Node("Clip", "x low high", "y"),
            ["Clip", var low] => g => g.Weight("low", Number(low)).Node("Clip", "x low", "y"),
            ["Max", "x", "x"] => g => g.Node("Max", "x x", "y"),
            ["Max", "x", var low] => g => g.Weight("low", Number(low)).Node("Max", "x low", "y"),
            ["Max", var low, _] => g => g.Weight("low", Number(low)).Node("Max", "low x", "y"),
            ["LeakyRelu"] => g => g.Node("LeakyRelu", "x", "y", Of("alpha", 0.25f)),
            ["PRelu"] => g => g.Weight("slope", Tensor.Of([1], 0.25)).Node("PRelu", "x slope", "y"),
            [var op] => g => g.Node(op, "x", "y"),
            _ => throw new ArgumentException(form, nameof(form)),
        };

    private static Tensor Number(string text) => Tensor.Of([], double.Parse(text, System.Globalization.CultureInfo.InvariantCulture));

    private static double[] Backwards(string rules, Known known, Func<TinyGraph, TinyGraph> form)
    {
        var tiny = form(new TinyGraph(known: known).Input("x", Tensor.Of([1, 1, 1, 6], X))).Output("y");
        var feeds = new Dictionary<string, Tensor>(tiny.Feeds) { [ExplainGraph.Cotangent] = Tensor.Of([1, 1, 1, 6], Dy) };
        var gradient = Runtime.Run(GradientCheck.Backwards(tiny, ["x"], Set(rules)), feeds)[ExplainGraph.GradientOf("x")].Values;
        Assert.All(Native.Run(GradientCheck.Backwards(tiny, ["x"], Set(rules), native: true), feeds), outputs =>
            Assert.Equal(gradient, outputs[ExplainGraph.GradientOf("x")].Values)
        );
        return gradient;
    }
}
