using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Explain.Testing;

namespace Explain.Service.Tests.AuditTrail;

/// <summary>A PostgreSQL server of this test's own, from Debian's package.</summary>
internal sealed class PostgresServer : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("explain-postgres-");
    private readonly int _port = Ports.Free();
    private readonly string _programs;

    public PostgresServer()
    {
        _programs = Directory.Exists("/usr/lib/postgresql")
            ? Directory
                .GetDirectories("/usr/lib/postgresql")
                .Select(d => Path.Combine(d, "bin"))
                .LastOrDefault(d => File.Exists(Path.Combine(d, "initdb")))
                ?? ""
            : "";
        if (_programs.Length == 0)
            Assert.Skip("needs PostgreSQL: apt-get install postgresql");
        // The server refuses to run as root.
        if (Environment.IsPrivilegedProcess)
            Servers.Run("chown", "postgres", _folder.FullName);
        Run("initdb", "--pgdata", Data, "--username=explain", "--auth=trust", "--no-sync", "--encoding=UTF8");
        Start();
        Run("createdb", "--host=127.0.0.1", $"--port={_port}", "--username=explain", "explain");
    }

    public string Connection => $"Host=127.0.0.1;Port={_port};Username=explain;Database=explain";

    private string Data => Path.Combine(_folder.FullName, "data");

    public void Start() =>
        Run(
            "pg_ctl",
            "start",
            "--pgdata",
            Data,
            "--wait",
            "--log",
            Path.Combine(_folder.FullName, "log"),
            "--options",
            $"-p {_port} -k {_folder.FullName} -c listen_addresses=127.0.0.1 -c fsync=off"
        );

    public void Stop() => Run("pg_ctl", "stop", "--pgdata", Data, "--mode=immediate");

    public void Dispose()
    {
        if (File.Exists(Path.Combine(Data, "postmaster.pid")))
            Stop();
        _folder.Delete(recursive: true);
    }

    private void Run(string program, params string[] arguments)
    {
        var path = Path.Combine(_programs, program);
        if (Environment.IsPrivilegedProcess)
            Servers.Run("runuser", ["-u", "postgres", "--", path, .. arguments]);
        else
            Servers.Run(path, arguments);
    }
}

/// <summary>A Redis server of this test's own, from Debian's package.</summary>
internal sealed class RedisServer : IDisposable
{
    private const string Program = "/usr/bin/redis-server";
    private readonly int _port = Ports.Free();
    private Process? _process;

    public RedisServer()
    {
        if (!File.Exists(Program))
            Assert.Skip("needs Redis: apt-get install redis-server");
    }

    public string Connection => $"127.0.0.1:{_port}";

    public async Task StartAsync()
    {
        _process = Process.Start(
            new ProcessStartInfo(
                Program,
                ["--port", _port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
            )
            {
                RedirectStandardOutput = true,
            }
        );
        _process!.OutputDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        await Wait.UntilAsync(
            () =>
            {
                Assert.False(_process.HasExited, "Redis does not start");
                return Listens();
            },
            "Redis listens"
        );
    }

    /// <summary>How many values it holds.</summary>
    public async Task<int> CountAsync()
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", _port, TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        await stream.WriteAsync("DBSIZE\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);
        var line = await reader.ReadLineAsync(TestContext.Current.CancellationToken);
        return int.Parse(line!.TrimStart(':'), CultureInfo.InvariantCulture);
    }

    public void Stop()
    {
        _process?.Kill();
        _process?.WaitForExit();
        _process?.Dispose();
        _process = null;
    }

    public void Dispose() => Stop();

    private bool Listens()
    {
        try
        {
            using var client = new TcpClient("127.0.0.1", _port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

/// <summary>Programs that come to their end.</summary>
internal static class Servers
{
    public static void Run(string program, params string[] arguments)
    {
        // What a server inherits it keeps open; nobody waits for that.
        using var process = Process.Start(
            new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" > /dev/null 2>&1 < /dev/null", "sh", program, .. arguments])
            {
                WorkingDirectory = "/",
            }
        )!;
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{Path.GetFileName(program)} {string.Join(' ', arguments)} ends with {process.ExitCode}");
    }
}
