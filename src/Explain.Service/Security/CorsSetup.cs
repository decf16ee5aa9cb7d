using Explain.Service.Endpoints;
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
        AnswerHeader.JsonLength,
        HeaderNames.TraceParent,
    ];

    private static readonly string[] Seen =
    [
        .. AnswerHeader.Table.Select(h => h.Name),
        HeaderNames.ETag,
        HeaderNames.RetryAfter,
        HeaderNames.WWWAuthenticate,
        AnswerHeader.JsonLength,
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
