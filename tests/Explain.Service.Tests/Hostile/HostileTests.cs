using Explain.Testing;

namespace Explain.Service.Tests.Hostile;

/// <summary>Damaged requests of every protocol get an error in its own shape or a right answer; by the thousand in <c>tools/Explain.Hostile</c>.</summary>
public sealed class HostileTests
{
    [Fact]
    public async Task ThreeHundredDamagedRequestsBreakNothing()
    {
        var models = Directory.CreateTempSubdirectory("explain-hostile-").FullName;
        HostileRun.WriteModels(models);
        await using (var service = await ServiceProcess.StartAsync(typeof(Program).Assembly.Location, [$"--models={models}", "--Explain:DemoModel=false", "--Explain:OpenAdmin=true", "--Serilog:MinimumLevel:Default=Warning"]))
        {
            var run = new HostileRun(service.Address);
            await run.BeginAsync();
            Assert.Empty(run.Bad);
            await run.SendAsync(seed: 5, first: 0, count: 300);
            await run.CompareAsync();
            Assert.True(run.Bad.IsEmpty, string.Join('\n', run.Bad.Concat(service.Lines.TakeLast(20))));
            Assert.Equal(300, run.Statuses.Values.Sum());
        }
        Directory.Delete(models, recursive: true);
    }
}
