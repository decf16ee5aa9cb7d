using System.Text;

namespace Explain.Docs;

/// <summary>A page in Markdown: sentences and tables.</summary>
internal sealed class MarkdownPage
{
    private readonly StringBuilder _text = new();

    /// <param name="title">Its heading.</param>
    /// <param name="question">One sentence on what it answers.</param>
    public MarkdownPage(string title, string question)
    {
        _text.Append($"# {title}\n\n{question}\n");
        Paragraph($"Written from the code's own tables by `{Pages.Command}`; a test compares.");
    }

    /// <summary>Adds a paragraph, or a heading.</summary>
    public MarkdownPage Paragraph(string text)
    {
        _text.Append($"\n{text}\n");
        return this;
    }

    /// <summary>Adds a table.</summary>
    /// <param name="head">Names of its columns.</param>
    /// <param name="rows">Its lines.</param>
    public MarkdownPage Table(string[] head, IEnumerable<string[]> rows)
    {
        _text.Append('\n');
        Line(head);
        _text.Append($"|{string.Concat(Enumerable.Repeat("---|", head.Length))}\n");
        foreach (var row in rows)
            Line(row);
        return this;
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    // What a cell says must not end it.
    private void Line(string[] cells) =>
        _text.Append($"|{string.Concat(cells.Select(c => $" {c.Replace("|", "\\|", StringComparison.Ordinal)} |"))}\n");
}
