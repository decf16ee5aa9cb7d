using System.Text;
using Explain.Architecture.Tests;

namespace Explain.Docs;

/// <summary>The drawing of the layers at the beginning of <c>docs/architecture.md</c>; the rest of the page is written by hand.</summary>
internal static class ArchitecturePage
{
    /// <summary>Its name.</summary>
    public const string File = "architecture.md";

    private const string Begin = "<!-- layers -->\n";
    private const string End = "<!-- /layers -->\n";

    /// <summary>The page with the layers as they are now.</summary>
    /// <param name="page">The page as it is.</param>
    public static string Text(string page)
    {
        var (begin, end) = (page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, page.IndexOf(End, StringComparison.Ordinal));
        return page[..begin] + Drawing() + page[end..];
    }

    private static string Drawing()
    {
        var drawing = new StringBuilder("```text\n");
        foreach (var row in Layers.Projects.Reverse())
            drawing.Append(string.Join("   ", row)).Append('\n');
        drawing.Append("```\n");
        foreach (var (project, folders) in Layers.All.Reverse())
        {
            drawing.Append($"\n`{project}`, the ground at the bottom:\n\n```text\n");
            foreach (var folder in folders.Reverse())
                drawing.Append(folder.Length == 0 ? "(the project's own folder)" : folder).Append('\n');
            drawing.Append("```\n");
        }
        return drawing.ToString();
    }
}
