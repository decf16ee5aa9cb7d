using Explain.Autodiff.Backpropagation;
using Explain.Autodiff.Graphs;
using Explain.Autodiff.Rules;
using static Explain.Autodiff.Graphs.Attributes;

namespace Explain.Autodiff.Tests;

public class RuleSetTests
{
    [Fact]
    public void ASetWithOtherRulesStillComparesInputs() => Assert.True(RuleSets.DeepLift.With("changed").ComparesInputs);

    [Fact]
    public void ASetThatBeginsWithTheScoreStillTakesOffTheOpposite() =>
        Assert.True((RuleSets.Contrastive with { BeginsWithScore = true }).TakesOffOpposite);

    // A new operator is of a kind in OperatorKinds, or has a rule in each of these sets.
    [Fact]
    public void EverySetHasARuleForEveryOperatorThatTheGradientHasOneFor()
    {
        RuleSet[] sets =
        [
            RuleSets.Guided,
            RuleSets.Deconvolution,
            RuleSets.Excitation,
            RuleSets.Contrastive,
            RuleSets.LrpEpsilon,
            RuleSets.LrpGamma,
            RuleSets.LrpAlpha1Beta0,
            RuleSets.DeepLift,
        ];
        // Products of many numbers of either sign: no share of one is its own, and multipliers would be those of an order of factors. And
        // what bans words of a text.
        string[] products =
        [
            "CumProd",
            "Det",
            "ScatterElements(reduction=mul)",
            "ScatterND(reduction=mul)",
            "com.microsoft.Inverse",
            "com.microsoft.NGramRepeatBlock",
        ];
        foreach (var set in sets)
        {
            var without =
                set.Name is "guided" or "deconvolution" ? Array.Empty<string>()
                : set == RuleSets.DeepLift ? [.. products, "ReduceProd"]
                : products;
            Assert.Equal(without.Order(), GradientRules.Plain.Operators.Where(o => !set.Has(o)).Order());
        }
    }

    [Theory]
    [InlineData(typeof(NullReferenceException))]
    [InlineData(typeof(IndexOutOfRangeException))]
    [InlineData(typeof(ArgumentException))]
    [InlineData(typeof(ArgumentOutOfRangeException))]
    [InlineData(typeof(InvalidOperationException))]
    [InlineData(typeof(OverflowException))]
    [InlineData(typeof(InvalidCastException))]
    public void ADefectOfARuleCostsTheGradientOfItsNodeAndNothingElse(Type type)
    {
        const string Reason = "the gradient of Neg 'neg/y' is not known: its rule fails at this node";
        var defect = (Exception)Activator.CreateInstance(type)!;
        var refusal = Assert.Throws<NotSupportedException>(() => Differentiate(Negated(), Negating((_, _) => throw defect)));
        Assert.Equal(Reason, refusal.Message);
        Assert.Same(defect, refusal.InnerException);
        Assert.Equal(Reason, TryBuild(Negated(), Negating((_, _) => throw defect)));
    }

    [Fact]
    public void OutOfMemoryIsNoDefectOfARule()
    {
        var lack = Activator.CreateInstance<OutOfMemoryException>();
        Assert.Same(lack, Record.Exception(() => Differentiate(Negated(), Negating((_, _) => throw lack))));
    }

    [Fact]
    public void ARuleThatRefusesANodeNamesItAndSaysWhy()
    {
        var rules = Negating((n, _) => throw n.Refusal("it is a test"));
        const string Reason = "the gradient of Neg 'neg/y' is not known: it is a test";
        Assert.Equal(Reason, Assert.Throws<NotSupportedException>(() => Differentiate(Negated(), rules)).Message);
        Assert.Equal(Reason, TryBuild(Negated(), rules));
    }

    // What the definition of the operator rules out, and a file may say all the same.
    [Theory]
    [InlineData("MaxPool", "l", "it has no kernel_shape")]
    [InlineData("AveragePool", "l", "it has no kernel_shape")]
    [InlineData("Conv", "l w", "its strides are 1 numbers, not 2", "strides", 2L)]
    [InlineData("Conv", "l w", "its pads are 3 numbers, not 4", "pads", 1L, 1L, 1L)]
    [InlineData("Conv", "l w", "its weights do not fit", "kernel_shape", 3L)]
    [InlineData("Transpose", "l", "its perm is no permutation", "perm", 0L, 1L, 2L, 4L)]
    [InlineData("Mul", "l", "it has no input 1")]
    public void ANodeThatDoesNotFitTogetherIsRefused(string op, string inputs, string reason, string? list = null, params long[] values)
    {
        var graph = new TinyGraph()
            .Input("l", 1, 2, 4, 4)
            .Weight("w", 2, 2, 3, 3)
            .Node(op, inputs, "y", list is null ? [] : [Of(list, values)])
            .Output("y")
            .Build();
        graph.Declare("y", graph.Type("l")!);
        var refusal = Assert.Throws<NotSupportedException>(() =>
            Backward.Gradients(graph, graph["y"], graph["y"], ["l"], GradientRules.Plain)
        );
        Assert.StartsWith($"the gradient of {op} '{op.ToLowerInvariant()}/y' is not known: {reason}", refusal.Message);
    }

    private static RuleSet Negating(Pullback pullback) =>
        GradientRules.Plain.With("changed", KeyValuePair.Create("Neg", new GradientRule(pullback)));

    private static Graph Negated() => new TinyGraph().Input("x", 2, 3).Node("Neg", "x", "y").Output("y").Prepare();

    private static void Differentiate(Graph graph, RuleSet rules) => Backward.Gradients(graph, graph["y"], graph["y"], ["x"], rules);

    private static string? TryBuild(Graph graph, RuleSet rules)
    {
        ExplainGraph.TryBuild(graph, new GradientQuery("y", ["x"]) { Dense = true, Rules = rules }, out _, out var reason);
        return reason;
    }
}
