using System.Diagnostics;
using System.Net;

namespace Explain.Deploy.Tests;

/// <summary>A program that was started, with what it prints; it is killed with all it started.</summary>
internal sealed class Running : IDisposable
{
    private readonly Process _process;
    private readonly System.Text.StringBuilder _printed = new();

    private Running(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Note(line.Data);
        process.ErrorDataReceived += (_, line) => Note(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>What it printed so far, on both streams.</summary>
    public string Printed
    {
        get
        {
            lock (_printed)
                return _printed.ToString();
        }
    }

    /// <summary>Starts a program with an environment of which nothing is inherited but where programs are found.</summary>
    public static Running Start(IEnumerable<string> command, string folder, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(command.First(), command.Skip(1))
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Except(["PATH", "HOME", "DOTNET_ROOT"]).ToArray())
            start.Environment.Remove(name);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return new Running(Process.Start(start)!);
    }

    /// <summary>The service of this build, started with arguments and an environment.</summary>
    public static Running Service(string[] arguments, params (string Name, string Value)[] environment) =>
        Start(
            ["dotnet", typeof(Program).Assembly.Location, .. arguments],
            AppContext.BaseDirectory,
            environment.ToDictionary(e => e.Name, e => e.Value)
        );

    /// <summary>Its exit code, once it has ended.</summary>
    public async Task<int> ExitCodeAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    /// <summary>A client of the service on a port, once that is ready.</summary>
    public async Task<HttpClient> ReadyAsync(int port)
    {
        var client = new HttpClient { BaseAddress = new Uri($"http://localhost:{port}") };
        for (var tries = 0; ; tries++)
        {
            Assert.True(tries < 600 && !_process.HasExited, $"not ready: {Printed}");
            try
            {
                if ((await client.GetAsync("/healthz/ready", TestContext.Current.CancellationToken)).StatusCode == HttpStatusCode.OK)
                    return client;
            }
            catch (HttpRequestException)
            {
                // Nobody listens yet.
            }
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private void Note(string? line)
    {
        lock (_printed)
            _printed.AppendLine(line);
    }
}
