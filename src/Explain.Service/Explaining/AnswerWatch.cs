using System.Diagnostics;
using Explain.Engine.Telemetry;

namespace Explain.Service.Explaining;

/// <summary>
/// What is known of an answer that is being made. Only the latest is kept: whoever makes it never waits for whoever reads, and a slow
/// reader takes no more memory than a quick one.
/// </summary>
/// <param name="maps">Whether maps are wanted.</param>
internal sealed class AnswerWatch(bool maps) : IRunWatch
{
    /// <summary>What is done besides takes no more than this part of the time.</summary>
    public const int Share = 20;

    private static readonly TimeSpan BetweenMaps = TimeSpan.FromMilliseconds(500);

    private TimeSpan _pause = BetweenMaps;
    private long _last = Stopwatch.GetTimestamp();
    private long _done;
    private long _planned;
    private IReadOnlyList<PartialMap>? _maps;
    private long _told;

    /// <inheritdoc/>
    public bool WantsMaps
    {
        get
        {
            if (!maps || Stopwatch.GetElapsedTime(_last) < _pause)
                return false;
            _last = Stopwatch.GetTimestamp();
            return true;
        }
    }

    /// <inheritdoc/>
    public void Plan(long passes) => Volatile.Write(ref _planned, passes);

    /// <inheritdoc/>
    public void Pass(int passes) => Volatile.Write(ref _done, _done + passes);

    /// <inheritdoc/>
    public void Grow(IReadOnlyList<PartialMap> maps)
    {
        var took = Stopwatch.GetElapsedTime(_last);
        (_last, _pause) = (Stopwatch.GetTimestamp(), took * Share > BetweenMaps ? took * Share : BetweenMaps);
        Volatile.Write(ref _maps, maps);
    }

    /// <summary>What is new since it was asked for last; null for nothing.</summary>
    public ProgressDocument? News()
    {
        var (planned, grown) = (Volatile.Read(ref _planned), Interlocked.Exchange(ref _maps, null));
        // A request is planned for the most that it may take, and what is tried again counts again.
        var done = Math.Min(Volatile.Read(ref _done), planned);
        if (planned == 0 || (done == _told && grown is null))
            return null;
        _told = done;
        return new ProgressDocument(done, planned, grown is { Count: > 0 } ? [.. grown.Select(PartialMapDocument.Of)] : null);
    }
}
