using Explain.Cli.Evaluate;
using Explain.Cli.Jobs.Rows;

namespace Explain.Cli.Tests.Evaluate;

/// <summary>The generated scenes, measured once for several tests.</summary>
public sealed class DemoRun : IAsyncLifetime
{
    /// <summary>How many there are.</summary>
    public const int Scenes = 24;

    private readonly Workplace _place = new();

    /// <summary>Every map.</summary>
    internal IReadOnlyList<LocalizationRow> Rows { get; private set; } = [];

    /// <summary>The figures of each method.</summary>
    internal IReadOnlyDictionary<string, LocalizationLine> Lines { get; private set; } = new Dictionary<string, LocalizationLine>();

    /// <summary>The page.</summary>
    public string Report => File.ReadAllText(_place.Path("out", "report.html"));

    public async ValueTask InitializeAsync()
    {
        var run = await MeasureAsync(_place, "--scenes", $"{Scenes}", "--methods", "cam,gradcam");
        Assert.True(run.Code == 0, string.Join('\n', run.Error));
        var rows = new List<LocalizationRow>();
        foreach (var file in Directory.GetFiles(_place.Path("out", "rows")))
            rows.AddRange(await RowFile.ReadAsync<LocalizationRow>(file, TestContext.Current.CancellationToken));
        Rows = rows;
        Lines = LocalizationResults.Of(rows, 0).All.ToDictionary(l => l.Way.Method);
    }

    public ValueTask DisposeAsync()
    {
        _place.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Measures generated scenes.</summary>
    internal static Task<Cli> MeasureAsync(Workplace place, params string[] more) =>
        Cli.RunAsync(["evaluate", "localization", "--demo", "--out", place.Path("out"), .. more]);
}
