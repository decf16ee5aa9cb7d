namespace Explain.Service.Requests;

/// <summary>Who reads an answer too slowly does not get all of it: as long as it is being sent it holds memory.</summary>
internal static class SendingTime
{
    /// <summary>Ends the connection of a request whose answer is not sent in time.</summary>
    /// <param name="app">The application.</param>
    /// <param name="limit">Time for sending, from the first byte on.</param>
    public static IApplicationBuilder UseSendingTime(this IApplicationBuilder app, TimeSpan limit) =>
        app.Use(
            async (context, next) =>
            {
                using var late = new CancellationTokenSource();
                using var ending = late.Token.Register(context.Abort);
                context.Response.OnStarting(() =>
                {
                    late.CancelAfter(limit);
                    return Task.CompletedTask;
                });
                await next(context);
            }
        );
}
