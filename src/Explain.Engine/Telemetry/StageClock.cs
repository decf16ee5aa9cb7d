using System.Diagnostics;

namespace Explain.Engine.Telemetry;

/// <summary>Times stages: a span, and the time in the request's <see cref="RequestTrace"/>.</summary>
public static class StageClock
{
    /// <summary>Does the work of a stage.</summary>
    public static T Time<T>(this Stage stage, Func<T> work) => stage.Time(work, out _);

    /// <summary>Does the work of a stage.</summary>
    public static void Time(this Stage stage, Action work) =>
        stage.Time(() =>
        {
            work();
            return true;
        });

    /// <summary>Does the work of a stage.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="work">Its work.</param>
    /// <param name="time">What it took.</param>
    public static T Time<T>(this Stage stage, Func<T> work, out TimeSpan time)
    {
        using var span = EngineTelemetry.Source.StartActivity(NameOf(stage));
        RequestTrace.Current?.Describe(span);
        var start = Stopwatch.GetTimestamp();
        try
        {
            return Watch(span, work);
        }
        finally
        {
            time = Stopwatch.GetElapsedTime(start);
            RequestTrace.Current?.Add(stage, time);
        }
    }

    /// <summary>Notes a stage whose work was done between that of others; its span ends now and is as long as all of it together.</summary>
    internal static void Ended(this Stage stage, TimeSpan time)
    {
        RequestTrace.Current?.Add(stage, time);
        Draw(stage, time)?.Dispose();
    }

    /// <summary>Draws the run of another request, which ends now and gave this one its result, too.</summary>
    internal static void DrawShared(TimeSpan time) => Draw(Stage.Run, time)?.SetTag("explain.shared", true).Dispose();

    private static Activity? Draw(Stage stage, TimeSpan time)
    {
        var span = EngineTelemetry.Source.StartActivity(
            NameOf(stage),
            ActivityKind.Internal,
            default(ActivityContext),
            startTime: DateTimeOffset.UtcNow - time
        );
        RequestTrace.Current?.Describe(span);
        return span;
    }

    /// <summary>Runs the model; what the request waits meanwhile is a stage of its own.</summary>
    /// <param name="work">Asks for one run.</param>
    /// <param name="time">What it took, without the wait.</param>
    internal static T TimeRun<T>(Func<T> work, out TimeSpan time)
    {
        var clock = WorkClock.Start();
        try
        {
            return work();
        }
        finally
        {
            time = clock.Elapsed;
            RequestTrace.Current?.Add(Stage.Run, time);
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
