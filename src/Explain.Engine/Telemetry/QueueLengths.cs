using System.Collections.Concurrent;

namespace Explain.Engine.Telemetry;

/// <summary>How many requests of one host wait for their turn, by model.</summary>
public sealed class QueueLengths
{
    private readonly ConcurrentDictionary<string, int> _lengths = [];

    /// <summary>How many requests wait for a model.</summary>
    public int this[string model] => _lengths.GetValueOrDefault(model);

    internal void Add(string model, int change) => _lengths.AddOrUpdate(model, change, (_, length) => length + change);
}
