using Explain.Engine.Models;
using Microsoft.ML.OnnxRuntime;

namespace Explain.Engine.Tests.Models;

public sealed class SessionCacheTests
{
    private static readonly byte[] Identity = new TinyGraph().Input("x", 1, 2).Node("Identity", "x", "y").Output("y").Build().ToBytes();

    [Fact]
    public void ConcurrentBorrowersOpenASessionOnce()
    {
        using var cache = new SessionCache(4);
        var opened = 0;
        var leases = new SessionCache.Lease[32];
        Parallel.For(0, leases.Length, i => leases[i] = cache.Borrow("a", () => Open(ref opened)));
        Assert.Equal(1, opened);
        Assert.All(leases, l => Assert.Same(leases[0].Session, l.Session));
        Array.ForEach(leases, l => l.Dispose());
    }

    [Fact]
    public void ASessionThatMadeRoomWorksUntilItsLastUserIsDone()
    {
        using var cache = new SessionCache(1);
        var first = cache.Borrow("a", Open);
        var again = cache.Borrow("a", Open);
        using var other = cache.Borrow("b", Open);
        first.Dispose();
        Assert.Equal([1f, 2f], Run(again.Session));
        again.Dispose();
        using var reopened = cache.Borrow("a", Open);
        Assert.NotSame(again.Session, reopened.Session);
    }

    [Fact]
    public void TheSessionUsedLeastRecentlyMakesRoom()
    {
        using var cache = new SessionCache(2);
        var opened = 0;
        foreach (var key in new[] { "a", "b", "a", "c", "a", "c", "a" }) cache.Borrow(key, () => Open(ref opened)).Dispose();
        Assert.Equal(3, opened);
    }

    [Fact]
    public void ADisposedCacheLetsRunningRequestsFinish()
    {
        var cache = new SessionCache(2);
        using var lease = cache.Borrow("a", Open);
        cache.Dispose();
        Assert.Equal([1f, 2f], Run(lease.Session));
        Assert.Throws<ObjectDisposedException>(() => cache.Borrow("a", Open));
    }

    [Fact]
    public void AFailedOpeningLeavesNothingBehind()
    {
        using var cache = new SessionCache(1);
        Assert.Throws<InvalidDataException>(() => cache.Borrow("a", () => throw new InvalidDataException("no")));
        using var lease = cache.Borrow("a", Open);
        Assert.Equal([1f, 2f], Run(lease.Session));
    }

    private static InferenceSession Open() => new(Identity);

    private static InferenceSession Open(ref int count)
    {
        Interlocked.Increment(ref count);
        return new InferenceSession(Identity);
    }

    private static float[] Run(InferenceSession session)
    {
        using var x = RunTensor.Over([1, 2], [1f, 2f]);
        using var y = SessionRun.Run(session, new Dictionary<string, RunTensor> { ["x"] = x }, null, ["y"], CancellationToken.None)[0];
        return y.Values.ToArray();
    }
}
