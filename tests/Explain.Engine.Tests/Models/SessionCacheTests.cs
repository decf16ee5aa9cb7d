using Explain.Engine.Models.Sessions;
using Microsoft.ML.OnnxRuntime;

namespace Explain.Engine.Tests.Models;

public sealed class SessionCacheTests
{
    private static readonly byte[] Onnx = Tiny.Features().PoolAndClassify().Output("scores").ToBytes();

    [Fact]
    public async Task ConcurrentBorrowersOfOneKeyOpenItOnce()
    {
        using var cache = new SessionCache(2);
        var opened = 0;
        using var start = new Barrier(8);

        var sessions = await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(_ =>
                    Task.Factory.StartNew(
                        () =>
                        {
                            start.SignalAndWait(TestContext.Current.CancellationToken);
                            using var lease = cache.Borrow("k", () =>
                            {
                                Interlocked.Increment(ref opened);
                                return new Watched();
                            });
                            return lease.Session;
                        },
                        TestContext.Current.CancellationToken,
                        TaskCreationOptions.LongRunning,
                        TaskScheduler.Default
                    )
                )
        );

        Assert.Equal(1, opened);
        Assert.Single(sessions.Distinct());
        Assert.False(((Watched)sessions[0]).Closed);
    }

    [Fact]
    public void TheSessionNotUsedForLongestMakesRoom()
    {
        using var cache = new SessionCache(2);
        var (a, b, c) = (new Watched(), new Watched(), new Watched());
        Use(cache, "a", a);
        Use(cache, "b", b);
        Use(cache, "a", null);

        Use(cache, "c", c);

        Assert.Equal((false, true, false), (a.Closed, b.Closed, c.Closed));
        Use(cache, "a", null);
    }

    [Fact]
    public void AnEvictedSessionLivesUntilItsLastLeaseEnds()
    {
        using var cache = new SessionCache(1);
        var session = new Watched();
        var first = cache.Borrow("a", () => session);
        var second = cache.Borrow("a", () => throw new InvalidOperationException("is open"));

        Use(cache, "b", new Watched());

        first.Dispose();
        first.Dispose();
        Assert.False(session.Closed);
        Assert.Equal("x", second.Session.InputMetadata.Keys.Single());
        second.Dispose();
        Assert.True(session.Closed);
    }

    [Fact]
    public void AnEvictedKeyIsOpenedAgainWhileTheOldSessionIsStillInUse()
    {
        using var cache = new SessionCache(1);
        var (old, young) = (new Watched(), new Watched());
        using var lease = cache.Borrow("a", () => old);
        Use(cache, "b", new Watched());

        using var again = cache.Borrow("a", () => young);

        Assert.Same(young, again.Session);
        Assert.Same(old, lease.Session);
    }

    [Fact]
    public void DisposingClosesIdleSessionsAndLeavesTheOthersToTheirLeases()
    {
        var cache = new SessionCache(2);
        var (idle, busy) = (new Watched(), new Watched());
        Use(cache, "idle", idle);
        var lease = cache.Borrow("busy", () => busy);

        cache.Dispose();

        Assert.Equal((true, false), (idle.Closed, busy.Closed));
        lease.Dispose();
        Assert.True(busy.Closed);
        Assert.Throws<ObjectDisposedException>(() => cache.Borrow("idle", () => new Watched()));
    }

    [Fact]
    public void DisposingWhileASessionIsBeingOpenedClosesItBehindItsLease()
    {
        var cache = new SessionCache(2);
        var session = new Watched();

        var lease = cache.Borrow("k", () =>
        {
            cache.Dispose();
            return session;
        });

        Assert.False(session.Closed);
        lease.Dispose();
        Assert.True(session.Closed);
    }

    [Fact]
    public void AFailedOpenIsTriedAgain()
    {
        using var cache = new SessionCache(1);
        Assert.Throws<InvalidDataException>(() => cache.Borrow("k", () => throw new InvalidDataException("broken")));
        var session = new Watched();

        using var lease = cache.Borrow("k", () => session);

        Assert.Same(session, lease.Session);
    }

    [Fact]
    public void AFailedOpenTakesNobodysPlace()
    {
        using var cache = new SessionCache(1);
        var session = new Watched();
        Use(cache, "good", session);

        for (var i = 0; i < 3; i++)
            Assert.Throws<InvalidDataException>(() => cache.Borrow("bad", () => throw new InvalidDataException("broken")));

        Assert.False(session.Closed);
        Use(cache, "good", null);
    }

    [Fact]
    public async Task ManyBorrowersOfMoreKeysThanThereIsRoomForNeverMeetAClosedSession()
    {
        using var cache = new SessionCache(2);
        var opened = new System.Collections.Concurrent.ConcurrentBag<Watched>();

        await Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(worker =>
                    Task.Run(
                        () =>
                        {
                            var random = new Random(worker);
                            for (var i = 0; i < 60; i++)
                            {
                                using var lease = cache.Borrow($"{random.Next(4)}", () =>
                                {
                                    var session = new Watched();
                                    opened.Add(session);
                                    return session;
                                });
                                Thread.Yield();
                                Assert.False(((Watched)lease.Session).Closed);
                            }
                        },
                        TestContext.Current.CancellationToken
                    )
                )
        );

        Assert.InRange(opened.Count(s => !s.Closed), 1, 2);
        cache.Dispose();
        Assert.All(opened, s => Assert.True(s.Closed));
    }

    private static void Use(SessionCache cache, string key, Watched? session) =>
        cache.Borrow(key, () => session ?? throw new InvalidOperationException($"'{key}' should still be open")).Dispose();

    private sealed class Watched() : InferenceSession(Onnx)
    {
        public bool Closed { get; private set; }

        protected override void Dispose(bool disposing)
        {
            Closed = true;
            base.Dispose(disposing);
        }
    }
}
