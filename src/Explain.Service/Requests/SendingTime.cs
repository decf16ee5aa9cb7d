namespace Explain.Service.Requests;

/// <summary>Who reads an answer too slowly does not get all of it: as long as it is being sent it holds memory.</summary>
internal static class SendingTime
{
    /// <summary>Ends the connection of a request whose answer is not sent in time.</summary>
    /// <param name="app">The application.</param>
    /// <param name="limit">Time for sending, from the first byte on.</param>
    public static IApplicationBuilder UseSendingTime(this IApplicationBuilder app, TimeSpan limit) =>
        app.Use(
            (context, next) =>
            {
                // An answer without a body starts when everything else of its request is over.
                var late = new CancellationTokenSource();
                context.Response.RegisterForDispose(late);
                context.Response.RegisterForDispose(late.Token.Register(context.Abort));
                context.Response.OnStarting(() =>
                {
                    late.CancelAfter(limit);
                    return Task.CompletedTask;
                });
                return next(context);
            }
        );
}
