using Explain.Autodiff.Rules;
using Explain.Engine.Methods.Tables;

namespace Explain.Docs.Tests;

/// <summary>Pages that are written from tables of the code.</summary>
public sealed class GeneratedPagesTests
{
    public static TheoryData<string> Files => [.. Docs.Pages.All.Select(p => p.File)];

    [Theory]
    [MemberData(nameof(Files))]
    public void TheCommittedPageIsTheOneThatWouldBeWritten(string file) =>
        Assert.Equal(Docs.Pages.All.Single(p => p.File == file).Text(), Repository.Read($"docs/{file}"));

    [Fact]
    public void TheLayersAreDrawnAsTheirTestHoldsThem()
    {
        var page = Repository.Read($"docs/{ArchitecturePage.File}");
        Assert.Equal(ArchitecturePage.Text(page), page);
        Assert.Contains("Vocabulary", page, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryOperatorThatPassesTheDerivativeByOthersHasAnExampleThatIsTakenApart()
    {
        var names = OperatorTable.Operators.Select(o => o.Name).ToArray();
        Assert.Equal(names.Where(OperatorTable.HasParts), names.Where(Examples.Has));
        Assert.All(names.Where(Examples.Has), n =>
            Assert.All(OperatorTable.PartsOf(Examples.Of(n)).DefaultIfEmpty(n), p => Assert.NotEqual(n, p))
        );
    }

    [Fact]
    public void EveryMethodHasAnImageAndNoOtherIsThere() =>
        Assert.Equal(
            MethodTable.All.Select(MethodImages.PathOf).Order(),
            Directory
                .GetFiles(Repository.PathOf($"docs/{MethodImages.Folder}"))
                .Select(f => $"{MethodImages.Folder}/{Path.GetFileName(f)}")
                .Order()
        );
}
