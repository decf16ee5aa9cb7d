using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Explain.Testing;

/// <summary>The service as a process of its own, on a free port of the loopback device, with everything it writes.</summary>
public sealed class ServiceProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task _reading;

    private ServiceProcess(Process process, int port)
    {
        _process = process;
        Address = new Uri($"http://127.0.0.1:{port}");
        // Many clients in one: a connection for each.
        Client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 4096, UseCookies = false })
        {
            BaseAddress = Address,
            Timeout = TimeSpan.FromMinutes(2),
        };
        _reading = Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>Asks it.</summary>
    public HttpClient Client { get; }

    /// <summary>Lines it wrote so far.</summary>
    public ConcurrentQueue<string> Lines { get; } = [];

    /// <summary>The process id.</summary>
    public int Id => _process.Id;

    /// <summary>Memory it holds, bytes.</summary>
    public long Resident => Status("VmRSS:") * 1024;

    /// <summary>Processor time it used so far.</summary>
    public TimeSpan Used
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts the service and waits until its models are loaded.</summary>
    /// <param name="assembly">Path of the service's assembly.</param>
    /// <param name="arguments">Of the command line; the address is added.</param>
    /// <param name="environment">Variables beside this process's own.</param>
    public static async Task<ServiceProcess> StartAsync(
        string assembly,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null
    )
    {
        var port = Ports.Free();
        var start = new ProcessStartInfo("dotnet", [assembly, .. arguments, $"--urls=http://127.0.0.1:{port}"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.Environment.Remove("ASPNETCORE_URLS");
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        var service = new ServiceProcess(Process.Start(start)!, port);
        await service.UntilAsync("/healthz/startup");
        return service;
    }

    /// <summary>Waits until an address answers 200.</summary>
    public async Task UntilAsync(string path)
    {
        for (var tries = 0; ; tries++)
        {
            if (_process.HasExited)
                throw new InvalidOperationException($"the service ended with code {_process.ExitCode}: {string.Join('\n', Lines)}");
            try
            {
                if ((await Client.GetAsync(path)).StatusCode == HttpStatusCode.OK)
                    return;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }
            if (tries > 6000)
                throw new TimeoutException($"{path} is not 200 after two minutes: {string.Join('\n', Lines)}");
            await Task.Delay(20);
        }
    }

    /// <summary>Asks it to stop, as an orchestrator does, and waits for its end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        await _process.WaitForExitAsync();
        await _reading;
        return _process.ExitCode;
    }

    /// <summary>Ends it at once, as a power cut does.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        await _reading;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Client.Dispose();
        _process.Dispose();
    }

    private async Task ReadAsync(StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line)
            Lines.Enqueue(line);
    }

    private long Status(string key) =>
        File.ReadLines($"/proc/{Id}/status")
            .Where(l => l.StartsWith(key, StringComparison.Ordinal))
            .Select(l => long.Parse(l[key.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture))
            .First();
}
