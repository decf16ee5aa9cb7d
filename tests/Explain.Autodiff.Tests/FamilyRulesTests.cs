using Explain.Autodiff.Backpropagation;
using Explain.Autodiff.Rules;

namespace Explain.Autodiff.Tests;

/// <summary>The rule sets on whole networks: every family has a map, and what arrives adds up.</summary>
public class FamilyRulesTests
{
    // Of what is handed down in all.
    private const double Tolerance = 1e-5;

    public static TheoryData<string> Families => [.. FamilyNets.All.Keys];

    [Theory, MemberData(nameof(Families))]
    public void RelevanceAddsUpToTheScores(string family)
    {
        var given = Scores(family, (v, i) => i % 3 == 1 ? v : 0);
        foreach (var rules in new[] { RuleSets.LrpEpsilon, RuleSets.LrpGamma })
        {
            Assert.Contains(Arrived(FamilyNets.All[family](), rules, given), v => v != 0);
            // All of it, where a softmax keeps nothing to itself.
            var arrived = Arrived(
                FamilyNets.All[family](),
                rules.With("changed", KeyValuePair.Create("Softmax", new GradientRule((_, r) => [r]))),
                given
            );
            Assert.InRange(Math.Abs(arrived.Sum() - given.Values.Sum()) / arrived.Sum(Math.Abs), 0, Tolerance);
        }
    }

    [Theory, MemberData(nameof(Families))]
    public void PositiveContributionsHandDownNothingNegativeAndNoMoreThanTheyGet(string family)
    {
        var given = Scores(family, (v, i) => i % 3 == 1 ? Math.Max(v, 0) : 0);
        var arrived = Arrived(FamilyNets.All[family](), RuleSets.LrpAlpha1Beta0, given);
        Assert.All(arrived, v => Assert.True(v >= 0));
        Assert.InRange(arrived.Sum(), given.Values.Sum() * 0.05, given.Values.Sum() * (1 + Tolerance));
    }

    [Theory, MemberData(nameof(Families))]
    public void DifferencesAddUpToThatOfTheScores(string family)
    {
        var (tiny, scores) = (FamilyNets.All[family](), Scores(family, (v, _) => v));
        var x = tiny.Feeds["x"];
        var reference = Tensor.Spread(x.Shape, -1.5, 1.5, 9);
        var other = Runtime.Run(tiny.Build(), new Dictionary<string, Tensor>(tiny.Feeds) { ["x"] = reference })["scores"];
        var cotangent = scores with { Values = [.. scores.Values.Select((_, i) => i % 3 == 1 ? 1.0 : 0)] };
        var multipliers = Runtime.Run(
            Differentiated.Graph(tiny.Prepare(), new GradientQuery("scores", ["x"]) { Dense = true, Rules = RuleSets.DeepLift }),
            new Dictionary<string, Tensor>(tiny.Feeds) { [ExplainGraph.Cotangent] = cotangent, [ExplainGraph.Reference] = reference }
        )[ExplainGraph.GradientOf("x")];
        double[] shares = [.. multipliers.Values.Select((m, i) => m * (x.Values[i] - reference.Values[i]))];
        Assert.InRange(Math.Abs(shares.Sum() - (scores.Dot(cotangent) - other.Dot(cotangent))) / shares.Sum(Math.Abs), 0, Tolerance);
    }

    [Theory, MemberData(nameof(Families))]
    public void OtherRulesHaveAMap(string family)
    {
        foreach (var rules in new[] { RuleSets.Guided, RuleSets.Deconvolution, RuleSets.Excitation, RuleSets.Contrastive })
            Assert.Contains(Arrived(FamilyNets.All[family](), rules, Scores(family, (v, _) => v)), v => v != 0);
    }

    private static Tensor Scores(string family, Func<double, int, double> choose)
    {
        var tiny = FamilyNets.All[family]();
        var scores = Runtime.Run(tiny.Build(), tiny.Feeds)["scores"];
        return scores with { Values = [.. scores.Values.Select(choose)] };
    }

    // At all inputs together.
    private static double[] Arrived(TinyGraph tiny, RuleSet rules, Tensor given)
    {
        var graph = GradientCheck.Backwards(tiny, tiny.Feeds.Keys, rules, "scores");
        var outputs = Runtime.Run(graph, new Dictionary<string, Tensor>(tiny.Feeds) { [ExplainGraph.Cotangent] = given });
        double[] arrived = [.. tiny.Feeds.Keys.SelectMany(name => outputs[ExplainGraph.GradientOf(name)].Values)];
        Assert.All(arrived, v => Assert.True(double.IsFinite(v)));
        return arrived;
    }
}
