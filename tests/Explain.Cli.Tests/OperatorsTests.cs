using Explain.Autodiff.Rules;

namespace Explain.Cli.Tests;

public sealed class OperatorsTests
{
    [Fact]
    public async Task EveryOperatorIsListedWithItsGradient()
    {
        var run = await Cli.RunAsync("operators");

        Assert.Equal(0, run.Code);
        Assert.Equal(OperatorTable.Operators.Count + 1, run.Out.Length);
        Assert.Contains(run.Out, line =>
            line.Trim().StartsWith("Relu ", StringComparison.Ordinal) && line.EndsWith("rule", StringComparison.Ordinal)
        );
    }
}
