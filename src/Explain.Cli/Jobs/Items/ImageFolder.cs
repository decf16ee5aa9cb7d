using System.Collections.Frozen;
using System.IO.Enumeration;
using Explain.Cli.Terminal;

namespace Explain.Cli.Jobs.Items;

/// <summary>
/// The images of a folder and of those inside it, by their extension. Hidden ones are left out, and linked folders are not entered: they
/// may lead in circles.
/// </summary>
internal static class ImageFolder
{
    private static readonly string[] Extensions = [".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff"];
    private static readonly FrozenSet<string> Known = Extensions.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Lists them.</summary>
    /// <param name="folder">Full path without links.</param>
    /// <param name="leftOut">Full path without links of a folder that is not entered.</param>
    /// <exception cref="UsageException">There is none.</exception>
    public static IReadOnlyList<JobItem> List(string folder, string leftOut)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = false };
        var files = new FileSystemEnumerable<string>(folder, (ref entry) => entry.ToFullPath(), options)
        {
            ShouldIncludePredicate = (ref entry) => !entry.IsDirectory && Known.Contains(Path.GetExtension(entry.FileName).ToString()),
            ShouldRecursePredicate = (ref entry) =>
                (entry.Attributes & FileAttributes.ReparsePoint) == 0
                && !CanonicalPath.Comparer.Equals(entry.ToFullPath(), Path.TrimEndingDirectorySeparator(leftOut)),
        };
        JobItem[] items =
        [
            .. files.Select(file => new JobItem(Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/'))),
        ];
        return items.Length > 0
            ? items
            : throw new UsageException($"'{folder}' has no images; their names end in {string.Join(", ", Extensions)}");
    }
}
