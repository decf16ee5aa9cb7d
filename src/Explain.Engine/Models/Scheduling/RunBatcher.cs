using System.Collections.Concurrent;
using System.Diagnostics;
using Explain.Engine.Models.Sessions;
using Explain.Engine.Telemetry;
using Explain.Engine.Turns;

namespace Explain.Engine.Models.Scheduling;

/// <summary>
/// Runs of one model. A request that finds a free permit runs at once; those that have to wait join others with the same key, so that what
/// was waiting goes through the model together, each row with its own target. A batch runs on the thread of one of its members.
/// </summary>
internal sealed class RunBatcher(RunSchedule schedule)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Batch> _open = [];
    private readonly ConcurrentDictionary<string, bool> _alone = [];
    private int _waiting;

    /// <summary>Requests that wait for a run.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Runs a request, perhaps with others.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="mayJoin">Whether its items do not mind other items beside them.</param>
    /// <param name="compute">Makes the native run.</param>
    /// <param name="run">On whose behalf. Its end ends the wait; the native run too, when nobody else waits for it.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public Pass Run(PassRequest request, bool mayJoin, Func<PassRequest, CancellationToken, Pass> compute, RunContext run)
    {
        var key = mayJoin && 2 * request.ItemCount <= schedule.MaxItems ? $"{run.Lane}|{request.Key}" : null;
        if (key is null || _alone.ContainsKey(key))
            return RunAlone(request, compute, run);
        if (schedule.Linger == TimeSpan.Zero && schedule.Runs.TryEnter(run.Way) is { } permit)
        {
            using (permit)
                return compute(request, run.Cancellation);
        }
        var (batch, member) = Join(key, request, run);
        return Wait(batch, member, key, run) switch
        {
            { Kind: TurnKind.Done, Pass: { } pass } => pass,
            { Kind: TurnKind.Lead } => Lead(batch, member, key, compute, run),
            _ => RunAlone(request, compute, run),
        };
    }

    /// <summary>Makes a native run that no other request can share.</summary>
    public T RunAlone<T>(Func<CancellationToken, T> compute, RunContext run)
    {
        using var permit = schedule.Runs.TryEnter(run.Way) ?? Waited(run.Trace, _ => schedule.Runs.Enter(run.Cancellation, run.Way));
        return compute(run.Cancellation);
    }

    private Pass RunAlone(PassRequest request, Func<PassRequest, CancellationToken, Pass> compute, RunContext run) =>
        RunAlone(c => compute(request, c), run);

    private (Batch, Member) Join(string key, PassRequest request, RunContext run)
    {
        var member = new Member(request);
        Batch batch;
        lock (_gate)
        {
            if (_open.TryGetValue(key, out batch!))
            {
                var room = schedule.MaxItems - batch.ItemCount - request.ItemCount;
                if (room >= 0)
                    batch.Members.Add(member);
                if (room <= 0)
                    batch.Full.TrySetResult();
                if (room >= 0)
                    return (batch, member);
            }
            _open[key] = batch = new Batch();
            batch.Members.Add(member);
        }
        _ = GiveTurnAsync(batch, key, run.Way);
        return (batch, member);
    }

    private async Task GiveTurnAsync(Batch batch, string key, Share[] way)
    {
        try
        {
            if (schedule.Linger > TimeSpan.Zero)
                await Task.WhenAny(batch.Full.Task, Task.Delay(schedule.Linger, batch.Abandoned.Token)).ConfigureAwait(false);
            var permit = (await schedule.Runs.EnterAsync(batch.Abandoned.Token, way).ConfigureAwait(false))!;
            Member? leader;
            lock (_gate)
            {
                Close(batch, key);
                leader = batch.Members.FirstOrDefault();
                batch.Permit = permit;
            }
            if (leader is null)
                permit.Dispose();
            else
                leader.Tell(new Turn(TurnKind.Lead));
        }
        catch (OperationCanceledException)
        {
            // The last member left before there was a permit.
        }
    }

    private T Waited<T>(RequestTrace trace, Func<QueueWait, T> wait)
    {
        using var queued = new QueueWait(trace);
        Interlocked.Increment(ref _waiting);
        try
        {
            return wait(queued);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private Turn Wait(Batch batch, Member member, string key, RunContext run)
    {
        try
        {
            return Waited(run.Trace, queued =>
            {
                member.Turn.Wait(run.Cancellation);
                queued.End(member.Turn.Result.Time);
                return member.Turn.Result;
            });
        }
        catch (OperationCanceledException)
        {
            // Whoever was told to lead does: the others wait for it.
            if (Leave(batch, member, key) is { Kind: TurnKind.Lead } lead)
                return lead;
            throw;
        }
    }

    private Turn? Leave(Batch batch, Member member, string key)
    {
        lock (_gate)
        {
            member.Left = true;
            if (!batch.Closed)
                batch.Members.Remove(member);
            if (batch.Members.All(m => m.Left))
            {
                Close(batch, key);
                batch.Abandoned.Cancel();
            }
            if (!member.Turn.IsCompleted)
                return null;
            member.Turn.Result.Pass?.Dispose();
            return member.Turn.Result;
        }
    }

    private Pass Lead(Batch batch, Member leader, string key, Func<PassRequest, CancellationToken, Pass> compute, RunContext run)
    {
        using var permit = batch.Permit!;
        using var leaving = run.Cancellation.Register(() => Leave(batch, leader, key));
        var others = batch.Members.Where(m => m != leader).ToArray();
        IReadOnlyList<Pass> parts;
        var start = Stopwatch.GetTimestamp();
        try
        {
            if (others.Length == 0)
                return compute(leader.Request, batch.Abandoned.Token);
            using var pass = compute(PassRequest.Join([.. batch.Members.Select(m => m.Request)]), batch.Abandoned.Token);
            if (pass.Split([.. batch.Members.Select(m => m.Request.ItemCount)]) is { } split)
            {
                parts = split;
            }
            else
            {
                _alone[key] = true;
                parts = [];
            }
        }
        catch (Exception) when (others.Length > 0 && !batch.Abandoned.IsCancellationRequested)
        {
            // One of the inputs may be at fault, or the batch was too large: each gets its own answer.
            parts = [];
        }
        catch (OperationCanceledException)
        {
            throw new OperationCanceledException(run.Cancellation);
        }
        if (parts.Count > 0)
            return Hand(batch, leader, parts, Stopwatch.GetElapsedTime(start));
        permit.Dispose();
        foreach (var other in others)
            other.Tell(new Turn(TurnKind.Alone));
        return RunAlone(leader.Request, compute, run);
    }

    private Pass Hand(Batch batch, Member leader, IReadOnlyList<Pass> parts, TimeSpan time)
    {
        lock (_gate)
        {
            foreach (var (member, part) in batch.Members.Zip(parts).Where(p => p.First != leader))
            {
                if (member.Left)
                    part.Dispose();
                else
                    member.Tell(new Turn(TurnKind.Done, part, time));
            }
        }
        return parts[batch.Members.IndexOf(leader)];
    }

    private void Close(Batch batch, string key)
    {
        batch.Closed = true;
        if (_open.GetValueOrDefault(key) == batch)
            _open.Remove(key);
    }
}
