using System.Diagnostics;
using Explain.Cli.Batch;
using Explain.Cli.Jobs.Rows;

namespace Explain.Cli.Tests.Batch;

/// <summary>Images, a model and a folder for what <c>explain batch</c> makes of them.</summary>
internal sealed class BatchPlace : IDisposable
{
    public BatchPlace()
    {
        Model = Files.Colours;
    }

    public Workplace Files { get; } = new();

    public string Model { get; }

    public string Input => Files.Path("in");

    public string Output => Files.Path("out");

    /// <summary>Images in two folders: <c>a/0000.png</c>, <c>b/0001.png</c>, ….</summary>
    public BatchPlace WithImages(int count)
    {
        var image = File.ReadAllBytes(Files.RedAndBlue("template.png"));
        for (var i = 0; i < count; i++)
            Files.Write(image, "in", i % 2 == 0 ? "a" : "b", $"{i:0000}.png");
        return this;
    }

    /// <summary>The command line of a run.</summary>
    public string[] Arguments(params string[] more) => ["batch", Input, "--model", Model, "--out", Output, .. more];

    public Task<Cli> RunAsync(params string[] more) => Cli.RunAsync(Arguments(more));

    /// <summary>The same as a process of its own.</summary>
    public Process Start(params string[] more) => Process.Start(Command(more))!;

    public ProcessStartInfo Command(params string[] more) =>
        new("dotnet", [Path.Combine(AppContext.BaseDirectory, "explain.dll"), .. Arguments(more)]) { RedirectStandardError = true };

    /// <summary>The rows of all Parquet files.</summary>
    public async Task<BatchRow[]> RowsAsync()
    {
        var rows = new List<BatchRow>();
        foreach (var file in RowFiles())
            rows.AddRange(await RowFile.ReadAsync<BatchRow>(file, TestContext.Current.CancellationToken));
        return [.. rows];
    }

    public string[] RowFiles() =>
        Directory.Exists(Files.Path("out", "rows")) ? [.. Directory.GetFiles(Files.Path("out", "rows")).Order(StringComparer.Ordinal)] : [];

    /// <summary>Names of the images that were written, from the folder of the results.</summary>
    public string[] Written() =>
        [
            .. Directory
                .GetFiles(Files.Path("out", "explained"), "*", SearchOption.AllDirectories)
                .Select(f => Path.GetRelativePath(Output, f))
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>Files and folders for what is not finished.</summary>
    public string[] Unfinished() => [.. Directory.GetFileSystemEntries(Output, "*unfinished*", SearchOption.AllDirectories)];

    public void Dispose() => Files.Dispose();
}
