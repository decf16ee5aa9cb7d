using System.Diagnostics;
using System.Text;
using Explain.Cli.Evaluate;
using Explain.Cli.Jobs.Rows;
using Explain.Demo.Scenes;
using Explain.Engine.Images;

namespace Explain.Cli.Tests.Evaluate;

/// <summary>Generated scenes with their boxes, and a folder for what <c>explain evaluate localization</c> finds on them.</summary>
internal sealed class LocalizationPlace : IDisposable
{
    private const ulong Seed = 31;
    private readonly StringBuilder _boxes = new("path,label,x0,y0,x1,y1\n");
    private int _scenes;

    public Workplace Files { get; } = new();

    /// <summary>Scenes called <c>000.png</c>, <c>001.png</c>, …, each with two objects.</summary>
    public LocalizationPlace WithScenes(int count)
    {
        for (var i = 0; i < count; i++)
            WithScene($"{i:000}.png");
        return this;
    }

    /// <summary>A scene with two objects.</summary>
    public LocalizationPlace WithScene(string name)
    {
        var scene = SceneGenerator.Generate(Seed, _scenes++, new SceneOptions { Kinds = 2 });
        Files.Write(new VipsImageCodec().Encode(new RgbImage(scene.Width, scene.Height, scene.Pixels), ImageFormat.Png), "in", name);
        foreach (var (kind, _, box, _) in scene.Objects)
            _boxes.Append($"\"{name}\",{kind},{box.X},{box.Y},{box.X + box.Width},{box.Y + box.Height}\n");
        File.WriteAllText(Files.Path("boxes.csv"), _boxes.ToString());
        return this;
    }

    public Task<Cli> RunAsync(params string[] more) => Cli.RunAsync(Arguments(more));

    /// <summary>The same as a process of its own.</summary>
    public Process Start(params string[] more) =>
        Process.Start(
            new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "explain.dll"), .. Arguments(more)])
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            }
        )!;

    /// <summary>A file of the results.</summary>
    public string Read(string name) => File.ReadAllText(Files.Path("out", name));

    public bool Has(string name) => File.Exists(Files.Path("out", name));

    /// <summary>Cells of the table in CSV, without its head.</summary>
    public string[][] Table() => [.. Read("localization.csv").Trim().Split('\n').Skip(1).Select(line => line.Trim().Split(','))];

    /// <summary>The rows of all Parquet files.</summary>
    public async Task<LocalizationRow[]> RowsAsync()
    {
        var rows = new List<LocalizationRow>();
        foreach (var file in RowFiles())
            rows.AddRange(await RowFile.ReadAsync<LocalizationRow>(file, TestContext.Current.CancellationToken));
        return [.. rows];
    }

    public string[] RowFiles() =>
        Directory.Exists(Files.Path("out", "rows")) ? [.. Directory.GetFiles(Files.Path("out", "rows")).Order(StringComparer.Ordinal)] : [];

    public void Dispose() => Files.Dispose();

    private string[] Arguments(string[] more) =>
        ["evaluate", "localization", Files.Path("in"), "-a", Files.Path("boxes.csv"), "--out", Files.Path("out"), .. more];
}
