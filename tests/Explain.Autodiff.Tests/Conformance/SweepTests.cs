using Explain.Autodiff.Rules;

namespace Explain.Autodiff.Tests.Conformance;

/// <summary>Every single-operator model of the ONNX conformance suite that has a float input and a float output.</summary>
public class SweepTests(SweepTests.Outcomes outcomes) : IClassFixture<SweepTests.Outcomes>
{
    [Fact]
    public void EveryGradientAgreesWithFiniteDifferences()
    {
        Assert.SkipUnless(ConformanceSuite.Installed, ConformanceSuite.Missing);
        foreach (var group in outcomes.All.GroupBy(o => o.Result).OrderBy(g => g.Key))
        {
            TestContext.Current.TestOutputHelper!.WriteLine(
                $"{group.Key}: {group.Count()} models, {group.Sum(o => o.Pairs)} pairs of output and input, "
                    + $"{group.Select(o => o.Case.Operator).Distinct().Count()} operators"
            );
        }

        AssertNone(outcomes.All.Where(o => o.Result == SweepResult.Fails));
    }

    [Fact]
    public void NoneIsRefusedOrLacksARule()
    {
        Assert.SkipUnless(ConformanceSuite.Installed, ConformanceSuite.Missing);
        AssertNone(
            outcomes.All.Where(o =>
                o.Result is SweepResult.Refused or SweepResult.MissingRule
                && OperatorTable.KindOf(o.Case.Operator) != GradientKind.NotDifferentiable
            )
        );
    }

    [Fact]
    public void EveryOperatorIsInTheTable()
    {
        Assert.SkipUnless(ConformanceSuite.Installed, ConformanceSuite.Missing);
        var listed = OperatorTable.Operators.Select(o => o.Name).ToHashSet();
        Assert.All(outcomes.All.Where(o => o.Case.Node.Domain is "" or "ai.onnx").Select(o => o.Case.Operator).Distinct(), o =>
            Assert.Contains(o, listed)
        );
        Assert.All(outcomes.All.SelectMany(o => o.Result == SweepResult.MissingRule ? o.Detail : []).Distinct(), o =>
            Assert.Contains(o, listed)
        );
    }

    [Fact]
    public void WhatTheTableCallsMissingHasNoRuleAndWhatItCallsARuleHasOne()
    {
        Assert.SkipUnless(ConformanceSuite.Installed, ConformanceSuite.Missing);
        AssertNone(
            outcomes.All.Where(o =>
                o.Result == SweepResult.Agrees && OperatorTable.KindOf(o.Case.Operator) is not (GradientKind.Rule or GradientKind.Zero)
            )
        );
        AssertNone(
            outcomes.All.Where(o =>
                o.Result == SweepResult.MissingRule && o.Detail.Any(d => OperatorTable.KindOf(d) is GradientKind.Rule or GradientKind.Zero)
            )
        );
    }

    private static void AssertNone(IEnumerable<SweepOutcome> outcomes)
    {
        var lines = outcomes.Select(o => $"{o.Case.Operator} in {o.Case.Name}: {string.Join("; ", o.Detail)}").ToArray();
        Assert.True(lines.Length == 0, string.Join('\n', lines));
    }

    /// <summary>What became of every model, found once.</summary>
    public sealed class Outcomes
    {
        private readonly Lazy<IReadOnlyList<SweepOutcome>> _all = new(() => [.. ConformanceSuite.Cases().Select(Sweep.Of)]);

        internal IReadOnlyList<SweepOutcome> All => _all.Value;
    }
}
