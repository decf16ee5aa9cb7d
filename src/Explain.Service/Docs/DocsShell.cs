using System.Text;

namespace Explain.Service.Docs;

/// <summary>What is around every page: where else there is something to read.</summary>
/// <param name="groups">Pages in the order of reading; those of one group belong together.</param>
internal sealed class DocsShell(IEnumerable<IEnumerable<DocsPage>> groups)
{
    private readonly DocsPage[][] _groups = [.. groups.Select(group => group.ToArray())];

    /// <summary>A page as browsers get it.</summary>
    public string Write(DocsPage page) => Write("", page.Address.Length > 0 ? $"{page.Title} · " : "", page, page.Html);

    /// <summary>The page of an address where there is none.</summary>
    public string WriteMissing(string address)
    {
        // Relative from wherever this was asked for.
        var root = string.Concat(Enumerable.Repeat("../", address.Count(c => c == '/')));
        return Write(
            root,
            "No such page · ",
            null,
            "<h1>No such page</h1>\n<p>There is nothing at this address; these pages there are.</p>"
        );
    }

    private string Write(string root, string title, DocsPage? page, string html) =>
        $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <meta name="color-scheme" content="light dark">
            <title>{title}Explain Service</title>
            <link rel="icon" href="data:,">
            <link rel="stylesheet" href="{root}docs.css">
            </head>
            <body>
            <a class="skip" href="#text">To the text</a>
            <header>
            <a class="home" href="{(root.Length > 0 ? root : "./")}">Explain Service</a>
            <nav aria-label="Service">
            <a class="all" href="#pages">All pages</a>
            <a href="{root}../">Try it</a>
            <a href="{root}../swagger/">API</a>
            </nav>
            </header>
            <div class="columns">
            <main id="text">
            {html}
            </main>
            <nav id="pages" aria-label="Pages">
            {Navigation(root, page)}</nav>
            </div>
            </body>
            </html>

            """;

    private string Navigation(string root, DocsPage? here)
    {
        var list = new StringBuilder();
        foreach (var group in _groups)
        {
            list.Append("<ul>\n");
            foreach (var page in group)
            {
                var address = page.Address.Length > 0 ? root + page.Address : $"{root}./";
                list.Append($"""<li><a href="{address}"{(page == here ? " aria-current=\"page\"" : "")}>{page.Title}</a>""");
                if (page == here && page.Sections.Count > 0)
                    AppendSections(list, page.Sections);
                list.Append("</li>\n");
            }
            list.Append("</ul>\n");
        }
        return list.ToString();
    }

    private static void AppendSections(StringBuilder list, IReadOnlyList<DocsSection> sections)
    {
        list.Append("<ul>");
        foreach (var (anchor, text) in sections)
            list.Append($"""<li><a href="#{anchor}">{text}</a></li>""");
        list.Append("</ul>");
    }
}
