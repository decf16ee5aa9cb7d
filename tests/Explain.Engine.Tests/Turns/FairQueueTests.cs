using Explain.Engine.Turns;

namespace Explain.Engine.Tests.Turns;

public sealed class FairQueueTests
{
    private static readonly Share Busy = new("busy");
    private static readonly Share Light = new("light");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AGroupWithOneWaiterComesBeforeAnotherThatHadItsTimeHoweverManyWaitThere()
    {
        var queue = new FairQueue(1);
        var held = queue.TryEnter(Busy)!;
        var many = Enumerable.Range(0, 8).Select(_ => queue.EnterAsync(Token, Busy)).ToArray();
        var one = queue.EnterAsync(Token, Light);

        held.Dispose();

        var turn = await one;
        Assert.All(many, m => Assert.False(m.IsCompleted));
        turn!.Dispose();
        (await many[0])!.Dispose();
    }

    [Fact]
    public async Task WithinAGroupTheOrderIsThatOfArrival()
    {
        var queue = new FairQueue(1);
        var held = queue.TryEnter(Busy)!;
        var waiting = Enumerable.Range(0, 3).Select(_ => queue.EnterAsync(Token, Busy)).ToArray();

        foreach (var next in waiting)
        {
            Assert.False(next.IsCompleted);
            held.Dispose();
            held = (await next)!;
        }
        held.Dispose();
    }

    [Fact]
    public async Task CallersShareFirstAndWhatTheyAskOfOneModelSharesWhatTheyGet()
    {
        var queue = new FairQueue(1);
        Share[] own = [new("a"), new("resnet")];
        Share[] ownOther = [new("a"), new("vgg")];
        Share[] stranger = [new("b"), new("resnet")];
        var held = queue.TryEnter(own)!;
        var second = queue.EnterAsync(Token, ownOther);
        var third = queue.EnterAsync(Token, stranger);

        held.Dispose();
        var first = (await third)!;
        Assert.False(second.IsCompleted);
        first.Dispose();
        (await second)!.Dispose();
    }

    [Fact]
    public async Task AGroupHoldsNoMoreThanItsMostWhileOthersPassIt()
    {
        var queue = new FairQueue(3);
        var heavy = new Share("heavy", 1);
        var held = queue.TryEnter(heavy)!;

        Assert.Null(queue.TryEnter(heavy));
        var next = queue.EnterAsync(Token, heavy);
        using (var light = queue.TryEnter(Light))
            Assert.NotNull(light);

        Assert.False(next.IsCompleted);
        held.Dispose();
        (await next)!.Dispose();
    }

    [Fact]
    public async Task BeingIdleSavesNothingUp()
    {
        var queue = new FairQueue(1);
        for (var n = 0; n < 50; n++)
            queue.TryEnter(Busy)!.Dispose();
        var held = queue.TryEnter(Busy)!;
        var late = new[] { queue.EnterAsync(Token, Light), queue.EnterAsync(Token, Light) };
        var busy = queue.EnterAsync(Token, Busy);

        held.Dispose();
        held = (await late[0])!;
        // Longer than all that the other ever had: it is its turn now.
        await Task.Delay(50, Token);
        held.Dispose();

        held = (await busy)!;
        Assert.False(late[1].IsCompleted);
        held.Dispose();
        (await late[1])!.Dispose();
    }

    [Fact]
    public async Task WhoeverLeavesIsPassedOver()
    {
        var queue = new FairQueue(1);
        var held = queue.TryEnter(Busy)!;
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var left = queue.EnterAsync(leaving.Token, Busy);
        var stays = queue.EnterAsync(Token, Busy);

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        held.Dispose();
        (await stays)!.Dispose();
        Assert.NotNull(queue.TryEnter(Busy));
    }

    [Fact]
    public async Task WhenThereIsNoRoomTheNewestOfTheLongestGroupGivesWayToAShorterOne()
    {
        var queue = new FairQueue(1, room: 3);
        var held = queue.TryEnter(Busy)!;
        var many = Enumerable.Range(0, 3).Select(_ => queue.EnterAsync(Token, Busy)).ToArray();

        Assert.True(queue.IsFull(Busy));
        Assert.Null(await queue.EnterAsync(Token, Busy));
        Assert.False(queue.IsFull(Light));
        var light = queue.EnterAsync(Token, Light);

        Assert.Null(await many[2]);
        held.Dispose();
        (await light)!.Dispose();
        (await many[0])!.Dispose();
        (await many[1])!.Dispose();
    }

    [Fact]
    public async Task APermitThatIsReturnedTwiceCountsOnce()
    {
        var queue = new FairQueue(1);
        var held = queue.TryEnter(Busy)!;
        held.Dispose();
        held.Dispose();
        using var only = queue.TryEnter(Busy);

        Assert.Null(queue.TryEnter(Busy));
        Assert.False(queue.EnterAsync(Token, Light).IsCompleted);
        await Task.CompletedTask;
    }

    [Fact]
    public async Task AQueueForgetsGroupsThatAreGone()
    {
        var queue = new FairQueue(1);
        var names = await EnterAndLeaveAsync(queue);

        GC.Collect();

        // Some are remembered, so that who comes back at once has no new share.
        Assert.InRange(names.Count(n => n.IsAlive), 0, 300);
        GC.KeepAlive(queue);
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static async Task<WeakReference[]> EnterAndLeaveAsync(FairQueue queue)
    {
        var names = new WeakReference[10_000];
        for (var n = 0; n < names.Length; n++)
        {
            var caller = new Share($"caller {n}");
            names[n] = new WeakReference(caller.Name);
            (await queue.EnterAsync(Token, caller))!.Dispose();
        }
        return names;
    }
}
