using Explain.Engine.Models.Sessions;

namespace Explain.Engine.Tests.Models;

/// <summary>The engine's own threads.</summary>
public sealed class WorkThreadsTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task WorkBeyondTheirNumberWaitsInLine()
    {
        using var threads = new WorkThreads(2);
        using var gate = new ManualResetEventSlim();
        var (running, most) = (0, 0);
        var all = Enumerable
            .Range(0, 6)
            .Select(n =>
                threads.RunAsync(
                    () =>
                    {
                        most = Math.Max(most, Interlocked.Increment(ref running));
                        gate.Wait(None);
                        Interlocked.Decrement(ref running);
                        return n;
                    },
                    None
                )
            )
            .ToArray();
        gate.Set();
        Assert.Equal(Enumerable.Range(0, 6), await Task.WhenAll(all));
        Assert.InRange(most, 1, 2);
    }

    [Fact]
    public async Task WhatWaitsIsDoneBeforeTheyEndAndNothingMoreIsTaken()
    {
        using var gate = new ManualResetEventSlim();
        var threads = new WorkThreads(1);
        var first = threads.RunAsync(
            () =>
            {
                gate.Wait(None);
                return Thread.CurrentThread;
            },
            None
        );
        var second = threads.RunAsync(() => Thread.CurrentThread, None);
        threads.Dispose();
        await Assert.ThrowsAsync<TaskSchedulerException>(() => threads.RunAsync(() => 0, None));
        gate.Set();
        var worker = await first;
        Assert.Same(worker, await second);
        // This may be the worker itself.
        await Task.Run(worker.Join, None);
    }
}
