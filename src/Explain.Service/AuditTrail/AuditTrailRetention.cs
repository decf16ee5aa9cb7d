using Explain.Service.AuditTrail.Storage;

namespace Explain.Service.AuditTrail;

/// <summary>Deletes what is older than it may be, a little at a time.</summary>
internal sealed class AuditTrailRetention(
    AuditTrailSettings settings,
    AuditTrailDatabase database,
    AuditTrailStatus status,
    TimeProvider clock,
    ILogger<AuditTrailRetention> logger
) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromHours(1);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (settings.Retention is not { } retention)
            return;
        while (status.Off is null && !stoppingToken.IsCancellationRequested)
        {
            // While the database is away, and before the tables are there, there is nothing to do.
            var pause = status.State == "ok" ? await DeleteAsync(clock.GetUtcNow().UtcDateTime - retention, stoppingToken) : Soon;
            await Task.Delay(pause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<TimeSpan> DeleteAsync(DateTime before, CancellationToken cancellation)
    {
        try
        {
            await using var context = database.Open();
            var deleted = await AuditTrailDeletion.DeleteAsync(context, rows => rows.Where(e => e.Time < before), cancellation);
            if (deleted > 0)
            {
                logger.LogInformation(
                    "{Deleted} explanations were older than {Days} days and are deleted",
                    deleted,
                    settings.Retention!.Value.Days
                );
            }

            return Period;
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            logger.LogWarning("Old explanations could not be deleted: {Reason}; tried again later", AuditTrailFailure.Of(e).Detail);
            return Period / 10;
        }
    }
}
