using Explain.Autodiff.Rules;
using Explain.Cli.Operators;

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

    [Fact]
    public void TheCommittedPageOfOperatorsIsTheOneThatWouldBeWritten() =>
        Assert.Equal(OperatorsPage.Text(), File.ReadAllText(Path.Combine(Docs(), OperatorsPage.FileName)));

    private static string Docs()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "ExplainService.sln")))
            folder = Path.GetDirectoryName(folder)!;
        return Path.Combine(folder, "docs");
    }
}
