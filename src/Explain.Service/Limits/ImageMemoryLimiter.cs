using System.Threading.RateLimiting;
using Explain.Engine.Images;
using Explain.Engine.Telemetry;

namespace Explain.Service.Limits;

/// <summary>
/// The memory for images: what a request will need is known from the header of its image, and requests whose images together need
/// more wait for each other.
/// </summary>
internal sealed class ImageMemoryLimiter(LimitSettings settings, IImageCodec codec) : IDisposable
{
    private const long Unit = 1 << 20;

    // RGB as decoded, the same to be drawn on, and one float for the heat.
    private const int BytesPerPixel = 3 + 3 + 4;

    private readonly ConcurrencyLimiter _limiter = new(
        new ConcurrencyLimiterOptions
        {
            PermitLimit = Units(settings.ImageMemoryBytes),
            // Those that wait have a turn already, of which there are few.
            QueueLimit = int.MaxValue,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        }
    );

    /// <summary>Waits until there is room for the largest of some images that are decoded one after the other.</summary>
    /// <param name="images">Encoded images, one or more.</param>
    /// <param name="run">On whose behalf.</param>
    /// <exception cref="Engine.Vocabulary.ExplainException">One is no image, or too large.</exception>
    public async Task<IDisposable> ReserveAsync(IReadOnlyList<ReadOnlyMemory<byte>> images, RunContext run)
    {
        var pixels = images.Max(image => codec.Measure(image, settings.MaxImagePixels));
        var units = Math.Min(Units(pixels * BytesPerPixel), Units(settings.ImageMemoryBytes));
        if (_limiter.AttemptAcquire(units) is { IsAcquired: true } free)
            return free;
        using var wait = new QueueWait(run.Trace);
        return await _limiter.AcquireAsync(units, run.Cancellation);
    }

    /// <inheritdoc/>
    public void Dispose() => _limiter.Dispose();

    private static int Units(long bytes) => (int)((bytes + Unit - 1) / Unit);
}
