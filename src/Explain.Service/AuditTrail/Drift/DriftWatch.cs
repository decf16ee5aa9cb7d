using Explain.Engine.Catalogue;
using Explain.Service.AuditTrail.Storage;

namespace Explain.Service.AuditTrail.Drift;

/// <summary>Looks from time to time how far the maps of the last day have drifted, of each model that is served.</summary>
internal sealed class DriftWatch(
    AuditTrailSettings settings,
    AuditTrailDatabase database,
    AuditTrailStatus status,
    ModelCatalogue catalogue,
    DriftMetrics metrics,
    TimeProvider clock,
    ILogger<DriftWatch> logger
) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (status.Off is null && !stoppingToken.IsCancellationRequested)
        {
            // Before the tables are there, there is nothing to look at.
            var opening = status.State == "opening";
            if (!opening)
                await LookAsync(stoppingToken);
            await Task.Delay(opening ? Soon : Pause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task LookAsync(CancellationToken cancellation)
    {
        var (figures, now) = (new List<DriftFigures>(), clock.GetUtcNow().UtcDateTime);
        var recent = new Period(now - Period.Recent, now);
        try
        {
            await using var context = database.Open();
            foreach (var model in catalogue.Status.Select(m => m.Name))
            {
                foreach (var method in await MapSample.MethodsAsync(context, model, cancellation))
                {
                    var question = new MapQuestion(model, method, null);
                    var drift = await MapDrift.ReadAsync(context, question, recent, settings.MapsReference, cancellation);
                    figures.Add(drift.Figures());
                }
            }
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            logger.LogWarning("Maps could not be compared: {Reason}; tried again later", AuditTrailFailure.Of(e).Detail);
        }
        catch (OperationCanceledException)
        {
            return;
        }
        metrics.Show(figures);
    }
}
