using System.Diagnostics;

namespace Explain.Engine.Telemetry;

/// <summary>Times stages: a span, and the time in the request's <see cref="RequestTrace"/>.</summary>
public static class StageClock
{
    /// <summary>Begins the work of a stage, which ends when the scope is disposed of.</summary>
    public static StageScope Time(this RequestTrace trace, Stage stage) => new(trace, stage);

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

    /// <summary>Makes a failure the state of a span.</summary>
    internal static void Fail(this Activity? span, Exception failure) => span?.SetStatus(ActivityStatusCode.Error, failure.Message);

    /// <summary>A stage as it is written.</summary>
    public static string NameOf(Stage stage) =>
        stage switch
        {
            Stage.Decode => "decode",
            Stage.Preprocess => "preprocess",
            Stage.Queue => "queue",
            Stage.Run => "run",
            Stage.Map => "map",
            Stage.Draw => "draw",
            Stage.Encode => "encode",
            _ => throw new ArgumentOutOfRangeException(nameof(stage), stage, null),
        };
}
