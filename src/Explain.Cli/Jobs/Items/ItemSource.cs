using Explain.Cli.Terminal;

namespace Explain.Cli.Jobs.Items;

/// <summary>What is to be explained.</summary>
/// <param name="Folder">The folder from which names are counted.</param>
/// <param name="Items">Ordered by name, each once.</param>
internal sealed record ItemSource(string Folder, IReadOnlyList<JobItem> Items)
{
    /// <summary>Lists it.</summary>
    /// <param name="input">A folder of images, or a manifest.</param>
    /// <param name="output">Folder of the results, whose images are none of the input's.</param>
    /// <exception cref="UsageException">There is none, or it cannot be read.</exception>
    public static ItemSource Open(string input, string output)
    {
        try
        {
            // Links would hide that the results lie inside.
            if (Directory.Exists(input))
                return Of(CanonicalPath.Of(input), ImageFolder.List(CanonicalPath.Of(input), CanonicalPath.Of(output)));
            if (!File.Exists(input))
                throw new UsageException($"there is no '{input}': neither a folder nor a manifest has that name");
            return Of(Path.GetDirectoryName(Path.GetFullPath(input))!, Manifest.Read(input));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"'{input}' cannot be read: {e.Message}");
        }
    }

    private static ItemSource Of(string folder, IEnumerable<JobItem> items) =>
        new(folder, [.. items.OrderBy(i => i.Name, StringComparer.Ordinal).ThenBy(i => i.Key, StringComparer.Ordinal)]);
}
