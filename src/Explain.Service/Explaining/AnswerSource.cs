using System.Globalization;
using Explain.Engine.Catalogue;
using Explain.Engine.Models;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;
using Explain.Service.Caching;
using Explain.Service.Limits;
using Explain.Service.Telemetry;
using Explain.Service.Trail;

namespace Explain.Service.Explaining;

/// <summary>Where answers come from: the cache, or a turn of their own. Explanations go into the trail either way.</summary>
internal sealed class AnswerSource(
    ModelCatalogue catalogue,
    AdmissionGate gate,
    ImageMemoryLimiter room,
    AnswerCache cache,
    TrailRecorder trail,
    ServiceMetrics metrics,
    TimeProvider clock
)
{
    /// <summary>
    /// Refuses a request before its body is read, when its answer cannot come from the cache and there is no turn for it either.
    /// </summary>
    /// <param name="model">A model of the catalogue.</param>
    /// <exception cref="ExplainException"><see cref="ExplainError.Overloaded"/>.</exception>
    public void RefuseWhenFull(string model)
    {
        if (!cache.On)
            gate.RefuseWhenFull(model);
    }

    /// <summary>Answers a request.</summary>
    /// <param name="context">The request; it may be over while the computation goes on for others.</param>
    /// <param name="question">What is asked.</param>
    /// <param name="compute">Computes the answer with the model as it is served then. The token ends when nobody waits for it any
    /// more.</param>
    public async Task<IResult> AnswerAsync(HttpContext context, Question question, Func<ModelLease, RunContext, Task<CachedAnswer>> compute)
    {
        var start = clock.GetTimestamp();
        var (answer, hit) = await cache.GetAsync(
            question,
            ending => InTurnAsync(question, compute, context.Run() with { Cancellation = ending }),
            context.RequestAborted
        );
        var headers = context.Response.Headers;
        foreach (var (name, value) in answer.Headers)
            headers[name] = value;
        headers["X-Cache"] = hit == true ? "hit" : "miss";
        if (hit is { } found)
            metrics.Cache(found);
        // Of an answer that is computed the stages are told.
        if (hit == true)
        {
            headers["Server-Timing"] = string.Create(
                CultureInfo.InvariantCulture,
                $"cache;desc=hit;dur={clock.GetElapsedTime(start).TotalMilliseconds:0.###}"
            );
        }

        AnswerHeaders.SetCommon(context.Response);
        if (answer.Facts is { } facts)
            trail.Record(context, facts, (question.ImageDigest, question.Image.Length), hit == true, (answer.Content, answer.MediaType));
        return TypedResults.Bytes(answer.Content, answer.MediaType);
    }

    private async Task<(CachedAnswer Answer, bool Keep)> InTurnAsync(
        Question question,
        Func<ModelLease, RunContext, Task<CachedAnswer>> compute,
        RunContext run
    )
    {
        using var turn = await gate.EnterAsync(question.Model.Name, run);
        using var place = await room.ReserveAsync(question.Image, run);
        using var lease = catalogue.Borrow(question.Model.Name);
        var answer = await compute(lease, run);
        // Had the model been replaced meanwhile, the answer would be the successor's.
        return (answer, answer.Whole && ReferenceEquals(lease.Description, question.Model));
    }
}
