using System.Diagnostics;

namespace Explain.Load;

/// <summary>What answers cost when eight clients ask, each for its next when it has the last.</summary>
/// <param name="Answers">How many there were.</param>
/// <param name="Seconds">In which time.</param>
/// <param name="Milliseconds">Processor time for all of them.</param>
internal readonly record struct Cost(int Answers, double Seconds, double Milliseconds)
{
    /// <summary>How many ask at once.</summary>
    public const int Clients = 8;

    /// <summary>Answers a second.</summary>
    public double Rate => Answers / Seconds;

    /// <summary>Core-milliseconds of an answer.</summary>
    public double Each => Milliseconds / Answers;

    /// <summary>Asks.</summary>
    /// <param name="time">For how long.</param>
    /// <param name="used">Processor time used so far.</param>
    /// <param name="ask">Asks for the answer of a number.</param>
    public static async Task<Cost> OfAsync(TimeSpan time, Func<TimeSpan> used, Func<int, Task> ask)
    {
        var (before, watch, begun) = (used(), Stopwatch.StartNew(), -1);
        await Task.WhenAll(
            Enumerable
                .Range(0, Clients)
                .Select(async _ =>
                {
                    while (watch.Elapsed < time)
                        await ask(Interlocked.Increment(ref begun));
                })
        );
        return new Cost(begun + 1, watch.Elapsed.TotalSeconds, (used() - before).TotalMilliseconds);
    }

    /// <summary>Both together.</summary>
    public static Cost operator +(Cost one, Cost other) =>
        new(one.Answers + other.Answers, one.Seconds + other.Seconds, one.Milliseconds + other.Milliseconds);
}
