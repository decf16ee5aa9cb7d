using System.Diagnostics;

namespace Explain.Engine.Turns;

/// <summary>One step on the way to a group of a <see cref="FairQueue"/>: a caller, a model, a lane.</summary>
/// <param name="Name">What tells it from its siblings.</param>
/// <param name="Most">Permits it may hold at once.</param>
public readonly record struct Share(string Name, int Most = int.MaxValue);

/// <summary>
/// So many permits, given by turns. Those who wait are grouped by callers, models and the like, and a group holds permits for as long as
/// each of its siblings that wants some, however many wait in it; within a group the order is that of arrival.
/// </summary>
/// <remarks>
/// Fair queueing by virtual time (Goyal, Vin, Cheng, Start-time Fair Queueing, SIGCOMM 1996), charged by the time that a permit was held.
/// When there is no room to wait, the longest group gives way (McKenney, Stochastic Fairness Queueing, INFOCOM 1990).
/// </remarks>
/// <param name="permits">How many may be held at once.</param>
/// <param name="room">How many may wait.</param>
public sealed class FairQueue(int permits, int room = int.MaxValue)
{
    private readonly Lock _gate = new();
    private readonly FairGroup _all = new(null, new Share(""));
    private int _free = permits;

    /// <summary>A permit until disposed; null when there is none right now.</summary>
    /// <param name="way">The group, from the outermost in.</param>
    public IDisposable? TryEnter(params ReadOnlySpan<Share> way)
    {
        lock (_gate)
        {
            var group = _all.Find(way);
            return _free > 0 && group.MayRun ? Give(group) : null;
        }
    }

    /// <summary>Waits for a permit.</summary>
    /// <param name="cancellation">Ends the wait.</param>
    /// <param name="way">The group, from the outermost in.</param>
    /// <returns>The permit, until disposed; null when there is no room to wait, or it had to be left to a shorter group.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<IDisposable?> EnterAsync(CancellationToken cancellation, params Share[] way)
    {
        cancellation.ThrowIfCancellationRequested();
        FairGroup group;
        TaskCompletionSource<IDisposable?> turn;
        lock (_gate)
        {
            group = _all.Find(way);
            if (_free > 0 && group.MayRun)
                return Give(group);
            if (_all.Waiting >= room && !MakeRoom(group))
                return null;
            turn = group.Wait();
        }
        await using var leaving = cancellation.Register(() => Leave(group, turn, cancellation)).ConfigureAwait(false);
        return await turn.Task.ConfigureAwait(false);
    }

    /// <summary>Waits for a permit, on this thread, in a queue with room for all.</summary>
    /// <param name="cancellation">Ends the wait.</param>
    /// <param name="way">The group, from the outermost in.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public IDisposable Enter(CancellationToken cancellation, params Share[] way) =>
        EnterAsync(cancellation, way).GetAwaiter().GetResult() ?? throw new InvalidOperationException("the queue has no room");

    /// <summary>Whether one more of a group would be refused now.</summary>
    /// <param name="way">The group, from the outermost in.</param>
    public bool IsFull(params ReadOnlySpan<Share> way)
    {
        lock (_gate)
        {
            var group = _all.Find(way);
            return (_free == 0 || !group.MayRun) && _all.Waiting >= room && _all.Longest().Waiting <= group.Waiting + 1;
        }
    }

    private Permit Give(FairGroup group)
    {
        _free--;
        group.Begin();
        return new Permit(this, group);
    }

    private bool MakeRoom(FairGroup group)
    {
        var longest = _all.Longest();
        if (longest.Waiting <= group.Waiting + 1)
            return false;
        longest.Drop();
        return true;
    }

    private void Leave(FairGroup group, TaskCompletionSource<IDisposable?> turn, CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (!group.Leave(turn))
                return;
        }
        turn.SetCanceled(cancellation);
    }

    private void TakeBack(FairGroup group, TimeSpan held)
    {
        lock (_gate)
        {
            _free++;
            group.End(held);
            while (_free > 0 && _all.Next() is { } next)
                next.Turn.SetResult(Give(next.Group));
        }
    }

    private sealed class Permit(FairQueue queue, FairGroup group) : IDisposable
    {
        private readonly long _start = Stopwatch.GetTimestamp();
        private int _returned;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _returned, 1) == 0)
                queue.TakeBack(group, Stopwatch.GetElapsedTime(_start));
        }
    }
}
