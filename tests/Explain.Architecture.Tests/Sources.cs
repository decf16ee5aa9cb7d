using Explain.Testing;

namespace Explain.Architecture.Tests;

/// <summary>Every source file of the checkout that somebody wrote.</summary>
internal static class Sources
{
    private static readonly string[] Projects = ["src", "tests", "tools"];

    // What builds and package managers put beside the sources, and the migrations that the database tools write.
    private static readonly string[] Generated = ["bin", "obj", "node_modules", "Migrations"];

    /// <summary>Paths below the checkout, and the text of each.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } =
        Projects
            .SelectMany(p => Directory.EnumerateFiles(Path.Combine(Checkout.Root, p), "*.cs", SearchOption.AllDirectories))
            .Select(f => Path.GetRelativePath(Checkout.Root, f))
            .Where(f => !f.Split(Path.DirectorySeparatorChar).Any(Generated.Contains))
            .Order(StringComparer.Ordinal)
            .ToDictionary(f => f, f => File.ReadAllText(Path.Combine(Checkout.Root, f)));
}
