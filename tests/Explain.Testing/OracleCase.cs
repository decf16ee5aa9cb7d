using System.Text.Json;

namespace Explain.Testing;

/// <summary>One case of the reference data: a model at a layer, with what the reference libraries computed.</summary>
/// <param name="Folder">Folder of the case.</param>
/// <param name="ModelFile">The exported model.</param>
/// <param name="TargetValue">Tensor name of the layer.</param>
/// <param name="Classes">One a sample.</param>
/// <param name="Operators">Operators of the graph; empty when the case does not list them.</param>
/// <param name="Layout">Layout of the layer.</param>
/// <param name="Kind">classification, segmentation, ….</param>
public sealed record OracleCase(
    string Folder,
    string ModelFile,
    string TargetValue,
    long[] Classes,
    IReadOnlyList<string> Operators,
    string Layout,
    string Kind
)
{
    /// <summary>Short name for test output.</summary>
    public override string ToString()
    {
        var file = Path.GetFileName(ModelFile);
        return $"{Name} {(file == "model.onnx" ? Path.GetFileName(Path.GetDirectoryName(ModelFile)) : file)}";
    }

    /// <summary>Name of the case.</summary>
    public string Name => Path.GetFileName(Folder);

    /// <summary>Whether the case has a file.</summary>
    public bool Has(string file) => File.Exists(Path.Combine(Folder, file));

    /// <summary>An array of the case.</summary>
    public (long[] Shape, float[] Values) Array(string file) => Npy.Read(Path.Combine(Folder, file));

    /// <summary>
    /// How far an array in the space of the input is from the same computation in double precision, relative L2: no bound can be lower.
    /// </summary>
    public double Noise(string array)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "case.json")));
        return
            json.RootElement.GetProperty("input_space").TryGetProperty(array, out var entry)
            && entry.TryGetProperty("noise_vs_float64", out var noise)
            ? noise.GetProperty("rel_l2").GetDouble()
            : 0;
    }

    /// <summary>All cases: the small models and the real network.</summary>
    public static IReadOnlyList<OracleCase> All { get; } = SharedData.Root is null ? [] : [.. Read("oracle"), .. Read("oracle/real")];

    private static IEnumerable<OracleCase> Read(string root)
    {
        foreach (var folder in Directory.GetDirectories(SharedData.Path(root, "cases")).Order(StringComparer.Ordinal))
        {
            using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "case.json")));
            var c = json.RootElement;
            if (!c.TryGetProperty("classes", out var classes))
                continue;
            foreach (var model in c.GetProperty("models").EnumerateArray())
            {
                var file =
                    root == "oracle"
                        ? SharedData.Path("oracle", model.GetProperty("file").GetString()!)
                        : RealModel(model.GetProperty("file").GetString()!);
                if (!File.Exists(file) || !model.TryGetProperty("target_value", out var target))
                    continue;
                yield return new OracleCase(
                    folder,
                    file,
                    target.GetString()!,
                    [.. classes.EnumerateArray().Select(e => e.GetInt64())],
                    model.TryGetProperty("ops", out var ops) ? [.. ops.EnumerateObject().Select(o => o.Name)] : [],
                    c.GetProperty("layout").GetString()!,
                    c.GetProperty("kind").GetString()!
                );
            }
        }
    }

    private static string RealModel(string file) =>
        SharedData.Path("models", file.Contains("logits") ? "squeezenet1.1-logits" : "squeezenet1.1", "model.onnx");
}
