using System.Globalization;
using Explain.Engine;
using Explain.Engine.Models;
using Explain.Service.Caching;
using Explain.Service.Limits;
using Explain.Service.Trail;

namespace Explain.Service.Explaining;

/// <summary>Where answers come from: the cache, or a turn of their own. Explanations go into the trail either way.</summary>
internal sealed class AnswerSource(ModelCatalogue catalogue, RunGate gate, ImageRoom room, AnswerCache cache, TrailRecorder trail, TimeProvider clock)
{
    /// <summary>Refuses a request before its body is read, when its answer cannot come from the cache and there is no turn for it either.</summary>
    /// <param name="model">A model of the catalogue.</param>
    /// <exception cref="ExplainException"><see cref="ExplainError.Overloaded"/>.</exception>
    public void RefuseWhenFull(string model)
    {
        if (!cache.On) gate.RefuseWhenFull(model);
    }

    /// <summary>Answers a request.</summary>
    /// <param name="context">The request; it may be over while the computation goes on for others.</param>
    /// <param name="question">What is asked.</param>
    /// <param name="compute">Computes the answer. The token ends when nobody waits for it any more.</param>
    public async Task<IResult> AnswerAsync(HttpContext context, Question question, Func<CancellationToken, Task<CachedAnswer>> compute)
    {
        var start = clock.GetTimestamp();
        var (answer, hit) = await cache.GetAsync(question, ending => InTurnAsync(question, compute, ending), context.RequestAborted);
        var headers = context.Response.Headers;
        foreach (var (name, value) in answer.Headers) headers[name] = value;
        if (hit is { } found) headers["X-Cache"] = found ? "hit" : "miss";
        AnswerHeaders.SetCommon(context.Response, hit == true
            ? string.Create(CultureInfo.InvariantCulture, $"cache;desc=hit;dur={clock.GetElapsedTime(start).TotalMilliseconds:0.###}") : AnswerHeaders.Describe(answer.Timings));
        if (answer.Facts is { } facts) trail.Record(context, facts, (question.ImageDigest, question.Image.Length), hit == true, (answer.Content, answer.MediaType));
        return TypedResults.Bytes(answer.Content, answer.MediaType);
    }

    private async Task<(CachedAnswer Answer, bool Keep)> InTurnAsync(Question question, Func<CancellationToken, Task<CachedAnswer>> compute, CancellationToken ending)
    {
        using var turn = await gate.EnterAsync(question.Model.Name, ending);
        using var place = await room.ReserveAsync(question.Image, ending);
        var answer = await compute(ending);
        return (answer, answer.Whole && IsStillServed(question.Model));
    }

    // Had the model been replaced meanwhile, the answer might be the successor's.
    private bool IsStillServed(ModelDescription model)
    {
        try
        {
            return ReferenceEquals(catalogue.Describe(model.Name), model);
        }
        catch (ExplainException)
        {
            return false;
        }
    }
}
