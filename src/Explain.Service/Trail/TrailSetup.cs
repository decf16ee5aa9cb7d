using Explain.Service.Trail.Storage;

namespace Explain.Service.Trail;

/// <summary>The trail in the container.</summary>
internal static class TrailSetup
{
    public static IServiceCollection AddTrail(this IServiceCollection services, TrailSettings settings)
    {
        services
            .AddSingleton(settings)
            .AddSingleton(TimeProvider.System)
            .AddSingleton<TrailStatus>()
            .AddSingleton<TrailDatabase>()
            .AddSingleton<TrailQueue>()
            .AddSingleton<TrailRecorder>()
            .AddSingleton<TrailReader>();
        return settings.Kind == StoreKind.None ? services : services.AddHostedService<TrailWriter>().AddHostedService<TrailRetention>();
    }
}
