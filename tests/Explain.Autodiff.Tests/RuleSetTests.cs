using Explain.Autodiff.Rules;

namespace Explain.Autodiff.Tests;

public class RuleSetTests
{
    [Fact]
    public void ASetWithOtherRulesStillComparesInputs() => Assert.True(RuleSets.DeepLift.With("changed").ComparesInputs);

    [Fact]
    public void ASetThatBeginsWithTheScoreStillTakesOffTheOpposite() =>
        Assert.True((RuleSets.Contrastive with { BeginsWithScore = true }).TakesOffOpposite);
}
