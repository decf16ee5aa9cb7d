using ArchUnitNET.Domain;
using ArchUnitNET.Domain.Dependencies;
using ArchUnitNET.Loader;

namespace Explain.Architecture.Tests;

/// <summary>A type that uses another one.</summary>
/// <param name="FromFolder">Its folder.</param>
/// <param name="From">Its name.</param>
/// <param name="ToFolder">The other's folder.</param>
/// <param name="To">The other's name.</param>
internal sealed record Use(string FromFolder, string From, string ToFolder, string To);

/// <summary>Who uses whom, read from the built assemblies.</summary>
internal static class Uses
{
    private static readonly Lazy<ArchUnitNET.Domain.Architecture> House = new(() =>
        new ArchLoader()
            .LoadAssemblies([.. Layers.Projects.SelectMany(p => p).Select(p => System.Reflection.Assembly.Load(AssemblyOf(p)))])
            .Build()
    );

    /// <summary>The uses inside a project, between its folders.</summary>
    public static IReadOnlyList<Use> Inside(string project) =>
        [
            .. From(project)
                .Where(d => FolderOf(project, d.Target) is not null)
                .Select(d => new Use(FolderOf(project, d.Origin)!, d.Origin.Name, FolderOf(project, d.Target)!, d.Target.Name))
                .Where(u => u.FromFolder != u.ToFolder)
                .Distinct(),
        ];

    /// <summary>The full names of all that a project uses, with the folder that does.</summary>
    public static IReadOnlyList<(string Folder, string Target)> Of(string project) =>
        [.. From(project).Select(d => (FolderOf(project, d.Origin)!, d.Target.FullName)).Distinct()];

    /// <summary>The folders of a project that hold types.</summary>
    public static IReadOnlyList<string> Folders(string project) =>
        [.. House.Value.Types.Select(t => FolderOf(project, t)).OfType<string>().Distinct()];

    // The command is called by its assembly's name.
    private static string AssemblyOf(string project) => project == "Explain.Cli" ? "explain" : project;

    private static IEnumerable<ITypeDependency> From(string project) =>
        House.Value.Types.Where(t => FolderOf(project, t) is not null).SelectMany(t => t.Dependencies);

    // Namespaces follow folders; the build holds that.
    private static string? FolderOf(string project, IType type)
    {
        var space = type.Namespace?.FullName ?? "";
        return space == project ? ""
            : space.StartsWith(project + ".", StringComparison.Ordinal) ? space[(project.Length + 1)..].Replace('.', '/')
            : null;
    }
}
