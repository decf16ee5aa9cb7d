using System.Collections.Concurrent;
using Explain.Autodiff.Backpropagation;
using Explain.Engine.Models.Scheduling;
using Explain.Engine.Models.Sessions;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Tests.Models;

/// <summary>Requests that wait for a run, and what becomes of them. The run adds up each item.</summary>
public sealed class RunBatcherTests : IDisposable
{
    private static readonly GradientQuery Query = new("scores", ["l"]) { Gradients = false };

    private readonly RunSchedule _schedule = new(new EngineOptions { MaxConcurrentRuns = 1, MaxBatch = 4 });
    private readonly ConcurrentQueue<int> _runs = [];

    [Fact]
    public async Task RequestsThatWaitRunTogetherAndEachGetsItsOwnItems()
    {
        var batcher = new RunBatcher(_schedule);
        var permit = _schedule.Runs.Enter(Token);
        var waiting = new[] { Item(1), Item(2, 3), Item(4) }.Select(r => Ask(batcher, r)).ToArray();
        await WaitingAsync(batcher, 3);
        permit.Dispose();

        Assert.Equal(
            [
                [2f],
                [4, 6],
                [8],
            ],
            await Task.WhenAll(waiting)
        );
        Assert.Equal([4], _runs);
    }

    [Fact]
    public async Task ARequestThatNeedNotWaitRunsAlone()
    {
        var batcher = new RunBatcher(_schedule);

        Assert.Equal(2f, Assert.Single(await Ask(batcher, Item(1))));
        Assert.Equal(4f, Assert.Single(await Ask(batcher, Item(2))));
        Assert.Equal([1, 1], _runs);
    }

    [Fact]
    public async Task NoBatchIsLargerThanAllowed()
    {
        var batcher = new RunBatcher(_schedule);
        var permit = _schedule.Runs.Enter(Token);
        var waiting = Enumerable.Range(0, 10).Select(n => Ask(batcher, Item(n))).Append(Ask(batcher, Item(1, 2, 3, 4, 5, 6))).ToArray();
        await WaitingAsync(batcher, 11);
        permit.Dispose();

        var sums = await Task.WhenAll(waiting);
        Assert.Equal(Enumerable.Range(0, 10).Select(n => 2f * n), sums.SkipLast(1).Select(s => s.Single()));
        Assert.Equal([2, 4, 6, 8, 10, 12], sums[^1]);
        Assert.Equal(16, _runs.Sum());
        Assert.Equal(6, _runs.Max());
        Assert.Single(_runs, items => items > 4);
    }

    [Fact]
    public async Task RequestsThatDifferInShapeOrQueryStayApart()
    {
        var batcher = new RunBatcher(_schedule);
        var permit = _schedule.Runs.Enter(Token);
        var waiting = new[]
        {
            Item(1),
            new PassRequest(Query, new FloatTensor([1, 3], [1, 1, 1]), [], null, []),
            Item(2) with
            {
                Query = Query with { Layers = ["other"] },
            },
        }
            .Select(r => Ask(batcher, r))
            .ToArray();
        await WaitingAsync(batcher, 3);
        permit.Dispose();

        Assert.Equal(
            [
                [2f],
                [3],
                [4],
            ],
            await Task.WhenAll(waiting)
        );
        Assert.Equal([1, 1, 1], _runs);
    }

    [Fact]
    public async Task AFaultyRequestFailsAloneAndTheOthersAreAnswered()
    {
        var batcher = new RunBatcher(_schedule);
        var permit = _schedule.Runs.Enter(Token);
        var waiting = new[] { Item(1), Item(-1), Item(2) }.Select(r => Ask(batcher, r)).ToArray();
        await WaitingAsync(batcher, 3);
        permit.Dispose();

        Assert.Equal(2f, Assert.Single(await waiting[0]));
        Assert.Equal("an item is below 0", (await Assert.ThrowsAsync<InvalidOperationException>(() => waiting[1])).Message);
        Assert.Equal(4f, Assert.Single(await waiting[2]));
    }

    [Fact]
    public async Task WhoLeavesWhileWaitingTakesNobodyAlong()
    {
        var batcher = new RunBatcher(_schedule);
        var permit = _schedule.Runs.Enter(Token);
        using var leaving = new CancellationTokenSource();
        var (first, second) = (Ask(batcher, Item(1), leaving.Token), Ask(batcher, Item(2)));
        await WaitingAsync(batcher, 2);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        permit.Dispose();

        Assert.Equal(4f, Assert.Single(await second));
        Assert.Equal([1], _runs);
    }

