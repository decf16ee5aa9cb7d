using Explain.Service.AuditTrail.Storage;
using Explain.Service.Endpoints;

namespace Explain.Service.AuditTrail;

/// <summary>Says once that the database is away, now and then that it still is, and once that it is back.</summary>
internal sealed class Outage(string place, AuditTrailStatus status, TimeProvider clock, ILogger logger)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);
    private long? _said;

    public void Report(AuditTrailFailure failure, int waiting)
    {
        status.Is(failure.Kind);
        if (_said is { } said && clock.GetElapsedTime(said) < Quiet)
            return;
        _said = clock.GetTimestamp();
        logger.LogWarning(
            "Explanations are not written down just now: {Place}: {Reason}; {Waiting} wait, {Most} can",
            place,
            failure.Detail,
            waiting,
            AuditTrailQueue.Capacity
        );
    }

    public void Over()
    {
        if (_said is null)
            return;
        _said = null;
        status.Is("ok");
        logger.LogInformation("Explanations are written down again: {Place}", place);
    }
}
