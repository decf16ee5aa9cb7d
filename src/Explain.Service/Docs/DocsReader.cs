using System.Net;
using Markdig;
using Markdig.Extensions.AutoIdentifiers;
using Markdig.Extensions.Tables;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Explain.Service.Docs;

/// <summary>Makes pages of Markdown files.</summary>
/// <param name="addresses">Of what the site has: from the path in the repository to the address below the root of the pages.</param>
internal sealed class DocsReader(IReadOnlyDictionary<string, string> addresses)
{
    /// <summary>Stands in blocks that call the service for its address: they are to be pasted as they are.</summary>
    public const string OwnAddress = "\uE000";

    private const string WrittenAddress = "http://localhost:8080";

    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .UsePipeTables()
        .UseAutoIdentifiers(AutoIdentifierOptions.GitHub)
        .Build();

    /// <summary>Makes the page of a file.</summary>
    /// <param name="path">The file's path in the repository.</param>
    /// <param name="markdown">What is in it.</param>
    public DocsPage Read(string path, string markdown)
    {
        var document = Markdown.Parse(markdown, Pipeline);
        foreach (var link in document.Descendants<LinkInline>().ToArray())
            Lead(path, link);
        foreach (var block in document.Descendants<FencedCodeBlock>())
            Address(block);
        var headings = document.Descendants<HeadingBlock>().ToArray();
        return new DocsPage(
            addresses[path].TrimStart('.', '/'),
            Plain(headings[0]),
            [.. headings.Where(h => h.Level == 2).Select(h => new DocsSection(h.GetAttributes().Id!, Plain(h)))],
            Html(document)
        );
    }

    /// <summary>The pages that the table of a file's last chapter names, row by row, as addresses.</summary>
    public IEnumerable<IEnumerable<string>> Rows(string path, string markdown)
    {
        var table = Markdown.Parse(markdown, Pipeline).Descendants<Table>().Last();
        return table
            .OfType<TableRow>()
            .Where(row => !row.IsHeader)
            .Select(row => row[0].Descendants<LinkInline>().Select(link => addresses[Target(path, link.Url!)]));
    }

    // What the site does not have is named, not linked to.
    private void Lead(string from, LinkInline link)
    {
        var (file, anchor) = link.Url!.Split('#') is [var f, var a] ? (f, $"#{a}") : (link.Url, "");
        if (link.IsImage)
            link.GetAttributes().AddProperty("loading", "lazy");
        if (file.Length == 0 || file.Contains("://", StringComparison.Ordinal))
            return;
        if (addresses.TryGetValue(Target(from, file), out var address))
        {
            link.Url = address + anchor;
            return;
        }
        while (link.FirstChild is { } child)
        {
            child.Remove();
            link.InsertBefore(child);
        }
        link.Remove();
    }

    private static void Address(FencedCodeBlock block)
    {
        // Wide ones are scrolled, by keys too.
        block.GetAttributes().AddProperty("tabindex", "0");
        var lines = block.Lines.ToString();
        if (lines.Contains("curl ", StringComparison.Ordinal))
            block.Lines = new(lines.Replace(WrittenAddress, OwnAddress, StringComparison.Ordinal));
    }

    private static string Target(string from, string file)
    {
        var root = new Uri("file:///");
        return new Uri(new Uri(root, from), file).AbsolutePath[1..];
    }

    private static string Plain(HeadingBlock heading)
    {
        using var text = new StringWriter();
        var renderer = new HtmlRenderer(text) { EnableHtmlForInline = false };
        Pipeline.Setup(renderer);
        renderer.WriteLeafInline(heading);
        return WebUtility.HtmlEncode(WebUtility.HtmlDecode(text.ToString()));
    }

    private static string Html(MarkdownDocument document)
    {
        using var text = new StringWriter();
        var renderer = new HtmlRenderer(text);
        Pipeline.Setup(renderer);
        renderer.ObjectRenderers.Replace<HtmlTableRenderer>(new WideTables());
        renderer.ObjectRenderers.FindExact<CodeBlockRenderer>()!.OutputAttributesOnPre = true;
        renderer.Render(document);
        return text.ToString();
    }

    /// <summary>Tables that are scrolled where they are wider than the screen, by keys too.</summary>
    private sealed class WideTables : HtmlObjectRenderer<Table>
    {
        private readonly HtmlTableRenderer _plain = new();

        protected override void Write(HtmlRenderer renderer, Table table)
        {
            renderer.Write("""<div class="wide" tabindex="0" role="group" aria-label="Table">""");
            _plain.Write(renderer, table);
            renderer.Write("</div>");
        }
    }
}
