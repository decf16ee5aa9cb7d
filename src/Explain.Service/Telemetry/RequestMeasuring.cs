using System.Diagnostics;
using System.Globalization;
using Explain.Engine.Catalogue;
using Explain.Engine.Methods.Tables;
using Explain.Engine.Telemetry;
using Explain.Service.Problems;
using Microsoft.AspNetCore.Http.Features;

namespace Explain.Service.Telemetry;

/// <summary>
/// Measures the requests that make a model compute, whatever protocol they speak: metrics, facts on the server's span and for the log,
/// <c>Server-Timing</c>.
/// </summary>
internal sealed class RequestMeasuring(RequestDelegate next, ServiceMetrics metrics, ModelCatalogue catalogue, QueueLengths queues)
{
    private static readonly HashSet<string> Methods = [.. MethodTable.All.Select(m => m.Id), RequestTrace.Several, RequestTrace.Nothing];

    public async Task InvokeAsync(HttpContext context)
    {
        var body = new CountedBody(context.Features.GetRequiredFeature<IHttpResponseBodyFeature>());
        context.Features.Set<IHttpResponseBodyFeature>(body);
        var facts = new RequestFacts(MeasuredRoute.Of(context.GetEndpoint()), new RequestTrace(ServedName(context), queues), body);
        context.Features.Set(facts);
        if (QuietPaths.Include(context.Request.Path) && context.Features.Get<IHttpMetricsTagsFeature>() is { } http)
            http.MetricsDisabled = true;
        if (facts.Route is null)
            await next(context);
        else
            await MeasureAsync(context, facts, facts.Route);
    }

    private async Task MeasureAsync(HttpContext context, RequestFacts facts, MeasuredRoute route)
    {
        var start = Stopwatch.GetTimestamp();
        context.Response.OnStarting(() =>
        {
            if (facts.Trace.Stages.Any())
                context.Response.Headers["Server-Timing"] = ServerTiming(facts.Trace);
            return Task.CompletedTask;
        });
        var status = StatusCodes.Status500InternalServerError;
        try
        {
            await next(context);
            status = context.Response.StatusCode;
        }
        finally
        {
            facts.Outcome = Outcome.Of(status, context.Features.Get<Problem>());
            facts.Method = Method(context, facts.Trace);
            metrics.Request(route, facts.Trace, facts.Method, facts.Outcome, Stopwatch.GetElapsedTime(start));
            if (context.Features.Get<IHttpActivityFeature>()?.Activity is { } span)
            {
                facts.Trace.Describe(span);
                span.SetTag("explain.outcome", facts.Outcome);
            }
        }
    }

    private string ServedName(HttpContext context) =>
        context.GetRouteValue(MeasuredRoute.ModelParameter) is string name && catalogue.Status.Any(m => m.Name == name)
            ? name
            : EngineTelemetry.NoModel;

    // An answer from the cache was not computed now: its headers know the method.
    private static string Method(HttpContext context, RequestTrace trace)
    {
        var method = trace.Method ?? Uri.UnescapeDataString(context.Response.Headers["X-Explain-Method"].ToString());
        return method.Contains(',', StringComparison.Ordinal) ? RequestTrace.Several
            : Methods.Contains(method) ? method
            : EngineTelemetry.NoModel;
    }

    private static string ServerTiming(RequestTrace trace) =>
        string.Join(
            ", ",
            Enum.GetValues<Stage>()
                .Select(stage =>
                    string.Create(CultureInfo.InvariantCulture, $"{StageClock.NameOf(stage)};dur={trace[stage].TotalMilliseconds:0.###}")
                )
        );
}
