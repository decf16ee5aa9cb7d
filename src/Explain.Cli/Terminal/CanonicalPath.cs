namespace Explain.Cli.Terminal;

/// <summary>One spelling for each file, whatever links lead to it.</summary>
internal static class CanonicalPath
{
    /// <summary>How this system tells file names apart.</summary>
    public static StringComparer Comparer { get; } = OperatingSystem.IsLinux() ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase;

    /// <summary>The path without links; the file need not exist.</summary>
    public static string Of(string path)
    {
        var full = Path.GetFullPath(path);
        if (Path.GetDirectoryName(full) is not { } parent)
            return full;
        var here = new FileInfo(Path.Combine(Of(parent), Path.GetFileName(full)));
        return here.LinkTarget is null ? here.FullName : here.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? here.FullName;
    }
}
