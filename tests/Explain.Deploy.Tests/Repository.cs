using Explain.Testing;

namespace Explain.Deploy.Tests;

/// <summary>The files of this repository.</summary>
internal static class Repository
{
    /// <summary>A path below the root.</summary>
    public static string PathOf(params string[] parts) => Path.Combine([Checkout.Root, .. parts]);

    /// <summary>The text of a file below the root.</summary>
    public static string Read(params string[] parts) => File.ReadAllText(PathOf(parts));
}
