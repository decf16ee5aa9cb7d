using Microsoft.Net.Http.Headers;

namespace Explain.Service.Security;

/// <summary>Headers that keep browsers from doing with an answer what nobody meant them to.</summary>
internal static class SecurityHeaders
{
    /// <summary>The header that says who may load an answer, wherever it is shown.</summary>
    public const string ResourcePolicy = "Cross-Origin-Resource-Policy";

    /// <summary>Its value for everybody.</summary>
    public const string CrossOrigin = "cross-origin";

    private const string Unframed = "frame-ancestors 'none'";
    private const string Nothing = $"default-src 'none'; {Unframed}";

    // Pictures that were dropped and maps that are drawn are blobs, icons data.
    private const string OfPage =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; base-uri 'none'; "
        + "form-action 'none'; ";

    // This page holds a style sheet, and its scripts set styles and draw with data URLs.
    private const string OfDocument =
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; base-uri 'none'; form-action 'self'; ";

    // These have no script at all.
    private const string OfDocs = "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; ";

    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app, SecuritySettings security)
    {
        // Pages of other origins that may call may also show images: <img> asks for them without CORS.
        var resourcePolicy = security.CorsOrigins.Count > 0 ? CrossOrigin : "same-origin";
        var pages = Pages(security);
        return app.Use(
            (context, next) =>
            {
                // At the last moment: the deadline clears all headers that were set before.
                context.Response.OnStarting(() =>
                {
                    var headers = context.Response.Headers;
                    headers.XContentTypeOptions = "nosniff";
                    var policy = pages.FirstOrDefault(p => context.Request.Path.StartsWithSegments(p.Path)).Policy ?? Nothing;
                    headers.ContentSecurityPolicy = policy;
                    // It knows no origins.
                    if (policy.EndsWith(Unframed, StringComparison.Ordinal))
                        headers.XFrameOptions = "DENY";
                    headers["Referrer-Policy"] = "no-referrer";
                    if (!headers.ContainsKey(ResourcePolicy))
                        headers[ResourcePolicy] = resourcePolicy;
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

    // Pages with what they may load and who may show them in a frame; everything else may load nothing. "/" is this very address.
    private static (PathString Path, string Policy)[] Pages(SecuritySettings security) =>
        [
            ("/", OfPage + Unframed),
            ("/view", OfPage + (security.FrameAncestors is { Count: > 0 } few ? $"frame-ancestors {string.Join(' ', few)}" : Unframed)),
            ("/docs", OfDocs + Unframed),
            ("/swagger", OfDocument + Unframed),
        ];
}
