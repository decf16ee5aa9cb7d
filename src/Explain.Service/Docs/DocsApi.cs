using Explain.Service.Page;
using Explain.Service.Security;
using Microsoft.Net.Http.Headers;

namespace Explain.Service.Docs;

/// <summary>The documentation of this very version, for people without another way to it.</summary>
internal static class DocsApi
{
    public static IEndpointRouteBuilder MapDocs(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/docs/{**address}", Get).OpenToAll().ExcludeFromDescription();
        return routes;
    }

    private static IResult Get(string? address, HttpContext context)
    {
        // What a page links to lies beside it, and this one below itself.
        if (address is null && !context.Request.Path.Value!.EndsWith('/'))
            return TypedResults.Redirect("docs/");
        if (DocsSite.Instance.Find(address ?? "", Own(context.Request)) is { } file)
        {
            context.Response.Headers.CacheControl = "no-cache";
            return TypedResults.Bytes(file.Content, file.MediaType, entityTag: file.Tag);
        }
        context.Response.Headers.Append(HeaderNames.Vary, HeaderNames.Accept);
        return PageApi.PrefersPage(context.Request.Headers.Accept)
            ? TypedResults.Content(
                DocsSite.Instance.Missing(address!),
                "text/html; charset=utf-8",
                statusCode: StatusCodes.Status404NotFound
            )
            : TypedResults.NotFound();
    }

    private static string Own(HttpRequest request) =>
        $"{request.Scheme}://{(request.Host.HasValue ? request.Host.ToUriComponent() : "localhost")}{request.PathBase.ToUriComponent()}";
}
