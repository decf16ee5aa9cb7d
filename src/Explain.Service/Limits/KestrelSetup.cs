using Explain.Service.Protocols.OpenInference;
using Explain.Service.Settings;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Explain.Service.Limits;

/// <summary>The server's own limits.</summary>
internal static class KestrelSetup
{
    /// <summary>Sets them so that every limit of an endpoint is reached first: its message says which it is.</summary>
    public static void Apply(this KestrelServerOptions kestrel, ServiceSettings settings)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = Math.Max(3L * settings.Engine.MaxImageBytes, InferRequestReader.MaxBody) + 1;
    }
}
