using Explain.Service.AuditTrail;
using Explain.Service.Caching;
using Explain.Service.Endpoints;
using Explain.Service.Limits;
using Explain.Service.Requests;
using Explain.Service.Telemetry;

namespace Explain.Service.Explaining;

/// <summary>Where answers come from: the cache, or a turn of their own. Explanations go into the audit trail either way.</summary>
internal sealed class AnswerSource(
    AnswerCache cache,
    AnswerMaker maker,
    AuditTrailRecorder trail,
    SendingMemory sending,
    ServiceMetrics metrics,
    TimeProvider clock
)
{
    /// <summary>Answers a request.</summary>
    /// <param name="request">The request; it may be over while the computation goes on for others.</param>
    /// <param name="question">What is asked.</param>
    public async Task<IResult> AnswerAsync(RequestFacts request, Question question)
    {
        var (start, deadline, run) = (clock.GetTimestamp(), request.Deadline, request.Run());
        var (answer, found) = await cache.GetAsync(
            question,
            ending => maker.MakeAsync(question, deadline, run with { Cancellation = ending }),
            run.Cancellation
        );
        var hit = found == true;
        if (found is not null)
            metrics.Cache(hit);
        request.CacheHit = hit;
        if (hit)
            (request.CacheTime, request.Method) = (clock.GetElapsedTime(start), answer.Method);

        var response = request.Http.Response;
        foreach (var (name, value) in answer.Headers)
            response.Headers[name] = value;
        response.Headers[AnswerHeader.Cache] = AnswerHeader.CacheState(hit);
        AnswerHeaders.SetCommon(response);
        if (answer.Facts is { } facts)
            trail.Record(request, facts, question.Input, hit, (answer.Content, answer.MediaType));
        // What the cache keeps is in memory all the same.
        return hit ? TypedResults.Bytes(answer.Content, answer.MediaType) : sending.Bytes(request.Http, answer.Content, answer.MediaType);
    }
}
