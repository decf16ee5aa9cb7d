using System.Diagnostics;

namespace Explain.Engine.Methods.Options;

/// <summary>The time that a request has, dealt out evenly to the maps it asks for.</summary>
/// <param name="time">From now on; null for no end.</param>
internal sealed class TimeBudget(TimeSpan? time)
{
    private readonly TimeLimit _all = new(Stopwatch.GetTimestamp(), time);
    private int _maps;

    /// <summary>Announces maps that will be asked for.</summary>
    public void Expect(int maps) => _maps += maps;

    /// <summary>The share of the next maps in the time that is left.</summary>
    public TimeLimit Next(int maps)
    {
        var share = (double)maps / Math.Max(_maps, maps);
        _maps -= maps;
        return new TimeLimit(Stopwatch.GetTimestamp(), _all.Left * share);
    }
}

/// <summary>A moment until which something should be done.</summary>
/// <param name="Start">When the time began, in ticks of the stopwatch.</param>
/// <param name="Time">How long it is; null for no end.</param>
internal readonly record struct TimeLimit(long Start, TimeSpan? Time)
{
    /// <summary>What is left of it; null for no end.</summary>
    public TimeSpan? Left => Time - Stopwatch.GetElapsedTime(Start);

    /// <summary>How many rows still fit in.</summary>
    /// <param name="most">Not more than these.</param>
    /// <param name="milliseconds">What a row takes; null when nobody knows yet.</param>
    public int Rows(int most, double? milliseconds) =>
        Left is { } left && milliseconds is > 0 and var each ? (int)Math.Clamp(left.TotalMilliseconds / each, 0, most) : most;
}
