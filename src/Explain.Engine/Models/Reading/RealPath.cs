namespace Explain.Engine.Models.Reading;

/// <summary>Where a path leads when every link on it is followed.</summary>
internal static class RealPath
{
    // As Linux has it: more are a circle.
    private const int MostLinks = 40;

    /// <summary>Whether a path leads to something below a directory.</summary>
    public static bool IsBelow(string path, string directory) =>
        Of(path).StartsWith(Path.TrimEndingDirectorySeparator(Of(directory)) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <summary>The path without links.</summary>
    /// <exception cref="IOException">The links go round in a circle.</exception>
    public static string Of(string path)
    {
        var full = Path.GetFullPath(path);
        var real = Path.GetPathRoot(full)!;
        var left = new Stack<string>(Parts(full[real.Length..]));
        for (var links = 0; left.TryPop(out var part); )
        {
            var next = Path.GetFullPath(Path.Combine(real, part));
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                real = next;
                continue;
            }
            if (++links > MostLinks)
                throw new IOException("too many links");
            if (Path.IsPathRooted(target))
                real = Path.GetPathRoot(target)!;
            foreach (var step in Parts(target[(Path.IsPathRooted(target) ? real.Length : 0)..]))
                left.Push(step);
        }
        return real;
    }

    // Backwards: the first ends up on top of the stack.
    private static IEnumerable<string> Parts(string path) =>
        path.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).Reverse();
}
