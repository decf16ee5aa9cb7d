using Explain.Testing;

namespace Explain.Docs.Tests;

/// <summary>The files of this repository.</summary>
internal static class Repository
{
    private static readonly string[] Made = ["bin", "obj", "node_modules", ".git"];

    /// <summary>Every file in Markdown, by its path below the root.</summary>
    public static IReadOnlyList<MarkdownFile> Markdown { get; } =
    [
        .. Directory
            .EnumerateFiles(Checkout.Root, "*.md", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Checkout.Root, path).Replace('\\', '/'))
            .Where(path => !path.Split('/').Intersect(Made).Any())
            .Order(StringComparer.Ordinal)
            .Select(path => new MarkdownFile(path, Read(path))),
    ];

    /// <summary>The pages that users read.</summary>
    public static IEnumerable<MarkdownFile> Pages =>
        Markdown.Where(m => m.Path == "README.md" || m.Path.StartsWith("docs/", StringComparison.Ordinal));

    /// <summary>A path below the root.</summary>
    public static string PathOf(string path) => Path.Combine(Checkout.Root, path);

    /// <summary>The text of a file below the root.</summary>
    public static string Read(string path) => File.ReadAllText(PathOf(path));
}
