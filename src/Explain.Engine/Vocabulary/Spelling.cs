namespace Explain.Engine.Vocabulary;

/// <summary>How words of callers are repeated to them, and what they probably meant.</summary>
public static class Spelling
{
    /// <summary>
    /// The choice that differs from <paramref name="word"/> in case only, or else by one or two edits; null when none does.
    /// </summary>
    public static string? Closest(string word, IEnumerable<string> choices)
    {
        var lower = word.ToLowerInvariant();
        var (best, distance) = choices
            .Select(choice => (choice, Edits(lower, choice.ToLowerInvariant())))
            .OrderBy(c => c.Item2)
            .FirstOrDefault();
        return best is not null && distance <= Math.Min(2, word.Length / 3) ? best : null;
    }

    /// <summary><c> did you mean 'x'?</c>, or nothing.</summary>
    public static string Hint(string word, IEnumerable<string> choices) =>
        Closest(word, choices) is { } meant ? $" did you mean '{meant}'?" : "";

    /// <summary>A value as it may be repeated in a message: short, and on one line.</summary>
    public static string Shown(string text)
    {
        var line = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
        return line.Length <= 60 ? line : line[..60] + "…";
    }

    // Levenshtein distance, one row at a time; long words are nobody's typing error.
    private static int Edits(string a, string b)
    {
        if (Math.Abs(a.Length - b.Length) > 2)
            return int.MaxValue;
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, 1 + Math.Min(row[j], row[j - 1]));
            }
        }
        return row[^1];
    }
}
