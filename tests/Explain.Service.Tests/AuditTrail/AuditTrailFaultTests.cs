using System.Diagnostics;
using System.Net;
using Explain.Testing;
using Microsoft.Data.Sqlite;
using static Explain.Service.Tests.Requests;

namespace Explain.Service.Tests.AuditTrail;

/// <summary>What is left of the trail when the service is stopped or killed, and when the disk is full.</summary>
public sealed class AuditTrailFaultTests : IDisposable
{
    private readonly TemporaryFolder _models = new();
    private readonly TemporaryFolder _folder = new();

    public AuditTrailFaultTests()
    {
        TinyModels.Write(_models.Path);
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _models.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task AServiceThatIsToldToStopWritesDownAllThatItAnswered()
    {
        await using (var service = await StartAsync(_folder.Path))
        {
            var answers = await Task.WhenAll(
                Enumerable.Range(0, 100).Select(n => service.Client.SendAsync($"{ExplainRoute}?target={n % 3}", Raw(TestImages.Png)))
            );
            Assert.All(answers, a => Assert.Equal(HttpStatusCode.OK, a.StatusCode));
            Assert.Equal(0, await service.TerminateAsync());
        }
        Assert.Equal((100, 100), Count(_folder.Path));
    }

    [Fact]
    public async Task AServiceThatIsKilledLeavesWholeRowsAndGoesOnAfterwards()
    {
        await using (var service = await StartAsync(_folder.Path))
        {
            var asking = Task.WhenAll(
                Enumerable
                    .Range(0, 8)
                    .Select(async n =>
                    {
                        try
                        {
                            while (true)
                                await service.Client.SendAsync($"{ExplainRoute}?target=top:{1 + n % 3}", Raw(TestImages.Png));
                        }
                        catch (HttpRequestException)
                        {
                            // It is gone.
                        }
                    })
            );
            while (Count(_folder.Path).Rows < 20)
                await Task.Delay(20, TestContext.Current.CancellationToken);
            await service.KillAsync();
            await asking;
        }
        var before = Count(_folder.Path);
        Assert.Equal("ok", Ask(_folder.Path, "PRAGMA integrity_check"));
        Assert.Equal(
            0L,
            Ask(
                _folder.Path,
                "SELECT COUNT(*) FROM explanations e WHERE NOT EXISTS (SELECT 1 FROM explanation_targets t WHERE t.explanation_id = e.id)"
            )
        );
        Assert.Equal(
            0L,
            Ask(
                _folder.Path,
                "SELECT COUNT(*) FROM explanation_targets t WHERE NOT EXISTS (SELECT 1 FROM explanations e WHERE t.explanation_id = e.id)"
            )
        );

        await using var again = await StartAsync(_folder.Path);
        Assert.Equal(HttpStatusCode.OK, (await again.Client.SendAsync(ExplainRoute, Raw(TestImages.Png))).StatusCode);
        Assert.Equal(0, await again.TerminateAsync());
        Assert.Equal(before.Rows + 1, Count(_folder.Path).Rows);
    }

    [Fact]
    public async Task AFullDiskIsReportedOnceAndAnswersGoOn()
    {
        if (!Environment.IsPrivilegedProcess || !OperatingSystem.IsLinux())
            Assert.Skip("needs root, to mount a small disk");
        var disk = Directory.CreateDirectory(Path.Combine(_folder.Path, "disk")).FullName;
        if (Run("mount", "-t", "tmpfs", "-o", "size=400k", "none", disk) != 0)
            Assert.Skip("this machine lets nobody mount a disk");
        try
        {
            await using var service = await StartAsync(disk, "--Explain:Store:Pictures=true");
            await service.Client.UntilStoreIsAsync("ok");
            for (var n = 0; await service.Client.StoreStateAsync() == "ok"; n++)
            {
                Assert.True(n < 300, "300 images fit on a disk of 400 KiB");
                Assert.Equal(
                    HttpStatusCode.OK,
                    (await service.Client.SendAsync($"{ExplainRoute}?size={400 + n}x400", Raw(TestImages.Png))).StatusCode
                );
            }
            await service.Client.UntilStoreIsAsync("disk-full");
            for (var n = 0; n < 10; n++)
                Assert.Equal(HttpStatusCode.OK, (await service.Client.SendAsync(ExplainRoute, Raw(TestImages.Png))).StatusCode);
            Assert.Single(service.Lines, l => l.Contains("the disk is full", StringComparison.Ordinal));

            // Room again: what waited is written.
            Assert.Equal(0, Run("mount", "-o", "remount,size=64m", disk));
            await service.Client.UntilStoreIsAsync("ok");
            Assert.Equal(0, await service.TerminateAsync());
            Assert.Single(service.Lines, l => l.Contains("are written down again", StringComparison.Ordinal));
            Assert.Equal("ok", Ask(disk, "PRAGMA integrity_check"));
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Run("umount", disk);
        }
    }

    private Task<ServiceProcess> StartAsync(string folder, params string[] settings) =>
        ServiceProcess.StartAsync(
            typeof(Program).Assembly.Location,
            [
                $"--models={_models.Path}",
                "--Explain:DemoModel=false",
                "--Explain:Cache:SizeBytes=0",
                "--Explain:Store=sqlite",
                $"--Explain:Store:Directory={folder}",
                .. settings,
            ]
        );

    private static (long Rows, long Targets) Count(string folder) =>
        File.Exists(Path.Combine(folder, "explanations.db"))
        && Ask(folder, "SELECT COUNT(*) FROM sqlite_master WHERE name = 'explanation_targets'") is 1L
            ? ((long)Ask(folder, "SELECT COUNT(*) FROM explanations")!, (long)Ask(folder, "SELECT COUNT(*) FROM explanation_targets")!)
            : default;

    private static object? Ask(string folder, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "explanations.db")}");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
