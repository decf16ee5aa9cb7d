using Explain.Engine.Catalogue;
using Explain.Engine.Telemetry;
using Explain.Service.Endpoints;

namespace Explain.Service.Requests;

/// <summary>The first of what happens to a request: what is known of it is put together.</summary>
internal static class RequestStart
{
    /// <summary>Makes the <see cref="RequestFacts"/> of every request.</summary>
    /// <param name="app">The application.</param>
    /// <param name="timeout">Time in which a request must be answered, reading its body included.</param>
    public static IApplicationBuilder UseRequestFacts(this IApplicationBuilder app, TimeSpan timeout)
    {
        var catalogue = app.ApplicationServices.GetRequiredService<ModelCatalogue>();
        var queues = app.ApplicationServices.GetRequiredService<QueueLengths>();
        return app.Use(
            (context, next) =>
            {
                var operation = context.GetEndpoint()?.Metadata.GetMetadata<Operation>();
                var trace = new RequestTrace(ServedName(context, catalogue), queues);
                context.Features.Set(new RequestFacts(context, Protocol.Of(context), operation, trace, RequestDeadline.In(timeout)));
                return next(context);
            }
        );
    }

    // A name of the catalogue: callers' own words do not belong into metrics.
    private static string ServedName(HttpContext context, ModelCatalogue catalogue) =>
        context.GetRouteValue(Operation.ModelParameter) is string name && catalogue.Status.Any(m => m.Name == name)
            ? name
            : EngineTelemetry.NoModel;
}
