using Explain.Engine.Vocabulary;
using Explain.Service.Settings;

namespace Explain.Service.Limits;

/// <summary>How much is taken on at once.</summary>
internal sealed record LimitSettings
{
    /// <summary>Requests that compute at once: every native run can be a full batch.</summary>
    public required int Places { get; init; }

    /// <summary>Requests that may wait for each model; further ones are refused.</summary>
    public required int QueueLimit { get; init; }

    /// <summary>
    /// Memory for the images of all requests that are being computed, bytes; the size of an image is known from its header.
    /// </summary>
    public required long ImageMemoryBytes { get; init; }

    /// <summary>Pixels of the largest image.</summary>
    public required long MaxImagePixels { get; init; }

    /// <summary>Reads them.</summary>
    /// <param name="reader">The settings.</param>
    /// <param name="engine">What the engine allows.</param>
    public static LimitSettings Read(SettingsReader reader, EngineOptions engine) =>
        new()
        {
            Places = engine.MaxConcurrentRuns * engine.MaxBatch,
            QueueLimit = (int)
                reader.Whole("QueueLimit", 128, 0, 100_000, "Requests that may wait for each model; beyond: 503 with `Retry-After`."),
            ImageMemoryBytes = reader.Whole(
                "ImageMemoryBytes",
                1L << 30,
                1L << 24,
                1L << 40,
                "Memory for the decoded images of all requests together; beyond, requests wait."
            ),
            MaxImagePixels = engine.MaxImagePixels,
        };
}
