using System.Diagnostics;

namespace Explain.Service.Tests;

/// <summary>Waits for what comes by itself; a minute, since a machine may have much else to do.</summary>
internal static class Wait
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static Task UntilAsync(Func<bool> condition, string what) => UntilAsync(() => Task.FromResult(condition()), what);

    public static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        for (var start = Stopwatch.GetTimestamp(); !await condition(); )
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Patience, $"a minute long it was not so that {what}");
            await Task.Delay(Pause, TestContext.Current.CancellationToken);
        }
    }
}
