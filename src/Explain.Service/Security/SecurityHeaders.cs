using Microsoft.Net.Http.Headers;

namespace Explain.Service.Security;

/// <summary>Headers that keep browsers from doing with an answer what nobody meant them to.</summary>
internal static class SecurityHeaders
{
    /// <summary>The header that says who may load an answer, wherever it is shown.</summary>
    public const string ResourcePolicy = "Cross-Origin-Resource-Policy";

    /// <summary>Its value for everybody.</summary>
    public const string CrossOrigin = "cross-origin";

    private const string Nothing = "default-src 'none'; frame-ancestors 'none'";

    /// <summary>Pages with what they may load; everything else may load nothing.</summary>
    private static readonly (PathString Path, string Policy)[] Pages =
    [
        // This very address: pictures that were dropped and maps that are drawn are blobs, cursors and icons data.
        (
            "/",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; base-uri 'none'; "
                + "form-action 'none'; frame-ancestors 'none'"
        ),
        // No script at all; its empty icon is data.
        (
            "/docs",
            "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        ),
        // The page holds a style sheet, and its scripts set styles and draw with data URLs.
        (
            "/swagger",
            "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; base-uri 'none'; form-action 'self'; "
                + "frame-ancestors 'none'"
        ),
    ];

    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app, SecuritySettings security)
    {
        // Pages of other origins that may call may also show images: <img> asks for them without CORS.
        var resourcePolicy = security.CorsOrigins.Count > 0 ? CrossOrigin : "same-origin";
        return app.Use(
            (context, next) =>
            {
                // At the last moment: the deadline clears all headers that were set before.
                context.Response.OnStarting(() =>
                {
                    var headers = context.Response.Headers;
                    headers.XContentTypeOptions = "nosniff";
                    headers.XFrameOptions = "DENY";
                    headers["Referrer-Policy"] = "no-referrer";
                    if (!headers.ContainsKey(ResourcePolicy))
                        headers[ResourcePolicy] = resourcePolicy;
                    headers.ContentSecurityPolicy = Policy(context.Request.Path);
                    // What an <img> got without an origin must not be what a page gets that asks with one.
                    if (security.CorsOrigins.Count > 0 && !headers.Vary.Contains(HeaderNames.Origin))
                        headers.Append(HeaderNames.Vary, HeaderNames.Origin);
                    if (headers.CacheControl.Count == 0)
                        headers.CacheControl = "no-store";
                    return Task.CompletedTask;
                });
                return next(context);
            }
        );
    }

    private static string Policy(PathString path)
    {
        foreach (var page in Pages)
        {
            if (path.StartsWithSegments(page.Path))
                return page.Policy;
        }
        return Nothing;
    }
}
