using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Explain.Deploy.Tests.Kubernetes;

/// <summary>A kustomization.yaml, as far as its fields are used here.</summary>
internal sealed class Kustomization
{
    public const string File = "kustomization.yaml";

    public string ApiVersion { get; set; } = "";

    public string Kind { get; set; } = "";

    public List<LabelSet> Labels { get; set; } = [];

    public List<string> Resources { get; set; } = [];

    public List<Generator> ConfigMapGenerator { get; set; } = [];

    public List<ImageName> Images { get; set; } = [];

    public List<Patch> Patches { get; set; } = [];

    /// <summary>The folder it is in.</summary>
    [YamlIgnore]
    public string Folder { get; private set; } = "";

    /// <summary>Every kustomization below deploy.</summary>
    public static IEnumerable<Kustomization> All =>
        Directory
            .EnumerateFiles(Repository.PathOf("deploy"), File, SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(f => Read(Path.GetDirectoryName(f)!));

    /// <summary>Reads the one in a folder; a field that does not exist is an error.</summary>
    public static Kustomization Read(string folder)
    {
        var read = new DeserializerBuilder()
            .WithNamingConvention(CamelCaseNamingConvention.Instance)
            .Build()
            .Deserialize<Kustomization>(System.IO.File.ReadAllText(Path.Combine(folder, File)));
        read.Folder = Path.GetFullPath(folder);
        return read;
    }

    /// <summary>The objects it builds on, those of other kustomizations included.</summary>
    public IEnumerable<Manifest> Objects() =>
        Resources
            .Select(r => Path.GetFullPath(Path.Combine(Folder, r)))
            .SelectMany(path => Directory.Exists(path) ? Read(path).Objects() : Manifests.Parse(path, System.IO.File.ReadAllText(path)));

    /// <summary>The names and values of its generated ConfigMaps, later ones winning, those of other kustomizations included.</summary>
    public IEnumerable<KeyValuePair<string, string>> Literals() =>
        Resources
            .Select(r => Path.Combine(Folder, r))
            .Where(Directory.Exists)
            .SelectMany(folder => Read(folder).Literals())
            .Concat(
                ConfigMapGenerator.SelectMany(g => g.Literals).Select(l => l.Split('=', 2)).Select(l => KeyValuePair.Create(l[0], l[1]))
            );

    internal sealed class LabelSet
    {
        public Dictionary<string, string> Pairs { get; set; } = [];
    }

    internal sealed class Generator
    {
        public string Name { get; set; } = "";

        public string Behavior { get; set; } = "create";

        public List<string> Literals { get; set; } = [];
    }

    internal sealed class ImageName
    {
        public string Name { get; set; } = "";

        public string NewTag { get; set; } = "";
    }

    internal sealed class Patch
    {
        public PatchTarget? Target { get; set; }

        [YamlMember(Alias = "patch", ApplyNamingConventions = false)]
        public string? Inline { get; set; }

        public string? Path { get; set; }
    }

    internal sealed class PatchTarget
    {
        public string Kind { get; set; } = "";

        public string Name { get; set; } = "";
    }
}
