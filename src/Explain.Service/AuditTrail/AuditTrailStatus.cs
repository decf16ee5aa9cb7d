using Explain.Service.AuditTrail.Storage;

namespace Explain.Service.AuditTrail;

/// <summary>How the trail is doing.</summary>
internal sealed class AuditTrailStatus(AuditTrailSettings settings)
{
    private long _dropped;
    private volatile string? _off = settings.Kind == AuditTrailKind.None ? "Explain:Store is none" : null;
    private volatile string _state = "opening";

    /// <summary>Why nothing is written down; null when it is.</summary>
    public string? Off => _off;

    /// <summary><c>off</c>, <c>opening</c>, <c>ok</c>, or what is wrong with the database.</summary>
    public string State => _off is null ? _state : "off";

    /// <summary>Explanations that were lost.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    public void TurnOff(string reason) => _off = reason;

    public void Is(string state) => _state = state;

    public void Drop(int count) => Interlocked.Add(ref _dropped, count);
}
