using Explain.Testing;

namespace Explain.Docs.Tests;

/// <summary>What the pages take for given: models, settings, and blocks that need what is not there.</summary>
internal static class Shown
{
    /// <summary>The page whose service knows its callers.</summary>
    public const string Security = "docs/security.md";

    /// <summary>Blocks that no test runs, by page and by what they need.</summary>
    // csharpier-ignore
    public static readonly (string Page, string Needs)[] NotRun =
    [
        ("docs/deployment.md", "docker compose"),
        ("docs/deployment.md", "kubectl apply"),
        ("docs/deployment.md", "kubectl create"),
        ("docs/embedding.md", "npm run package"),
        ("docs/localization.md", "images.csv"),
    ];

    /// <summary>Settings that pages name, as arguments.</summary>
    public static IEnumerable<string> Settings(string folder) =>
        [
            $"--models={folder}/models",
            $"--Explain:Store:Directory={StoreOf(folder)}",
            "--Explain:Store:Pictures=true",
            "--Explain:Store:Maps=true",
            $"--Explain:Uploads={Directory.CreateDirectory($"{folder}/uploads").FullName}",
        ];

    /// <summary>Where its trail is.</summary>
    public static string StoreOf(string folder) => $"{folder}/store";

    /// <summary>Writes the models that pages name.</summary>
    public static void WriteModels(string folder)
    {
        foreach (var file in new[] { "model.onnx", "model.json", "labels.txt" })
            Write(folder, "mobilenet", file, File.ReadAllBytes(Repository.PathOf($"src/Explain.Demo/Assets/{file}")));
        Write(folder, "street", "model.onnx", TinyNets.Segmentation().ToBytes());
        Write(folder, "street", "labels.txt", "sky\nroad\nhouse\n"u8);
        Write(folder, "answers", "model.onnx", TinyNets.Vqa().ToBytes());
        Write(folder, "actions", "model.onnx", TinyNets.PolicyAndValue().ToBytes());
    }

    /// <summary>Writes the files that a reader has at hand.</summary>
    public static void WriteFiles(string folder)
    {
        File.Copy(Repository.PathOf("src/Explain.Demo/Assets/model.onnx"), Path.Combine(folder, "net.onnx"));
        File.Copy(Repository.PathOf("src/Explain.Demo/Assets/labels.txt"), Path.Combine(folder, "labels.txt"));
    }

    private static void Write(string folder, string model, string file, ReadOnlySpan<byte> bytes) =>
        File.WriteAllBytes(Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "models", model)).FullName, file), bytes);
}
