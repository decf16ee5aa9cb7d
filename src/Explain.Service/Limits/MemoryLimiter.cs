using System.Threading.RateLimiting;
using Explain.Engine.Explaining;
using Explain.Engine.Images;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;

namespace Explain.Service.Limits;

/// <summary>
/// The memory for images, maps and answers: what a request will need is known from the header of its image and from its price, and requests
/// that together need more wait for each other.
/// </summary>
internal sealed class MemoryLimiter(LimitSettings settings, IImageCodec codec) : IDisposable
{
    private const long Mebi = 1 << 20;
    private const long Unit = 1 << 16;

    // RGB as decoded, resized for the model, and the model's floats.
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

    /// <summary>Waits until there is room for a request.</summary>
    /// <param name="price">What it takes.</param>
    /// <param name="images">Encoded images that are decoded one after the other; empty for none.</param>
    /// <param name="run">On whose behalf.</param>
    /// <exception cref="ExplainException">One is no image or too large, or what is answered is too large.</exception>
    public async Task<IDisposable> ReserveAsync(Price price, IReadOnlyList<ReadOnlyMemory<byte>> images, RunContext run)
    {
        var pixels = images.Select(image => codec.Measure(image, settings.MaxImagePixels)).DefaultIfEmpty(0).Max();
        var answer = price.MemoryFor(pixels);
        if (answer > settings.AnswerMemoryBytes)
        {
            throw new ExplainException(
                ExplainError.OverBudget,
                $"the {price.Maps} maps and their answer would take {answer / Mebi} MiB; allowed are "
                    + $"{settings.AnswerMemoryBytes / Mebi} MiB: ask for fewer targets, layers or methods, a smaller "
                    + "size, or fewer parts of the answer"
            );
        }

        var units = Math.Min(Units(pixels * BytesPerPixel + answer), Units(settings.ImageMemoryBytes));
        if (_limiter.AttemptAcquire(units) is { IsAcquired: true } free)
            return free;
        using var wait = new QueueWait(run.Trace);
        return await _limiter.AcquireAsync(units, run.Cancellation);
    }

    /// <inheritdoc/>
    public void Dispose() => _limiter.Dispose();

    private static int Units(long bytes) => (int)((bytes + Unit - 1) / Unit);
}
