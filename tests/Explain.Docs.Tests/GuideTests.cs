using System.Text.RegularExpressions;
using Explain.Testing;

namespace Explain.Docs.Tests;

/// <summary>The guide for developers names files and folders; they must be there.</summary>
public sealed partial class GuideTests
{
    [Fact]
    public void EveryFileAndFolderTheGuideNamesExists()
    {
        var paths = Directory
            .EnumerateFileSystemEntries(Checkout.Root, "*", SearchOption.AllDirectories)
            .Select(p => "/" + Path.GetRelativePath(Checkout.Root, p).Replace('\\', '/') + (Directory.Exists(p) ? "/" : ""))
            .Where(p => !p.Contains("/obj/") && !p.Contains("/bin/"))
            .ToArray();
        var named = Name().Matches(Repository.Read("CONTRIBUTING.md")).Select(m => m.Groups[1].Value).Distinct().ToArray();
        Assert.True(named.Length > 20, "the guide names too little to be of use");
        Assert.DoesNotContain(named, n =>
            !paths.Any(p => p.EndsWith("/" + n, StringComparison.Ordinal) || p.EndsWith("/" + n + "/", StringComparison.Ordinal))
        );
    }

    [GeneratedRegex(@"`([A-Za-z.]+(?:/[A-Za-z.]+)*(?:\.cs|/))`")]
    private static partial Regex Name();
}
