namespace Explain.Docs.Tests;

/// <summary>Where links of documents lead.</summary>
public sealed class LinkTests
{
    public static TheoryData<string> Files => [.. Repository.Markdown.Select(m => m.Path)];

    [Theory]
    [MemberData(nameof(Files))]
    public void EveryLinkLeadsSomewhere(string path)
    {
        var file = Repository.Markdown.Single(m => m.Path == path);
        Assert.DoesNotContain(file.Links, link => !Leads(file, link));
    }

    [Theory]
    [InlineData("api.md", true)]
    [InlineData("nowhere.md", false)]
    [InlineData("api.md#errors", true)]
    [InlineData("api.md#mistakes", false)]
    [InlineData("#the-log", true)]
    [InlineData("../CONTRIBUTING.md#adding", true)]
    [InlineData("http://example.org", false)]
    public void AWrongLinkIsFound(string link, bool right) =>
        Assert.Equal(right, Leads(Repository.Markdown.Single(m => m.Path == "docs/operations.md"), link));

    [Fact]
    public void EveryPageIsReachedFromTheReadme()
    {
        var readme = Repository.Markdown.Single(m => m.Path == "README.md");
        Assert.Equal(
            Repository.Pages.Select(p => p.Path).Where(p => p != readme.Path),
            readme
                .Links.Where(l => l.StartsWith("docs/", StringComparison.Ordinal) && l.EndsWith(".md", StringComparison.Ordinal))
                .Distinct()
                .Order(StringComparer.Ordinal)
        );
    }

    private static bool Leads(MarkdownFile from, string link)
    {
        if (link.Contains("://", StringComparison.Ordinal))
            return Uri.TryCreate(link, UriKind.Absolute, out var address) && address.Scheme == "https";
        var (path, anchor) = link.Split('#') is [var p, var a] ? (p, a) : (link, null);
        var root = new Uri("file:///");
        var target = path.Length == 0 ? from.Path : new Uri(new Uri(root, from.Path), path).AbsolutePath[1..];
        return anchor is null
            ? Path.Exists(Repository.PathOf(target))
            : Repository.Markdown.Any(m => m.Path == target && m.Anchors.Contains(anchor));
    }
}
