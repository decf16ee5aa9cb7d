using Explain.Service.AuditTrail.Storage;

namespace Explain.Service.AuditTrail;

/// <summary>The trail in the container.</summary>
internal static class AuditTrailSetup
{
    public static IServiceCollection AddAuditTrail(this IServiceCollection services, AuditTrailSettings settings)
    {
        services
            .AddSingleton(settings)
            .AddSingleton(TimeProvider.System)
            .AddSingleton<AuditTrailStatus>()
            .AddSingleton<AuditTrailDatabase>()
            .AddSingleton<AuditTrailQueue>()
            .AddSingleton<AuditTrailRecorder>()
            .AddSingleton<AuditTrailAccess>()
            .AddSingleton<AuditTrailReader>()
            .AddSingleton<AdminActions>();
        return settings.Kind == AuditTrailKind.None
            ? services
            : services.AddHostedService<AuditTrailWriter>().AddHostedService<AuditTrailRetention>();
    }
}
