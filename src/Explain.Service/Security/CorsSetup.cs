using Explain.Service.Explaining;
using Explain.Service.Protocols.OpenInference;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Net.Http.Headers;

namespace Explain.Service.Security;

/// <summary>Which pages may call, and what they may send and see.</summary>
internal static class CorsSetup
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head, HttpMethods.Post];

    // By name: "any" would be answered with the names that the request sent.
    private static readonly string[] Sent =
    [
        HeaderNames.Accept,
        HeaderNames.Authorization,
        HeaderNames.ContentType,
        HeaderNames.IfNoneMatch,
        ApiKeyHandler.Header,
        InferRequestReader.LengthHeader,
        HeaderNames.TraceParent,
    ];

    // csharpier-ignore
    private static readonly string[] Seen =
    [
        "X-Explain-Id", "X-Explain-Model", AnswerHeaders.ModelDigest, "X-Explain-Method", "X-Explain-Layer", "X-Explain-Target", "X-Explain-Score", "X-Explain-Partial",
        "X-Explanation", "X-Request-Id", "X-Cache", "Server-Timing", HeaderNames.ETag, HeaderNames.RetryAfter, HeaderNames.WWWAuthenticate, InferRequestReader.LengthHeader,
    ];

    public static void Apply(this CorsOptions options, SecuritySettings security) =>
        options.AddDefaultPolicy(policy =>
            policy
                .WithOrigins([.. security.CorsOrigins])
                .WithMethods(Methods)
                .WithHeaders(Sent)
                .WithExposedHeaders(Seen)
                .SetPreflightMaxAge(TimeSpan.FromMinutes(10))
        );
}
