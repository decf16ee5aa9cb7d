using System.Diagnostics;

namespace Explain.Engine.Telemetry;

/// <summary>What becomes known of a request, and how long its stages take.</summary>
/// <param name="model">The model.</param>
/// <param name="queues">Where it is counted while it waits for its turn.</param>
public sealed class RequestTrace(string model, QueueLengths queues)
{
    /// <summary>Stands for several methods at once.</summary>
    public const string Several = "several";

    /// <summary>Stands for no method: nothing is explained.</summary>
    public const string Nothing = "none";

    private const int MostNames = 8;

    private readonly long[] _ticks = new long[Enum.GetValues<Stage>().Length];

    /// <summary>The model.</summary>
    public string Model => model;

    /// <summary>Where it is counted while it waits for its turn.</summary>
    internal QueueLengths Queues => queues;

    /// <summary>The method; null until it is known.</summary>
    public string? Method { get; private set; }

    /// <summary>The target layer; null until it is known.</summary>
    public string? Layer { get; private set; }

    /// <summary>What was explained: class indices or names of outputs; null until it is known.</summary>
    public string? Target { get; private set; }

    /// <summary>Time spent in a stage so far; zero when it was not entered.</summary>
    public TimeSpan this[Stage stage] => new(Volatile.Read(ref _ticks[(int)stage]));

    /// <summary>The stages that were entered, in their order.</summary>
    public IEnumerable<Stage> Stages => Enum.GetValues<Stage>().Where(s => this[s] > TimeSpan.Zero);

    /// <summary>Notes what is asked.</summary>
    internal void Ask(string method) => Method = method;

    /// <summary>Notes what is explained.</summary>
    internal void Explain(IEnumerable<string> layers, IEnumerable<string> targets) => (Layer, Target) = (Few(layers), Few(targets));

    /// <summary>Adds to a stage: a tick at least, so that it counts as entered.</summary>
    internal void Add(Stage stage, TimeSpan time) => Interlocked.Add(ref _ticks[(int)stage], Math.Max(time.Ticks, 1));

    private static string Few(IEnumerable<string> names) => string.Join(',', names.Distinct().Take(MostNames));

    /// <summary>Puts what is known on a span.</summary>
    public void Describe(Activity? span)
    {
        if (span is not { IsAllDataRequested: true })
            return;
        span.SetTag("explain.model", model);
        if (Method is not null)
            span.SetTag("explain.method", Method);
        if (Layer is not null)
            span.SetTag("explain.layer", Layer);
        if (Target is not null)
            span.SetTag("explain.target", Target);
    }
}
