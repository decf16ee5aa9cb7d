using Explain.Service.Settings;

namespace Explain.Service.Bodies;

/// <summary>How much of what callers send is kept.</summary>
/// <param name="MemoryBytes">The bodies of all requests together.</param>
internal sealed record BodySettings(long MemoryBytes)
{
    /// <summary>Reads them.</summary>
    public static BodySettings Read(SettingsReader reader) =>
        new(
            reader.Whole(
                "BodyMemoryBytes",
                Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 16, 3L << 25, 1L << 30),
                1L << 20,
                1L << 40,
                "Memory for the bodies of all requests together; beyond: 503 with `Retry-After`.",
                "a sixteenth of the memory there is, 100663296 (96 MiB) at least and 1073741824 (1024 MiB) at most"
            )
        );
}
