using Microsoft.AspNetCore.Http.Timeouts;

namespace Explain.Service.Requests;

/// <summary>The service's own time for a request.</summary>
internal static class RequestTime
{
    /// <summary>What a caller is told when it is over.</summary>
    public const string Over = "The answer was not ready before the service's deadline.";

    /// <summary>Whether it is over: the token of the request ends then, too, and not only when its caller leaves.</summary>
    public static bool IsOver(HttpContext http) =>
        http.Features.Get<IHttpRequestTimeoutFeature>()?.RequestTimeoutToken.IsCancellationRequested == true;
}
