namespace Explain.Engine.Vocabulary;

/// <summary>Which execution provider runs the models.</summary>
public enum Device
{
    /// <summary>CUDA when it can be used, else the CPU.</summary>
    Auto,

    /// <summary>The CPU.</summary>
    Cpu,

    /// <summary>CUDA, or nothing: models are not opened where it cannot be used.</summary>
    Cuda,
}

/// <summary>Whether gradients are computed with operators of the engine's own.</summary>
public enum NativeOperators
{
    /// <summary>On the CPU, where they give what standard operators give; else standard operators.</summary>
    Auto,

    /// <summary>Standard operators only.</summary>
    Off,
}

/// <summary>What the engine needs to know from its host.</summary>
public sealed record EngineOptions
{
    /// <summary>Directory with one folder a model; null for none.</summary>
    public string? ModelsDirectory { get; init; }

    /// <summary>Directory of the models that callers put there while the host runs; null for none.</summary>
    public string? UploadsDirectory { get; init; }

    /// <summary>
    /// A model that must be there: the one in <see cref="ModelsDirectory"/> itself, or one below it; null when none must.
    /// </summary>
    public string? ModelName { get; init; }

    /// <summary>Execution provider.</summary>
    public Device Device { get; init; } = Device.Auto;

    /// <summary>Numbers of the CUDA devices that models run on, each on one of them in turn; not empty.</summary>
    public IReadOnlyList<int> CudaDevices { get; init; } = [0];

    /// <summary>Limit for the memory that an open session takes of a CUDA device, bytes; 0 for none.</summary>
    public long MaxCudaBytes { get; init; }

    /// <summary>How long a model may take until it is ready; <see cref="Timeout.InfiniteTimeSpan"/> for as long as it likes.</summary>
    public TimeSpan MaxLoadTime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Whether gradients are computed with operators of the engine's own.</summary>
    public NativeOperators NativeOperators { get; init; } = NativeOperators.Auto;

    /// <summary>Threads one run may use; 0 means the processors this process may use.</summary>
    public int ThreadsPerModel { get; init; }

    /// <summary>Limit for an encoded image, bytes.</summary>
    public int MaxImageBytes { get; init; } = 10 * 1024 * 1024;

    /// <summary>Limit for width times height.</summary>
    public long MaxImagePixels { get; init; } = 40_000_000;

    /// <summary>Native runs at the same time, over all models.</summary>
    public int MaxConcurrentRuns { get; init; } = Environment.ProcessorCount;

    /// <summary>Batch items that requests waiting for a run may put together; 1 to keep requests apart.</summary>
    public int MaxBatch { get; init; } = 4;

    /// <summary>
    /// How long a request waits for others to join it, also when it could run at once; no longer than until <see cref="MaxBatch"/> items
    /// are together.
    /// </summary>
    public TimeSpan BatchDelay { get; init; } = TimeSpan.Zero;
}
