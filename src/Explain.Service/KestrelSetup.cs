using Explain.Engine.Vocabulary;
using Explain.Service.Protocols.OpenInference;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Explain.Service;

/// <summary>The server's own limits.</summary>
internal static class KestrelSetup
{
    /// <summary>Sets them so that every limit of an endpoint is reached first: its message says which it is.</summary>
    public static void Apply(this KestrelServerOptions kestrel, EngineOptions engine)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = Math.Max(3L * engine.MaxImageBytes, InferRequestReader.MaxBody) + 1;
    }
}
