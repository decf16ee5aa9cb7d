using Explain.Engine.Vocabulary;
using Explain.Service.Protocols.OpenInference;
using Explain.Service.Settings;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Explain.Service;

/// <summary>The server's own limits.</summary>
internal static class KestrelSetup
{
    private const int LeastBytesPerSecond = 16 * 1024;

    /// <summary>Sets them so that every limit of an endpoint is reached first: its message says which it is.</summary>
    public static void Apply(this KestrelServerOptions kestrel, EngineOptions engine)
    {
        kestrel.AddServerHeader = false;
        // Beyond, a new connection is closed: without a file left for anything, the process would end.
        kestrel.Limits.MaxConcurrentConnections = OpenFiles.Connections;
        // Counted for what is on its way, 64 KiB at a time; the whole has a limit of its own.
        kestrel.Limits.MinResponseDataRate = new MinDataRate(LeastBytesPerSecond, TimeSpan.FromSeconds(5));
        kestrel.Limits.MaxRequestBodySize = Math.Max(3L * engine.MaxImageBytes, InferRequestReader.MaxBody) + 1;
    }
}
