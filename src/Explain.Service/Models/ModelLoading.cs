using Explain.Engine.Catalogue;

namespace Explain.Service.Models;

/// <summary>Loads the models while the service already answers health checks; says how to try the service when they are loaded.</summary>
internal sealed class ModelLoading(ModelCatalogue catalogue, FirstSteps firstSteps, IHostApplicationLifetime lifetime) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // A service that cannot start has nothing to load, and must not end while the native library is at work.
        var started = new TaskCompletionSource();
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (stoppingToken.IsCancellationRequested)
            return;
        await catalogue.LoadAllAsync(stoppingToken);
        // What only loading needed is large, and nothing else would soon ask for the memory.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        await firstSteps.PrintAsync(stoppingToken);
    }
}
