using System.Text.RegularExpressions;

namespace Explain.Docs.Tests;

/// <summary>A block of code.</summary>
/// <param name="Language">What stands behind its fence; empty for none.</param>
/// <param name="Line">The line of its fence, from 1.</param>
/// <param name="Text">Its lines.</param>
internal sealed record Fence(string Language, int Line, string Text);

/// <summary>What tests look at in a file in Markdown.</summary>
internal sealed partial class MarkdownFile
{
    public MarkdownFile(string path, string text)
    {
        (Path, Text) = (path, text);
        var (fences, prose) = (new List<Fence>(), new List<string>());
        var (language, begin, code) = ((string?)null, 0, new List<string>());
        foreach (var (line, number) in text.Split('\n').Select((l, i) => (l, i + 1)))
        {
            if (!line.StartsWith("```", StringComparison.Ordinal))
            {
                (language is null ? prose : code).Add(line);
            }
            else if (language is null)
            {
                (language, begin) = (line[3..].Trim(), number);
            }
            else
            {
                fences.Add(new Fence(language, begin, string.Join('\n', code)));
                (language, code) = (null, []);
            }
        }
        Assert.True(language is null, $"{path}: the block in line {begin} does not end");
        Fences = fences;
        Anchors = [.. prose.Where(l => l.StartsWith('#')).Select(Anchor)];
        Links = [.. Link().Matches(Code().Replace(string.Join('\n', prose), "")).Select(m => m.Groups[1].Value)];
    }

    /// <summary>Its path below the root.</summary>
    public string Path { get; }

    /// <summary>All of it.</summary>
    public string Text { get; }

    /// <summary>Its blocks of code.</summary>
    public IReadOnlyList<Fence> Fences { get; }

    /// <summary>What links to its headings are called.</summary>
    public IReadOnlyList<string> Anchors { get; }

    /// <summary>Where its links and images lead.</summary>
    public IReadOnlyList<string> Links { get; }

    // As GitHub makes them.
    private static string Anchor(string heading) =>
        NoAnchor().Replace(heading.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex(@"\[[^\]]*\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("`[^`]*`")]
    private static partial Regex Code();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NoAnchor();
}
