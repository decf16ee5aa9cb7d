using Explain.Service.Endpoints;
using Explain.Service.Problems;
using Explain.Service.Requests;
using Serilog;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Compact;

namespace Explain.Service.Telemetry;

/// <summary>The log: one line a request, health checks and metrics only when asked for.</summary>
internal static class RequestLogging
{
    private const int LongestPath = 200;
    private const string DrainingFailed = "RequestBodyDrainBodyReaderInvalidState";

    public static IServiceCollection AddLog(this IServiceCollection services, TelemetrySettings settings) =>
        services.AddSerilog(
            (provider, log) =>
                log
                    .MinimumLevel.Is(settings.Level)
                    .MinimumLevel.Override("Microsoft.AspNetCore", LogEventLevel.Warning)
                    .MinimumLevel.Override("Microsoft.AspNetCore.Http.Timeouts", LogEventLevel.Error)
                    // Why a start failed is said once, by the program itself.
                    .MinimumLevel.Override("Microsoft.Extensions.Hosting.Internal.Host", LogEventLevel.Fatal)
                    .Filter.ByExcluding(IsOfDraining)
                    .ReadFrom.Configuration(provider.GetRequiredService<IConfiguration>())
                    .WriteTo.Console(Formatter(settings.Format)),
            preserveStaticLogger: true
        );

    // The rest of a body that is no HTTP, found after the answer: the connection is closed, and nothing is wrong here.
    private static bool IsOfDraining(LogEvent line) =>
        line.Properties.GetValueOrDefault("EventId") is StructureValue { Properties: var parts }
        && parts.Any(part => part is { Name: "Name", Value: ScalarValue { Value: DrainingFailed } });

    public static IApplicationBuilder UseRequestLog(this IApplicationBuilder app) =>
        app.UseSerilogRequestLogging(options =>
        {
            // The default is the process-wide logger, which is not ours: several hosts may live in one process.
            options.Logger = app.ApplicationServices.GetRequiredService<Serilog.ILogger>();
            options.MessageTemplate = "{RequestMethod:l} {RequestPath:l} {StatusCode} {Elapsed:0.0} ms {RequestId:l}";
            options.GetLevel = Level;
            options.GetMessageTemplateProperties = Properties;
            options.EnrichDiagnosticContext = Enrich;
        });

    private static ITextFormatter Formatter(LogFormat format) =>
        format == LogFormat.Json ? new RenderedCompactJsonFormatter() : new TextLine();

    private static IEnumerable<LogEventProperty> Properties(HttpContext context, string path, double elapsed, int status) =>
        [
            new("RequestMethod", new ScalarValue(context.Features.Get<AsksForHead>() is null ? context.Request.Method : HttpMethods.Head)),
            new("RequestPath", new ScalarValue(Path(context))),
            new("StatusCode", new ScalarValue(status < 400 ? Outcome.StatusOf(context) : status)),
            new("Elapsed", new ScalarValue(elapsed)),
            new("RequestId", new ScalarValue(context.TraceIdentifier)),
        ];

    // The path is escaped again: decoded, a caller could write lines of its own into the log. The query is never written.
    private static string Path(HttpContext context)
    {
        var path = context.Request.Path.ToUriComponent();
        return path.Length <= LongestPath ? path : path[..LongestPath] + "…";
    }

    private static void Enrich(IDiagnosticContext line, HttpContext context)
    {
        var facts = context.Features.Get<RequestFacts>();
        var measured = facts?.Operation is null ? null : facts;
        Set("Route", (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText);
        Set("Protocol", measured?.Protocol.Name);
        Set("Operation", measured?.Operation!.Name);
        Set("Outcome", measured?.Outcome);
        Set("Problem", context.Features.Get<Problem>()?.Slug);
        Set("Model", measured?.Trace.Model);
        Set("Method", measured?.Method);
        Set("Target", measured?.Trace.Target);
        Set("Cache", measured?.CacheHit is { } hit ? AnswerHeader.CacheState(hit) : null);
        Set("Caller", context.User.Identity?.Name);
        if (context.Request.ContentLength is { } length)
            line.Set("BytesIn", length);
        if (context.Features.Get<CountedBody>() is { } body)
            line.Set("BytesOut", body.Count);

        void Set(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                line.Set(name, value);
        }
    }

    private static LogEventLevel Level(HttpContext context, double elapsed, Exception? exception)
    {
        if (Quiet.Is(context))
            return LogEventLevel.Verbose;
        return Outcome.StatusOf(context) switch
        {
            500 => LogEventLevel.Error,
            > 500 => LogEventLevel.Warning,
            _ when exception is not null => LogEventLevel.Error,
            _ => LogEventLevel.Information,
        };
    }
}
