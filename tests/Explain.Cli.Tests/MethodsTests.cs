using Explain.Engine.Methods.Probing;
using Explain.Engine.Methods.Tables;

namespace Explain.Cli.Tests;

public sealed class MethodsTests
{
    [Fact]
    public async Task EveryMethodIsListedWithWhatItShows()
    {
        var run = await Cli.RunAsync("methods");

        Assert.Equal(0, run.Code);
        Assert.All(MethodTable.All, m =>
            Assert.Contains(run.Out, line =>
                line.Contains(m.Id, StringComparison.Ordinal) && line.EndsWith(m.Summary, StringComparison.Ordinal)
            )
        );
    }
}
