using System.Diagnostics;
using Explain.Engine.Parameters;

namespace Explain.Service.Requests;

/// <summary>When an answer must be there. May be used when the request is over.</summary>
/// <param name="Start">When the time began, a time stamp of <see cref="Stopwatch"/>.</param>
/// <param name="Limit">How long it is.</param>
internal readonly record struct RequestDeadline(long Start, TimeSpan Limit)
{
    // The rest is for the run that is under way, for drawing and for sending.
    private const double Computing = 0.8;

    /// <summary>A time that begins now.</summary>
    public static RequestDeadline In(TimeSpan limit) => new(Stopwatch.GetTimestamp(), limit);

    /// <summary>What is left of it for computing, 0 at least.</summary>
    public TimeSpan Left
    {
        get
        {
            var left = Limit * Computing - Stopwatch.GetElapsedTime(Start);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>
    /// The same parameters with a deadline that is not after this one: a method that samples answers with what it has before the request is
    /// ended.
    /// </summary>
    public ExplainParameters Within(ExplainParameters parameters) =>
        parameters with
        {
            Deadline = parameters.Deadline is { } own && own < Left ? own : Left,
        };
}
