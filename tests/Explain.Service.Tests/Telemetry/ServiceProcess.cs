using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Explain.Service.Tests.Telemetry;

/// <summary>The program with the tiny models, in a process of its own: its metrics and its log are nobody else's.</summary>
public class ServiceProcess : IAsyncLifetime
{
    private readonly string _models = Directory.CreateTempSubdirectory("explain-process-").FullName;
    private readonly ConcurrentQueue<string> _lines = [];
    private readonly string[] _settings;
    private readonly (string Name, string Value)[] _environment;
    private Process _process = null!;

    public ServiceProcess()
        : this([], [])
    {
    }

    internal ServiceProcess(string[] settings, (string Name, string Value)[] environment) => (_settings, _environment) = (settings, environment);

    public HttpClient Client { get; private set; } = null!;

    /// <summary>What it has printed.</summary>
    public IReadOnlyList<string> Lines => [.. _lines];

    public async ValueTask InitializeAsync()
    {
        TinyModels.Write(_models);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
        listener.Stop();
        var start = new ProcessStartInfo(
            "dotnet", [typeof(Program).Assembly.Location, $"--urls={url}", $"--models={_models}", "--Explain:DemoModel=false", "--Explain:Log:Format=json", .. _settings.Select(s => $"--Explain:{s}")])
        { RedirectStandardOutput = true };
        start.Environment.Remove("ASPNETCORE_URLS");
        foreach (var (name, value) in _environment) start.Environment[name] = value;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is { } text) _lines.Enqueue(text);
        };
        _process.BeginOutputReadLine();
        Client = new HttpClient { BaseAddress = new Uri(url) };
        await UntilAsync(IsReadyAsync, "the models are loaded");
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Client.Dispose();
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_models, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>The lines about requests.</summary>
    internal IReadOnlyList<JsonElement> RequestLines() =>
        [.. Lines.Select(line => JsonDocument.Parse(line).RootElement).Where(e => e.TryGetProperty("RequestPath", out _) && e.TryGetProperty("Elapsed", out _))];

    /// <summary>Reads the metrics.</summary>
    internal async Task<PrometheusText> MetricsAsync() => PrometheusText.Parse(await Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken));

    /// <summary>Reads the metrics, again until they say something: a request is counted when its answer has been sent, and a page is kept for a moment.</summary>
    internal async Task<PrometheusText> MetricsAsync(Func<PrometheusText, bool> condition, string what)
    {
        PrometheusText metrics = null!;
        await UntilAsync(async () => condition(metrics = await MetricsAsync()), what);
        return metrics;
    }

    /// <summary>Waits for something that comes by itself.</summary>
    internal static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        for (var tries = 0; !await condition(); tries++)
        {
            Assert.True(tries < 600, $"a minute long it was not so that {what}");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            return (await Client.GetAsync("/healthz/startup")).StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
