using System.Threading.Channels;
using Explain.Service.AuditTrail.Storage;

namespace Explain.Service.AuditTrail;

/// <summary>Something on its way into the database.</summary>
/// <param name="Id">Its id.</param>
internal abstract record AuditTrailEntry(string Id);

/// <summary>An explanation.</summary>
/// <param name="Row">The facts.</param>
/// <param name="Image">The answered image, if it is kept.</param>
internal sealed record ExplanationEntry(ExplanationRow Row, byte[]? Image) : AuditTrailEntry(Row.Id)
{
    /// <summary>What image and maps take.</summary>
    public int Bytes => (Image?.Length ?? 0) + Row.Targets.Sum(t => t.Map?.Content.Length ?? 0);

    /// <summary>The facts alone.</summary>
    public ExplanationEntry Bare()
    {
        Row.PictureDigest = null;
        foreach (var target in Row.Targets)
            target.Map = null;
        return this with { Image = null };
    }
}

/// <summary>What an operator did.</summary>
/// <param name="Row">The facts.</param>
internal sealed record AdminActionEntry(AdminActionRow Row) : AuditTrailEntry(Row.Id);

/// <summary>What waits to be written down. Bounded: a database that is away for long costs rows, not memory and not answers.</summary>
internal sealed class AuditTrailQueue(AuditTrailStatus status, TimeProvider clock, ILogger<AuditTrailQueue> logger)
{
    /// <summary>How many explanations may wait.</summary>
    public const int Capacity = 10_000;

    private const long LargeBytes = 64 * 1024 * 1024;
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    private readonly Channel<AuditTrailEntry> _channel = Channel.CreateBounded<AuditTrailEntry>(
        new BoundedChannelOptions(Capacity) { SingleReader = true }
    );
    private readonly Lock _lock = new();
    private long _largeBytes;
    private long _lost;
    private long? _said;

    /// <summary>How many wait.</summary>
    public int Count => _channel.Reader.Count;

    /// <summary>Adds one without waiting; image and maps that there is no room for are left out, and then the whole.</summary>
    public void Add(ExplanationEntry entry)
    {
        var size = entry.Bytes;
        if (size > 0 && Interlocked.Add(ref _largeBytes, size) > LargeBytes)
        {
            Interlocked.Add(ref _largeBytes, -size);
            (entry, size) = (entry.Bare(), 0);
            Lose("image and maps");
        }
        if (_channel.Writer.TryWrite(entry))
            return;
        Interlocked.Add(ref _largeBytes, -size);
        status.Drop(1);
        Lose("explanation");
    }

    /// <summary>Adds one without waiting, if there is room.</summary>
    public void Add(AdminActionEntry entry)
    {
        if (_channel.Writer.TryWrite(entry))
            return;
        status.Drop(1);
        Lose("action");
    }

    /// <summary>Nothing more will be added.</summary>
    public void Complete() => _channel.Writer.TryComplete();

    /// <summary>Waits for something to write; false when nothing will come any more.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancellation) => _channel.Reader.WaitToReadAsync(cancellation);

    /// <summary>Takes what waits.</summary>
    /// <param name="most">How many at the most.</param>
    public List<AuditTrailEntry> Take(int most)
    {
        var batch = new List<AuditTrailEntry>();
        while (batch.Count < most && _channel.Reader.TryRead(out var entry))
        {
            batch.Add(entry);
            Interlocked.Add(ref _largeBytes, -((entry as ExplanationEntry)?.Bytes ?? 0));
        }
        return batch;
    }

    private void Lose(string what)
    {
        long lost;
        lock (_lock)
        {
            _lost++;
            if (_said is { } said && clock.GetElapsedTime(said) < Quiet)
                return;
            (_said, lost, _lost) = (clock.GetTimestamp(), _lost, 0);
        }
        logger.LogWarning(
            "The trail is full and loses rows, images or maps: {Lost} since the last such line, now the {What} of a request; {Capacity} "
                + "may wait",
            lost,
            what,
            Capacity
        );
    }
}