    [Fact]
    public async Task ARunGoesOnUntilTheLastOfItsRequestsHasLeft()
    {
        var batcher = new RunBatcher(_schedule);
        var permit = _schedule.Runs.Enter(Token);
        CancellationTokenSource[] leaving = [new(), new()];
        using var ended = new ManualResetEventSlim();
        using var running = new ManualResetEventSlim();
        var waiting = leaving
            .Select(l =>
                Task.Run(() => batcher.Run(Item(1), true, (_, c) => Endless(running, ended, c), RunContext.Alone(l.Token)).Dispose(), Token)
            )
            .ToArray();
        await WaitingAsync(batcher, 2);
        permit.Dispose();
        running.Wait(Token);

        await leaving[0].CancelAsync();
        Assert.False(ended.Wait(100, Token));
        Assert.Null(_schedule.Runs.TryEnter());
        await leaving[1].CancelAsync();

        foreach (var task in waiting)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
        Assert.True(ended.IsSet);
        using var free = _schedule.Runs.Enter(Token);
    }

    [Fact]
    public async Task APermitIsHeldUntilTheRunHasReturned()
    {
        var batcher = new RunBatcher(_schedule);
        using var leaving = new CancellationTokenSource();
        using var running = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        var run = Task.Run(
            () =>
                batcher
                    .Run(
                        Item(1),
                        true,
                        (request, _) =>
                        {
                            running.Set();
                            goOn.Wait(CancellationToken.None);
                            return Sums(request, CancellationToken.None);
                        },
                        RunContext.Alone(leaving.Token)
                    )
                    .Dispose(),
            Token
        );
        running.Wait(Token);

        await leaving.CancelAsync();

        Assert.Null(_schedule.Runs.TryEnter());
        goOn.Set();
        await run;
        Assert.NotNull(_schedule.Runs.TryEnter());
    }

    [Fact]
    public async Task WithADelayARequestWaitsForOthersThoughItCouldRunUntilTheBatchIsFull()
    {
        var batcher = new RunBatcher(
            new RunSchedule(
                new EngineOptions
                {
                    MaxConcurrentRuns = 4,
                    MaxBatch = 2,
                    BatchDelay = TimeSpan.FromMinutes(10),
                }
            )
        );

        var sums = await Task.WhenAll(Ask(batcher, Item(1)), Ask(batcher, Item(2))).WaitAsync(TimeSpan.FromMinutes(1), Token);

        Assert.Equal(
            [
                [2f],
                [4],
            ],
            sums
        );
        Assert.Equal([2], _runs);
    }

    public void Dispose() => _schedule.Dispose();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static async Task WaitingAsync(RunBatcher batcher, int requests)
    {
        while (batcher.Waiting < requests)
            await Task.Delay(1, Token);
    }

    private static PassRequest Item(params float[] values) =>
        new(Query, new FloatTensor([values.Length, 2], [.. values.SelectMany(v => new[] { v, v })]), [], null, []);

    private Task<float[]> Ask(RunBatcher batcher, PassRequest request, CancellationToken? cancellation = null) =>
        Task.Factory.StartNew(
            () =>
            {
                using var pass = batcher.Run(request, true, Sums, RunContext.Alone(cancellation ?? Token));
                return pass.Scores!.Values.ToArray();
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );

    private Pass Sums(PassRequest request, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        _runs.Enqueue(request.ItemCount);
        var length = request.Input.Values.Length / request.ItemCount;
        var sums = Enumerable.Range(0, request.ItemCount).Select(r => request.Input.Values.Skip(r * length).Take(length).Sum()).ToArray();
        if (sums.Any(s => s < 0))
            throw new InvalidOperationException("an item is below 0");
        return new Pass(
            RunTensor.Over([request.ItemCount, 1], sums),
            new Dictionary<string, RunTensor>(),
            new Dictionary<string, RunTensor>()
        );
    }

    private static Pass Endless(ManualResetEventSlim running, ManualResetEventSlim ended, CancellationToken cancellation)
    {
        running.Set();
        cancellation.WaitHandle.WaitOne();
        ended.Set();
        throw new OperationCanceledException(cancellation);
    }
}
