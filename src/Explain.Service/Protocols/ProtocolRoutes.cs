using Explain.Service.Protocols.KServe;
using Explain.Service.Protocols.OpenInference;
using Explain.Service.Protocols.TorchServe;

namespace Explain.Service.Protocols;

/// <summary>The protocols that others already speak.</summary>
internal static class ProtocolRoutes
{
    /// <summary>Maps those that are switched on.</summary>
    public static void MapProtocols(this IEndpointRouteBuilder routes, ProtocolSettings settings)
    {
        if (settings.KServe)
            routes.MapKServe();
        if (settings.OpenInference)
            routes.MapOpenInference();
        if (settings.TorchServe)
            routes.MapTorchServe();
    }
}
