using System.Net;
using System.Text;

namespace Explain.Cli.Evaluate.Report;

/// <summary>Text of strangers in a page.</summary>
internal static class PageText
{
    /// <summary>The text as it stands in markup.</summary>
    public static string Encoded(string text) => WebUtility.HtmlEncode(Printable(text));

    /// <summary>The text without what no document may have; in the place of each is U+FFFD.</summary>
    public static string Printable(string text)
    {
        var printable = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            printable.Append(Rune.IsControl(rune) || rune.Value is 0xFFFE or 0xFFFF ? Rune.ReplacementChar : rune);
        return printable.ToString();
    }
}
