namespace Explain.Service.Requests;

/// <summary>Marks a request for the head of an answer alone.</summary>
internal sealed class AsksForHead;

/// <summary>Answers HEAD wherever GET is answered, with the same headers and no body.</summary>
internal static class HeadRequests
{
    /// <summary>Before routing.</summary>
    public static IApplicationBuilder UseHead(this IApplicationBuilder app) =>
        app.Use(
            async (context, next) =>
            {
                if (!HttpMethods.IsHead(context.Request.Method))
                {
                    await next(context);
                    return;
                }
                // Inside it is a GET; what it writes goes nowhere.
                var body = context.Response.Body;
                context.Features.Set(new AsksForHead());
                (context.Request.Method, context.Response.Body) = (HttpMethods.Get, Stream.Null);
                try
                {
                    await next(context);
                }
                finally
                {
                    (context.Request.Method, context.Response.Body) = (HttpMethods.Head, body);
                }
            }
        );
}
