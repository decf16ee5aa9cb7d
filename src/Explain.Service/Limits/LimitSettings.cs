using Explain.Engine.Vocabulary;
using Explain.Service.Settings;

namespace Explain.Service.Limits;

/// <summary>How much is taken on at once.</summary>
internal sealed record LimitSettings
{
    /// <summary>Requests that compute at once: every native run can be a full batch.</summary>
    public required int Places { get; init; }

    /// <summary>Places of them for requests of many passes: predictions and single maps find one beside them.</summary>
    public int HeavyPlaces => Math.Max(Places / 2, 1);

    /// <summary>Requests that may wait for each model; further ones are refused.</summary>
    public required int QueueLimit { get; init; }

    /// <summary>
    /// Memory for the images, maps and answers of all requests that are being computed, bytes; known from the header of an image and the
    /// price of its request.
    /// </summary>
    public required long ImageMemoryBytes { get; init; }

    /// <summary>Memory for the maps and the answer of one request, and for all answers that are being sent, bytes.</summary>
    public required long AnswerMemoryBytes { get; init; }

    /// <summary>Passes of one request, in terms of forward passes.</summary>
    public required long MaxPasses { get; init; }

    /// <summary>Pixels of the largest image.</summary>
    public required long MaxImagePixels { get; init; }

    /// <summary>Reads them.</summary>
    /// <param name="reader">The settings.</param>
    /// <param name="engine">What the engine allows.</param>
    public static LimitSettings Read(SettingsReader reader, EngineOptions engine)
    {
        var queue = (int)
            reader.Whole("QueueLimit", 128, 0, 100_000, "Requests that may wait for each model; beyond: 503 with `Retry-After`.");
        var memory = reader.Whole(
            "ImageMemoryBytes",
            Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4, 1L << 24, 1L << 30),
            1L << 24,
            1L << 40,
            "Memory for the decoded images, the maps and the answers of all requests together; beyond, requests wait.",
            "a quarter of the memory there is, 1073741824 (1024 MiB) at most"
        );
        return new LimitSettings
        {
            Places = engine.MaxConcurrentRuns * engine.MaxBatch,
            QueueLimit = queue,
            ImageMemoryBytes = memory,
            AnswerMemoryBytes = reader.Whole(
                "AnswerMemoryBytes",
                Math.Min(memory / 2, 1L << 28),
                1L << 20,
                1L << 40,
                "Memory for the maps and the answer of one request; beyond: 422. Answers that are being sent have as much together; "
                    + "beyond, the caller who has most of it loses one.",
                "half of `ImageMemoryBytes`, 268435456 (256 MiB) at most"
            ),
            MaxPasses = reader.Whole(
                "MaxPasses",
                1_000_000,
                1,
                int.MaxValue,
                "Passes through a model that one request may take, a gradient counted twice; beyond: 422. `estimate` tells them beforehand."
            ),
            MaxImagePixels = engine.MaxImagePixels,
        };
    }
}
