using Explain.Engine.Catalogue;
using Explain.Engine.Vocabulary;
using Explain.Service.AuditTrail;
using Explain.Service.Caching;
using Explain.Service.Endpoints;
using Explain.Service.Limits;
using Explain.Service.Requests;
using Explain.Service.Telemetry;

namespace Explain.Service.Explaining;

/// <summary>Where answers come from: the cache, or a turn of their own. Explanations go into the trail either way.</summary>
internal sealed class AnswerSource(
    ModelCatalogue catalogue,
    AdmissionGate gate,
    ImageMemoryLimiter room,
    AnswerCache cache,
    AuditTrailRecorder trail,
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
    /// <param name="request">The request; it may be over while the computation goes on for others.</param>
    /// <param name="question">What is asked.</param>
    /// <param name="compute">Computes the answer with the model as it is served then. The token ends when nobody waits for it any
    /// more.</param>
    public async Task<IResult> AnswerAsync(
        RequestFacts request,
        Question question,
        Func<ModelLease, CancellationToken, Task<CachedAnswer>> compute
    )
    {
        var start = clock.GetTimestamp();
        var http = request.Http;
        var (answer, found) = await cache.GetAsync(question, ending => InTurnAsync(question, compute, ending), http.RequestAborted);
        var hit = found == true;
        if (found is not null)
            metrics.Cache(hit);
        request.CacheHit = hit;
        if (hit)
            (request.CacheTime, request.Method) = (clock.GetElapsedTime(start), answer.Method);

        foreach (var (name, value) in answer.Headers)
            http.Response.Headers[name] = value;
        http.Response.Headers[AnswerHeader.Cache] = AnswerHeader.CacheState(hit);
        AnswerHeaders.SetCommon(http.Response);
        if (answer.Facts is { } facts)
            trail.Record(request, facts, (question.ImageDigest, question.Image.Length), hit, (answer.Content, answer.MediaType));
        return TypedResults.Bytes(answer.Content, answer.MediaType);
    }

    private async Task<(CachedAnswer Answer, bool Keep)> InTurnAsync(
        Question question,
        Func<ModelLease, CancellationToken, Task<CachedAnswer>> compute,
        CancellationToken ending
    )
    {
        using var turn = await gate.EnterAsync(question.Model.Name, ending);
        using var place = await room.ReserveAsync(question.Image, ending);
        using var lease = catalogue.Borrow(question.Model.Name);
        var answer = await compute(lease, ending);
        // Had the model been replaced meanwhile, the answer would be the successor's.
        return (answer, answer.Whole && ReferenceEquals(lease.Description, question.Model));
    }
}
