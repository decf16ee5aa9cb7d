namespace Explain.Engine.Turns;

/// <summary>A group of a <see cref="FairQueue"/>, of inner groups or of those who wait. Changes under the lock of the queue only.</summary>
/// <param name="parent">The group around it; null for the outermost.</param>
/// <param name="share">What it is.</param>
internal sealed class FairGroup(FairGroup? parent, Share share)
{
    // Beyond so many, those that are idle are forgotten, and with them what they had.
    private const int Remembered = 256;

    private readonly Dictionary<string, FairGroup> _inner = [];
    private readonly LinkedList<TaskCompletionSource<IDisposable?>> _waiting = [];
    private TimeSpan _used;
    private int _running;

    // What the inner group that came to its turn last had used then: who comes anew begins there.
    private TimeSpan _clock;

    /// <summary>How many wait in it.</summary>
    public int Waiting { get; private set; }

    /// <summary>Whether it may hold one more permit, and all groups around it.</summary>
    public bool MayRun => _running < share.Most && parent?.MayRun != false;

    /// <summary>The inner group at the end of a way.</summary>
    public FairGroup Find(ReadOnlySpan<Share> way)
    {
        if (way.IsEmpty)
            return this;
        if (!_inner.TryGetValue(way[0].Name, out var inner))
        {
            if (_inner.Count >= Remembered)
                Forget();
            _inner.Add(way[0].Name, inner = new FairGroup(this, way[0]));
        }
        // Being idle saves nothing up.
        if (inner is { Waiting: 0, _running: 0 } && inner._used < _clock)
            inner._used = _clock;
        return inner.Find(way[1..]);
    }

    /// <summary>One more waits.</summary>
    public TaskCompletionSource<IDisposable?> Wait()
    {
        var turn = new TaskCompletionSource<IDisposable?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting.AddLast(turn);
        Count(1);
        return turn;
    }

    /// <summary>One does not wait any more; false when it had its turn already.</summary>
    public bool Leave(TaskCompletionSource<IDisposable?> turn)
    {
        if (!_waiting.Remove(turn))
            return false;
        Count(-1);
        return true;
    }

    /// <summary>Sends away the one that waits for the shortest time.</summary>
    public void Drop()
    {
        var newest = _waiting.Last!.Value;
        Leave(newest);
        newest.SetResult(null);
    }

    /// <summary>Takes out the one whose turn is next; null when nobody waits who may run.</summary>
    public (FairGroup Group, TaskCompletionSource<IDisposable?> Turn)? Next()
    {
        if (Waiting == 0 || _running >= share.Most)
            return null;
        if (_waiting.First is { Value: var first })
        {
            Leave(first);
            return (this, first);
        }
        foreach (var inner in _inner.Values.Where(g => g.Waiting > 0).OrderBy(g => g._used))
        {
            if (inner.Next() is { } next)
                return next;
        }
        return null;
    }

    /// <summary>The innermost group in which most wait.</summary>
    public FairGroup Longest() => _inner.Count == 0 ? this : _inner.Values.Select(g => g.Longest()).MaxBy(g => g.Waiting)!;

    /// <summary>It holds one more permit.</summary>
    public void Begin()
    {
        _running++;
        if (parent is null)
            return;
        if (parent._clock < _used)
            parent._clock = _used;
        parent.Begin();
    }

    /// <summary>It gives a permit back.</summary>
    /// <param name="held">For how long it had it.</param>
    public void End(TimeSpan held)
    {
        _running--;
        _used += held;
        parent?.End(held);
    }

    private void Count(int change)
    {
        Waiting += change;
        parent?.Count(change);
    }

    private void Forget()
    {
        foreach (var (name, group) in _inner)
        {
            if (group is { Waiting: 0, _running: 0 })
                _inner.Remove(name);
        }
    }
}
