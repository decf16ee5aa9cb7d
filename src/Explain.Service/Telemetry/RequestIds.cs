using Explain.Service.Endpoints;

namespace Explain.Service.Telemetry;

/// <summary>Gives every request an id of our own; ids from outside are not taken over.</summary>
internal static class RequestIds
{
    public static IApplicationBuilder UseRequestIds(this IApplicationBuilder app) =>
        app.Use(
            (context, next) =>
            {
                context.TraceIdentifier = Guid.CreateVersion7().ToString("N");
                // At the last moment: the deadline clears all headers that were set before.
                context.Response.OnStarting(() =>
                {
                    context.Response.Headers[AnswerHeader.RequestId] = context.TraceIdentifier;
                    return Task.CompletedTask;
                });
                return next(context);
            }
        );
}
