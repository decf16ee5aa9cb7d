using Explain.Engine.Models;

namespace Explain.Service.Models;

/// <summary>Loads the models while the service already answers health checks; says how to try the service when they are loaded.</summary>
internal sealed class ModelLoading(ModelCatalogue catalogue, FirstSteps firstSteps) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await catalogue.LoadAllAsync(stoppingToken);
        await firstSteps.PrintAsync(stoppingToken);
    }
}
