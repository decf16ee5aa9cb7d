namespace Explain.Service.AuditTrail;

/// <summary>Addresses of explanations that were given.</summary>
internal static class ExplanationLink
{
    /// <summary>Where they begin.</summary>
    public const string Route = "/api/v1/explanations";

    /// <summary>Where the pages begin that show one.</summary>
    public const string ViewRoute = "/view";

    /// <summary>The path of an explanation, as the caller reaches it.</summary>
    public static string Of(HttpContext http, string id) => $"{http.Request.PathBase}{Route}/{id}";

    /// <summary>The path of some explanations.</summary>
    public static string Of(HttpContext http, IEnumerable<string> ids) => $"{http.Request.PathBase}{Route}?id={string.Join(',', ids)}";

    /// <summary>The path of its image.</summary>
    public static string ImageOf(HttpContext http, string id) => $"{Of(http, id)}/image";

    /// <summary>The path of the page that shows it.</summary>
    public static string ViewOf(HttpContext http, string id) => $"{http.Request.PathBase}{ViewRoute}/{id}";
}
