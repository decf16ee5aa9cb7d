using System.Text;

namespace Explain.Docs.Tests;

/// <summary>The form of the pages.</summary>
public sealed class PageTests
{
    public static TheoryData<string> Files => [.. Repository.Pages.Select(m => m.Path)];

    [Fact]
    public void TheReadmeIsShort()
    {
        var text = Repository.Read("README.md");
        Assert.InRange(text.Count(c => c == '\n'), 1, 120);
        Assert.InRange(Encoding.UTF8.GetByteCount(text), 3_000, 8_000);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void APageBeginsWithItsTitleAndOneSentenceOnWhatItAnswers(string path)
    {
        var paragraphs = Repository.Read(path).Split("\n\n");
        Assert.StartsWith("# ", paragraphs[0], StringComparison.Ordinal);
        Assert.DoesNotContain('\n', paragraphs[0]);
        Assert.EndsWith(".", paragraphs[1], StringComparison.Ordinal);
    }
}
