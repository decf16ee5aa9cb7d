using Explain.Service.Docs;

namespace Explain.Service.Tests.Docs;

/// <summary>What becomes of a page on its way from the repository to the service.</summary>
public sealed class DocsReaderTests
{
    private static readonly DocsReader Reader = new(
        new Dictionary<string, string>
        {
            ["README.md"] = "./",
            ["docs/api.md"] = "api",
            ["docs/models.md"] = "models",
            ["docs/images/a.png"] = "images/a.png",
        }
    );

    [Theory]
    [InlineData("[x](models.md)", "<a href=\"models\">x</a>")]
    [InlineData("[x](models.md#a-b)", "<a href=\"models#a-b\">x</a>")]
    [InlineData("[x](#a-b)", "<a href=\"#a-b\">x</a>")]
    [InlineData("[x](../README.md)", "<a href=\"./\">x</a>")]
    [InlineData("[x](https://example.org/a)", "<a href=\"https://example.org/a\">x</a>")]
    [InlineData("![x](images/a.png)", "src=\"images/a.png\"")]
    [InlineData("[the *file* `a`](../src/Program.cs)", "<p>the <em>file</em> <code>a</code></p>")]
    [InlineData("[x](../LICENSE)", "<p>x</p>")]
    public void LinksLeadToWhatIsServedAndToNothingElse(string markdown, string html) =>
        Assert.Contains(html, Reader.Read("docs/api.md", $"# API\n\n{markdown}\n").Html, StringComparison.Ordinal);

    [Theory]
    [InlineData("## Two words", "two-words")]
    [InlineData("## With `code`, a comma", "with-code-a-comma")]
    [InlineData("## 1×1 and more", "11-and-more")]
    [InlineData("## A\n\n## A", "a-1")]
    public void AnchorsAreThoseOfGitHub(string markdown, string anchor) =>
        Assert.Equal(anchor, Reader.Read("docs/api.md", $"# API\n\n{markdown}\n").Sections[^1].Anchor);

    [Fact]
    public void TitlesAreTextWithoutTags()
    {
        var page = Reader.Read("docs/api.md", "# `a<b>` & c\n\n## *x* < y\n");
        Assert.Equal("a&lt;b&gt; &amp; c", page.Title);
        Assert.Equal("x &lt; y", page.Sections[0].Text);
    }

    [Theory]
    [InlineData("curl http://localhost:8080/a", true)]
    [InlineData("serve http://localhost:8080/a", false)]
    public void OnlyBlocksThatCallTheServiceGetItsAddress(string line, bool own) =>
        Assert.Equal(
            own,
            Reader.Read("docs/api.md", $"# API\n\n```sh\n{line}\n```\n").Html.Contains(DocsReader.OwnAddress, StringComparison.Ordinal)
        );
}
