using System.IO.Enumeration;

namespace Explain.Evaluation.Annotations;

/// <summary>Lists folders.</summary>
internal static class AnnotationFiles
{
    /// <summary>
    /// The files of a folder and of those inside it, counted from it, with <c>/</c> between folders, in the order of their names. Hidden
    /// ones are left out, and linked folders are not entered: they may lead in circles.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="extension">Their extension with its dot, in any case; empty for all.</param>
    public static IReadOnlyList<string> Below(string folder, string extension = "")
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = false };
        var files = new FileSystemEnumerable<string>(folder, (ref entry) => entry.ToFullPath(), options)
        {
            ShouldIncludePredicate = (ref entry) =>
                !entry.IsDirectory && entry.FileName.EndsWith(extension, StringComparison.OrdinalIgnoreCase),
            ShouldRecursePredicate = (ref entry) => (entry.Attributes & FileAttributes.ReparsePoint) == 0,
        };
        var names = files.Select(file => Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/'));
        return [.. names.Order(StringComparer.Ordinal)];
    }
}
