namespace Explain.Service.Telemetry;

/// <summary>What orchestrators and collectors ask for every few seconds: no log line, no span, no HTTP metrics.</summary>
internal static class QuietPaths
{
    /// <summary>The page that Prometheus reads.</summary>
    public const string Metrics = "/metrics";

    private static readonly PathString[] Table = [Metrics, "/healthz", "/v2/health", "/ping"];

    /// <summary>Whether a path is one of them.</summary>
    public static bool Include(PathString path) => Table.Any(quiet => path.StartsWithSegments(quiet));
}
