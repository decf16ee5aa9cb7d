using System.Text.Json;
using Explain.Testing;

namespace Explain.Service.Tests.Telemetry;

/// <summary>The program with the tiny models, in a process of its own: its metrics and its log are nobody else's.</summary>
public class WatchedService : IAsyncLifetime
{
    private readonly TemporaryFolder _models = new();
    private readonly string[] _settings;
    private readonly (string Name, string Value)[] _environment;
    private ServiceProcess _process = null!;

    public WatchedService()
        : this([], []) { }

    internal WatchedService(string[] settings, (string Name, string Value)[] environment)
    {
        (_settings, _environment) = (settings, environment);
    }

    public HttpClient Client => _process.Client;

    /// <summary>What it has printed.</summary>
    public IReadOnlyList<string> Lines => [.. _process.Lines];

    public async ValueTask InitializeAsync()
    {
        TinyModels.Write(_models.Path);
        _process = await ServiceProcess.StartAsync(
            typeof(Program).Assembly.Location,
            [
                $"--models={_models.Path}",
                "--Explain:DemoModel=false",
                "--Explain:Store=none",
                "--Explain:Log:Format=json",
                .. _settings.Select(s => $"--Explain:{s}"),
            ],
            _environment.ToDictionary(e => e.Name, e => e.Value)
        );
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _process.DisposeAsync();
        _models.Dispose();
    }

    /// <summary>The lines about requests.</summary>
    internal IReadOnlyList<JsonElement> RequestLines() =>
        [
            .. Lines
                .Select(line => JsonDocument.Parse(line).RootElement)
                .Where(e => e.TryGetProperty("RequestPath", out _) && e.TryGetProperty("Elapsed", out _)),
        ];

    /// <summary>Reads the metrics.</summary>
    internal async Task<PrometheusText> MetricsAsync() =>
        PrometheusText.Parse(await Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken));

    /// <summary>
    /// Reads the metrics, again until they say something: a request is counted when its answer has been sent, and a page is kept for a
    /// moment.
    /// </summary>
    internal async Task<PrometheusText> MetricsAsync(Func<PrometheusText, bool> condition, string what)
    {
        PrometheusText metrics = null!;
        await Wait.UntilAsync(async () => condition(metrics = await MetricsAsync()), what);
        return metrics;
    }
}
