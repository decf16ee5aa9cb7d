using Microsoft.Extensions.DependencyInjection;

namespace Explain.Service.Tests.Events;

/// <summary>A stream that has nothing to say.</summary>
public sealed class HeartbeatTests
{
    [Fact]
    public async Task WhoWaitsForATurnGetsLinesThatSayNothing()
    {
        await using var service = new Service(
            services => services.AddSingleton<TimeProvider>(new QuickClock()),
            ("MaxConcurrentRuns", "1"),
            ("MaxBatch", "1"),
            ("RequestTimeoutSeconds", "3600")
        );
        TinyModels.WriteSlow(service.Models);
        await service.InitializeAsync();
        // It is computed when its first event is there.
        var first = await service.Client.StreamAsync("/api/v1/models/slow/explain?method=rise&samples=100000");

        using var response = await service.Client.StreamAsync("/api/v1/models/slow/explain?method=gradcam");
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        Assert.Equal(":", await lines.ReadLineAsync(TestContext.Current.CancellationToken));
        Assert.Equal("", await lines.ReadLineAsync(TestContext.Current.CancellationToken));

        first.Dispose();
        var rest = await lines.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.Contains("event: answer\ndata: {", rest, StringComparison.Ordinal);
    }

    // Time that goes by three hundred times as fast.
    private sealed class QuickClock : TimeProvider
    {
        private const int Times = 300;

        public override long GetTimestamp() => base.GetTimestamp() * Times;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? dueTime / Times : dueTime, period);
    }
}
