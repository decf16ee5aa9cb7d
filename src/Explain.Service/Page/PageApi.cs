using System.Net.Mime;
using Explain.Service.AuditTrail;
using Explain.Service.Endpoints;
using Explain.Service.Security;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Explain.Service.Page;

/// <summary>The server.</summary>
/// <param name="Status">Always <c>alive</c>.</param>
public sealed record AliveDocument(string Status);

/// <summary>The page for people, and what of it pages of others load. All of it is public: it holds no picture and no key.</summary>
internal static class PageApi
{
    private const string Fresh = "no-cache";
    private const string ForEver = "public, max-age=31536000, immutable";

    public static IEndpointRouteBuilder MapPage(this IEndpointRouteBuilder routes)
    {
        routes
            .MapGet("/", Root)
            .OpenToAll()
            .WithTags("KServe V1")
            .WithName("v1Alive")
            .WithSummary("The server lives")
            .WithDescription("What KServe's clients ask to see that the server lives. Browsers get the page instead.")
            .Produces<AliveDocument>()
            .WithMetadata(new AnswersPage());
        routes.MapGet("/assets/{file}", Asset).OpenToAll().ExcludeFromDescription();
        routes.MapGet($"{ExplanationLink.ViewRoute}/{{id}}", View).OpenToAll().ExcludeFromDescription();
        routes.MapGet("/explain-map.js", Component).OpenToAll().ExcludeFromDescription();
        return routes;
    }

    private static IResult Root(HttpContext context)
    {
        context.Response.Headers.Append(HeaderNames.Vary, HeaderNames.Accept);
        if (!PrefersPage(context.Request.Headers.Accept))
            return TypedResults.Ok(new AliveDocument("alive"));
        // What the page loads lies beside it: below a base, not beside it.
        return context.Request.Path.HasValue
            ? Written(context, "index.html", Fresh)
            : TypedResults.Redirect($"{context.Request.PathBase.ToUriComponent()}/");
    }

    // The names hold a digest of the content.
    private static Results<FileContentHttpResult, NotFound> Asset(string file, HttpContext context) =>
        Written(context, $"assets/{file}", ForEver);

    // The same for every id: what it shows it asks for, with the permission that its address or its reader brings.
    private static Results<FileContentHttpResult, NotFound> View(HttpContext context) => Written(context, "view/index.html", Fresh);

    // Modules of other origins are asked for with CORS, whoever may call.
    private static Results<FileContentHttpResult, NotFound> Component(HttpContext context)
    {
        context.Response.Headers.AccessControlAllowOrigin = "*";
        context.Response.Headers[SecurityHeaders.ResourcePolicy] = SecurityHeaders.CrossOrigin;
        return Written(context, "explain-map.js", Fresh);
    }

    private static Results<FileContentHttpResult, NotFound> Written(HttpContext context, string path, string caching)
    {
        if (PageFile.Find(path) is not { } file)
            return TypedResults.NotFound();
        context.Response.Headers.CacheControl = caching;
        return TypedResults.Bytes(file.Content, file.MediaType, entityTag: file.Tag);
    }

    /// <summary>Whether a caller is a browser: those name HTML; whoever takes anything, or says nothing, is a client.</summary>
    public static bool PrefersPage(StringValues accept) =>
        MediaTypeHeaderValue.TryParseList([.. accept.OfType<string>()], out var ranges)
        && Quality(ranges, MediaTypeNames.Text.Html) > Quality(ranges, MediaTypeNames.Application.Json);

    private static double Quality(IList<MediaTypeHeaderValue> ranges, string type)
    {
        var offer = new MediaTypeHeaderValue(type);
        return
            ranges.Where(offer.IsSubsetOf).OrderBy(r => r.MatchesAllTypes).ThenBy(r => r.MatchesAllSubTypes).FirstOrDefault() is { } range
            ? range.Quality ?? 1
            : 0;
    }
}
