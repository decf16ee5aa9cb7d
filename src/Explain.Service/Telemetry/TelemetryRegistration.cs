using Explain.Engine.Telemetry;
using Explain.Service.Endpoints;
using Explain.Service.Security;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Explain.Service.Telemetry;

/// <summary>Metrics and traces, for those who want them: nothing is collected for nobody.</summary>
internal static class TelemetryRegistration
{
    private const string ServiceName = "explain-service";

    // The port that gRPC collectors listen on.
    private const int GrpcPort = 4317;

    public static IServiceCollection AddTelemetry(this IServiceCollection services, TelemetrySettings telemetry)
    {
        services.AddSingleton<ServiceMetrics>();
        if (telemetry is { Metrics: false, Sends: false })
            return services;
        // What the standard variables say comes last and holds.
        var builder = services
            .AddOpenTelemetry()
            .ConfigureResource(resource =>
                resource.AddService(ServiceName, serviceVersion: ApiVersion.Current).AddEnvironmentVariableDetector()
            );
        builder.WithMetrics(metrics =>
        {
            metrics.AddMeter(EngineTelemetry.Name).AddAspNetCoreInstrumentation().AddRuntimeInstrumentation();
            if (telemetry.Metrics)
                metrics.AddPrometheusExporter(options => options.ScopeInfoEnabled = false);
        });
        if (!telemetry.Sends)
            return services;
        builder.WithTracing(traces => traces.AddSource(EngineTelemetry.Name).AddAspNetCoreInstrumentation());
        if (telemetry.Otlp is { } url)
            builder.UseOtlpExporter(url.Port == GrpcPort ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf, url);
        else
            builder.UseOtlpExporter();
        return services;
    }

    /// <summary>Maps the page that Prometheus reads.</summary>
    public static IEndpointRouteBuilder MapMetrics(
        this IEndpointRouteBuilder routes,
        TelemetrySettings telemetry,
        SecuritySettings security
    )
    {
        if (telemetry.Metrics)
            routes.MapPrometheusScrapingEndpoint("/metrics").OpenToScrapers(security).WithMetadata(new Quiet());
        return routes;
    }
}
