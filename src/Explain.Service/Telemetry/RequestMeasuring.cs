using System.Diagnostics;
using System.Globalization;
using System.Net.Mime;
using Explain.Engine.Methods.Tables;
using Explain.Engine.Telemetry;
using Explain.Service.Endpoints;
using Explain.Service.Problems;
using Explain.Service.Requests;
using Microsoft.AspNetCore.Http.Features;

namespace Explain.Service.Telemetry;

/// <summary>
/// Measures the requests that make a model compute, whatever protocol they speak: metrics, facts on the server's span and for the log,
/// <c>Server-Timing</c>.
/// </summary>
internal sealed class RequestMeasuring(RequestDelegate next, ServiceMetrics metrics)
{
    private static readonly HashSet<string> Methods = [.. MethodTable.All.Select(m => m.Id), RequestTrace.Several, RequestTrace.Nothing];

    public async Task InvokeAsync(HttpContext context)
    {
        var body = new CountedBody(context.Features.GetRequiredFeature<IHttpResponseBodyFeature>());
        context.Features.Set<IHttpResponseBodyFeature>(body);
        context.Features.Set(body);
        if (Quiet.Is(context))
            Hush(context);
        if (RequestFacts.Of(context) is { Operation: { } operation } facts)
            await MeasureAsync(context, facts, operation);
        else
            await next(context);
    }

    private async Task MeasureAsync(HttpContext context, RequestFacts facts, Operation operation)
    {
        var start = Stopwatch.GetTimestamp();
        context.Response.OnStarting(() =>
        {
            // Of a stream nothing is known when it begins.
            if (context.Response.ContentType != MediaTypeNames.Text.EventStream && ServerTiming(facts) is { } timing)
                context.Response.Headers[AnswerHeader.ServerTiming] = timing;
            return Task.CompletedTask;
        });
        var status = StatusCodes.Status500InternalServerError;
        try
        {
            await next(context);
            status = Outcome.StatusOf(context);
        }
        finally
        {
            facts.Outcome = Outcome.Of(status, context.Features.Get<Problem>());
            var method = facts.Trace.Method ?? facts.Method;
            facts.Method = method is not null && Methods.Contains(method) ? method : EngineTelemetry.NoModel;
            metrics.Request(facts, operation, facts.Method, facts.Outcome, Stopwatch.GetElapsedTime(start));
            if (context.Features.Get<IHttpActivityFeature>()?.Activity is { } span)
            {
                facts.Trace.Describe(span);
                span.SetTag("explain.outcome", facts.Outcome);
            }
        }
    }

    // The span has begun before the endpoint was known.
    private static void Hush(HttpContext context)
    {
        if (context.Features.Get<IHttpMetricsTagsFeature>() is { } http)
            http.MetricsDisabled = true;
        if (context.Features.Get<IHttpActivityFeature>()?.Activity is { } span)
        {
            span.IsAllDataRequested = false;
            span.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }
    }

    // Of an answer that is computed the stages are told.
    private static string? ServerTiming(RequestFacts facts) =>
        facts.CacheTime is { } time ? string.Create(CultureInfo.InvariantCulture, $"cache;desc=hit;dur={time.TotalMilliseconds:0.###}")
        : facts.Trace.Stages.Any() ? string.Join(", ", Enum.GetValues<Stage>().Select(stage => Timing(stage, facts.Trace[stage])))
        : null;

    private static string Timing(Stage stage, TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{StageClock.NameOf(stage)};dur={time.TotalMilliseconds:0.###}");
}
