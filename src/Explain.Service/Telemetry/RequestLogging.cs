using Serilog;
using Serilog.Events;

namespace Explain.Service.Telemetry;

/// <summary>The log: one line a request, health checks only when asked for.</summary>
internal static class RequestLogging
{
    private const string Line = "[{Timestamp:yyyy-MM-dd HH:mm:ss.fff} {Level:u3}] {Message:lj}{NewLine}{Exception}";

    public static IServiceCollection AddLog(this IServiceCollection services) =>
        services.AddSerilog(
            (provider, log) => log
                .MinimumLevel.Information()
                .MinimumLevel.Override("Microsoft.AspNetCore", LogEventLevel.Warning)
                .MinimumLevel.Override("Microsoft.AspNetCore.Http.Timeouts", LogEventLevel.Error)
                // Why a start failed is said once, by the program itself.
                .MinimumLevel.Override("Microsoft.Extensions.Hosting.Internal.Host", LogEventLevel.Fatal)
                .ReadFrom.Configuration(provider.GetRequiredService<IConfiguration>())
                .WriteTo.Console(outputTemplate: Line),
            preserveStaticLogger: true);

    public static IApplicationBuilder UseRequestLog(this IApplicationBuilder app) => app.UseSerilogRequestLogging(options =>
    {
        // The default is the process-wide logger, which is not ours: several hosts may live in one process.
        options.Logger = app.ApplicationServices.GetRequiredService<Serilog.ILogger>();
        options.MessageTemplate = "{RequestMethod} {RequestPath} {StatusCode} {Elapsed:0.0} ms {RequestId}";
        options.GetLevel = Level;
        options.GetMessageTemplateProperties = Properties;
    });

    // The path is escaped again: decoded, a caller could write lines of its own into the log.
    private static IEnumerable<LogEventProperty> Properties(HttpContext context, string path, double elapsed, int status) =>
    [
        new("RequestMethod", new ScalarValue(context.Request.Method)),
        new("RequestPath", new ScalarValue(context.Request.Path.ToUriComponent())),
        new("StatusCode", new ScalarValue(status)),
        new("Elapsed", new ScalarValue(elapsed)),
        new("RequestId", new ScalarValue(context.TraceIdentifier)),
    ];

    private static LogEventLevel Level(HttpContext context, double elapsed, Exception? exception)
    {
        if (context.Request.Path.StartsWithSegments("/healthz") || context.Request.Path.StartsWithSegments("/v2/health")) return LogEventLevel.Verbose;
        return context.Response.StatusCode switch
        {
            500 => LogEventLevel.Error,
            > 500 => LogEventLevel.Warning,
            _ => LogEventLevel.Information,
        };
    }
}
