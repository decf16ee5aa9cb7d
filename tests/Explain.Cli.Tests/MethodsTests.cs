using Explain.Cli.Methods;
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

    [Fact]
    public void TheCommittedPageIsTheOneThatWouldBeWritten()
    {
        var docs = Docs();

        Assert.Equal(MethodsPage.Text(), File.ReadAllText(Path.Combine(docs, MethodsPage.FileName)));
        Assert.Equal(
            MethodTable.All.Select(MethodsPage.Picture).Order(),
            Directory
                .GetFiles(Path.Combine(docs, MethodsPage.Pictures))
                .Select(f => $"{MethodsPage.Pictures}/{Path.GetFileName(f)}")
                .Order()
        );
    }

    private static string Docs()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "ExplainService.sln")))
            folder = Path.GetDirectoryName(folder)!;
        return Path.Combine(folder, "docs");
    }
}
