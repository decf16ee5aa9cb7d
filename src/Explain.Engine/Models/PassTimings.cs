using System.Collections.Concurrent;

namespace Explain.Engine.Models;

/// <summary>Which part of a model a pass goes through.</summary>
internal enum PassKind
{
    /// <summary>From the input to the scores.</summary>
    Forward,

    /// <summary>From the target layer to the scores.</summary>
    Head,

    /// <summary>From the input to the scores and back to the target layer.</summary>
    Gradient,
}

/// <summary>What passes of a model took lately.</summary>
internal sealed class PassTimings
{
    // The median of so many: one slow run, like the first of a session, must not spoil it.
    private const int Kept = 9;
    private const int Enough = 3;

    private readonly ConcurrentDictionary<(PassKind Kind, string Layers), Queue<double>> _times = [];

    /// <summary>Notes a run.</summary>
    /// <param name="kind">The part of the model.</param>
    /// <param name="layers">The target layers; empty for a forward pass.</param>
    /// <param name="items">Items that went through together.</param>
    /// <param name="time">What it took.</param>
    public void Add(PassKind kind, string layers, int items, TimeSpan time)
    {
        var times = _times.GetOrAdd((kind, layers), _ => []);
        lock (times)
        {
            times.Enqueue(time.TotalMilliseconds / items);
            if (times.Count > Kept)
                times.Dequeue();
        }
    }

    /// <summary>Milliseconds that an item takes; null when too few were seen.</summary>
    public double? PerItem(PassKind kind, string layers)
    {
        if (!_times.TryGetValue((kind, layers), out var times))
            return null;
        lock (times)
            return times.Count < Enough ? null : times.Order().ElementAt(times.Count / 2);
    }
}
