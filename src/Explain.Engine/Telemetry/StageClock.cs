using System.Diagnostics;

namespace Explain.Engine.Telemetry;

/// <summary>Times stages: a span, and the time in the request's <see cref="RequestTrace"/>.</summary>
public static class StageClock
{
    /// <summary>Does the work of a stage.</summary>
    public static T Time<T>(this RequestTrace trace, Stage stage, Func<T> work) => trace.Time(stage, work, out _);

    /// <summary>Does the work of a stage.</summary>
    public static void Time(this RequestTrace trace, Stage stage, Action work) => trace.Time(stage, () =>
        {
            work();
            return true;
        });

    /// <summary>Does the work of a stage.</summary>
    /// <param name="trace">That of the request.</param>
    /// <param name="stage">The stage.</param>
    /// <param name="work">Its work.</param>
    /// <param name="time">What it took.</param>
    public static T Time<T>(this RequestTrace trace, Stage stage, Func<T> work, out TimeSpan time)
    {
        using var span = EngineTelemetry.Source.StartActivity(NameOf(stage));
        trace.Describe(span);
        var start = Stopwatch.GetTimestamp();
        try
        {
            return Watch(span, work);
        }
        finally
        {
            time = Stopwatch.GetElapsedTime(start);
            trace.Add(stage, time);
        }
    }

    /// <summary>Notes a stage whose work was done between that of others; its span ends now and is as long as all of it together.</summary>
    internal static void Ended(this RequestTrace trace, Stage stage, TimeSpan time)
    {
        trace.Add(stage, time);
        trace.Draw(stage, time)?.Dispose();
    }

    /// <summary>Draws the run of another request, which ends now and gave this one its result, too.</summary>
    internal static void DrawShared(this RequestTrace trace, TimeSpan time) =>
        trace.Draw(Stage.Run, time)?.SetTag("explain.shared", true).Dispose();

    private static Activity? Draw(this RequestTrace trace, Stage stage, TimeSpan time)
    {
        var span = EngineTelemetry.Source.StartActivity(
            NameOf(stage),
            ActivityKind.Internal,
            default(ActivityContext),
            startTime: DateTimeOffset.UtcNow - time
        );
        trace.Describe(span);
        return span;
    }

    /// <summary>Runs the model; what the request waits meanwhile is a stage of its own.</summary>
    /// <param name="trace">That of the request.</param>
    /// <param name="work">Asks for one run.</param>
    /// <param name="time">What it took, without the wait.</param>
    internal static T TimeRun<T>(this RequestTrace trace, Func<T> work, out TimeSpan time)
    {
        var clock = WorkClock.Start(trace);
        try
        {
            return work();
        }
        finally
        {
            time = clock.Elapsed;
            trace.Add(Stage.Run, time);
        }
    }

    /// <summary>Does work whose failure becomes the state of a span.</summary>
    internal static T Watch<T>(Activity? span, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e)
        {
            span?.SetStatus(ActivityStatusCode.Error, e.Message);
            throw;
        }
    }

    /// <summary>A stage as it is written.</summary>
    public static string NameOf(Stage stage) =>
        stage switch
        {
            Stage.Decode => "decode",
            Stage.Preprocess => "preprocess",
            Stage.Queue => "queue",
            Stage.Run => "run",
            Stage.Map => "map",
            Stage.Render => "render",
            _ => throw new ArgumentOutOfRangeException(nameof(stage), stage, null),
        };
}
