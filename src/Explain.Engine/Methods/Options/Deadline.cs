using System.Diagnostics;

namespace Explain.Engine.Methods.Options;

/// <summary>A moment until which something should be done.</summary>
/// <param name="Start">When the time began, in ticks of the stopwatch.</param>
/// <param name="Time">How long it is; null for no end.</param>
internal readonly record struct Deadline(long Start, TimeSpan? Time)
{
    /// <summary>What is left of it; null for no end.</summary>
    public TimeSpan? Left => Time - Stopwatch.GetElapsedTime(Start);

    /// <summary>One that begins now.</summary>
    /// <param name="time">How long it is; null for no end.</param>
    public static Deadline After(TimeSpan? time) => new(Stopwatch.GetTimestamp(), time);

    /// <summary>How many batch items still fit in.</summary>
    /// <param name="most">Not more than these.</param>
    /// <param name="milliseconds">What one takes; null when nobody knows yet.</param>
    public int Fitting(int most, double? milliseconds) =>
        Left is { } left && milliseconds is > 0 and var each ? (int)Math.Clamp(left.TotalMilliseconds / each, 0, most) : most;
}
