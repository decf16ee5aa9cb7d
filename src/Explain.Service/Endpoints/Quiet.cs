namespace Explain.Service.Endpoints;

/// <summary>Marks an endpoint that orchestrators and collectors ask every few seconds: no log line, no span, no HTTP metrics.</summary>
internal sealed class Quiet
{
    /// <summary>Whether a request is for such an endpoint.</summary>
    public static bool Is(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<Quiet>() is not null;
}
