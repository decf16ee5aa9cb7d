using Explain.Engine.Telemetry;
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
        var (answer, hit) = await GetAsync(request, question, null);
        var response = request.Http.Response;
        foreach (var (name, value) in Note(request, question, answer, hit))
            response.Headers[name] = value;
        AnswerHeaders.SetCommon(response);
        // What the cache keeps is in memory all the same.
        return hit ? TypedResults.Bytes(answer.Content, answer.MediaType) : sending.Bytes(request.Http, answer.Content, answer.MediaType);
    }

    /// <summary>Finds an answer, or makes it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="question">What is asked.</param>
    /// <param name="watch">Watches it being made; it sees nothing where the answer is made for somebody who asked before.</param>
    /// <returns>The answer, and whether it was made for somebody else.</returns>
    public async Task<(CachedAnswer Answer, bool Hit)> GetAsync(RequestFacts request, Question question, IRunWatch? watch)
    {
        var (start, deadline, run) = (clock.GetTimestamp(), request.Deadline, request.Run() with { Watch = watch });
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
        return (answer, hit);
    }

    /// <summary>Writes an answer into the audit trail.</summary>
    /// <returns>The headers that go with it.</returns>
    public IEnumerable<KeyValuePair<string, string>> Note(RequestFacts request, Question question, CachedAnswer answer, bool hit)
    {
        List<KeyValuePair<string, string>> headers = [.. answer.Headers, new(AnswerHeader.Cache, AnswerHeader.CacheState(hit))];
        if (answer.Facts is { } facts && trail.Record(request, facts, question.Input, hit, (answer.Content, answer.MediaType)) is { } link)
            headers.Add(new(AnswerHeader.Explanation, link));
        return headers;
    }
}
