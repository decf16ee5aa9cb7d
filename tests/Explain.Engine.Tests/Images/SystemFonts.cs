namespace Explain.Engine.Tests.Images;

/// <summary>What the machine can write with, by the files of its fonts.</summary>
internal static class SystemFonts
{
    public const string Missing = "no fonts on this machine";

    public const string MissingChinese = "no font with Chinese letters on this machine";

    public static bool AreThere => Files.Any();

    public static bool KnowsChinese => Files.Any(f => f.Contains("CJK") || f.Contains("wqy"));

    private static IEnumerable<string> Files =>
        Directory.Exists("/usr/share/fonts") ? Directory.EnumerateFiles("/usr/share/fonts", "*.tt*", SearchOption.AllDirectories) : [];
}
