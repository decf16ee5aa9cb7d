namespace Explain.Architecture.Tests;

/// <summary>The order of the house.</summary>
public sealed class LayerTests
{
    // Libraries and the only folders that know them.
    // csharpier-ignore
    private static readonly (string Library, string Project, string[] Folders)[] Walls =
    [
        ("NetVips", "Explain.Engine", ["Images"]),
        ("SixLabors", "Explain.Engine", ["Images"]),
        ("Microsoft.ML.OnnxRuntime", "Explain.Engine", ["Inputs", "Models/Native", "Models/Sessions", "Models/Scheduling", "Models", "Export"]),
    ];

    public static TheoryData<string> Projects => [.. Layers.All.Select(l => l.Project)];

    // The folders of the demo know nothing of each other.
    public static TheoryData<string> Layered => [.. Layers.All.Select(l => l.Project).Where(p => p != "Explain.Demo")];

    [Theory]
    [MemberData(nameof(Projects))]
    public void AFolderUsesOnlyFoldersBelowIt(string project)
    {
        var order = Layers.All.Single(l => l.Project == project).Folders;
        Assert.Equal([], Upward(order, Uses.Inside(project)));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void EveryFolderStandsInTheOrderOnce(string project)
    {
        var order = Layers.All.Single(l => l.Project == project).Folders;
        Assert.Equal(order.Distinct().Order(StringComparer.Ordinal), Uses.Folders(project).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Layered))]
    public void TheOrderUpsideDownIsRefused(string project)
    {
        var order = Layers.All.Single(l => l.Project == project).Folders;
        Assert.NotEmpty(Upward([.. order.Reverse()], Uses.Inside(project)));
    }

    [Fact]
    public void AProjectKnowsOnlyProjectsBelowIt()
    {
        var rows = Layers.Projects;
        for (var row = 0; row < rows.Count; row++)
        {
            foreach (var project in rows[row])
            {
                var notBelow = rows.Skip(row).SelectMany(r => r).Where(p => p != project);
                Assert.Equal([], notBelow.Where(other => Uses.Of(project).Any(u => Is(u.Target, other))));
            }
        }
    }

    [Fact]
    public void LibrariesStayBehindTheirWalls()
    {
        foreach (var (library, owner, folders) in Walls)
        {
            var elsewhere = Layers
                .Projects.SelectMany(p => p)
                .SelectMany(project => Uses.Of(project).Where(u => Is(u.Target, library)).Select(u => (project, u.Folder)))
                .Distinct()
                .Where(u => u.project != owner || !folders.Contains(u.Folder));
            Assert.Equal([], elsewhere.Select(u => $"{library} in {u.project}/{u.Folder}"));
        }
    }

    [Fact]
    public void TheLeavesKnowNeitherOnnxRuntimeNorTheWeb() =>
        Assert.All(Layers.Projects[0], leaf =>
            Assert.DoesNotContain(Uses.Of(leaf), u => Is(u.Target, "Microsoft.ML.OnnxRuntime") || Is(u.Target, "Microsoft.AspNetCore"))
        );

    private static bool Is(string type, string space) => type.StartsWith(space + ".", StringComparison.Ordinal);

    private static IEnumerable<string> Upward(IReadOnlyList<string> order, IEnumerable<Use> uses)
    {
        var height = order.Select((folder, i) => (folder, i)).ToDictionary(f => f.folder, f => f.i);
        return uses.Where(u => !height.TryGetValue(u.FromFolder, out var from) || !height.TryGetValue(u.ToFolder, out var to) || to > from)
            .Select(u => $"{u.FromFolder}/{u.From} uses {u.ToFolder}/{u.To}")
            .Order(StringComparer.Ordinal);
    }
}
