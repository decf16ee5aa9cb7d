using System.Text.Json;
using Explain.Engine.Parameters;
using Explain.Engine.Vocabulary;
using Explain.Service.Caching;
using Explain.Service.Limits;
using Explain.Service.Problems;
using Explain.Service.Requests;

namespace Explain.Service.Explaining;

/// <summary>Answers with events: how far the answer is, the answer itself, or why there is none.</summary>
internal sealed class EventAnswers(AnswerSource answers, SendingMemory sending, TimeProvider clock, ILogger<EventAnswers> logger)
{
    /// <summary>After so much silence there is a line that says nothing.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    /// <summary>Answers a request. A failure before the first event is an ordinary one.</summary>
    /// <param name="request">The request.</param>
    /// <param name="question">What is asked.</param>
    public async Task<IResult> AnswerAsync(RequestFacts request, Question question)
    {
        var (http, stream) = (request.Http, new EventStream(request.Http, sending));
        try
        {
            await WriteAsync(request, question, stream);
        }
        catch (Exception e) when (http.Response.HasStarted && (!http.RequestAborted.IsCancellationRequested || RequestTime.IsOver(http)))
        {
            var problem = RequestTime.IsOver(http) ? Problem.Of(504, RequestTime.Over) : Failures.Report(http, e, logger);
            await stream.WriteAsync("problem", ProblemWriter.Bytes(http, problem), CancellationToken.None);
        }
        return TypedResults.Empty;
    }

    private async Task WriteAsync(RequestFacts request, Question question, EventStream stream)
    {
        var aborted = request.Http.RequestAborted;
        var watch = new AnswerWatch(question.Parameters.Output.Include.HasFlag(AnswerParts.Map));
        var answering = answers.GetAsync(request, question, watch);
        var (last, pause) = (clock.GetTimestamp(), Step);
        while (!answering.IsCompleted && !aborted.IsCancellationRequested)
        {
            await Task.WhenAny(answering, Task.Delay(pause, clock, aborted));
            if (answering.IsCompleted)
                break;
            var start = clock.GetTimestamp();
            if (watch.News() is { } news)
            {
                var data = JsonSerializer.SerializeToUtf8Bytes(news, Json.Options);
                var took = clock.GetElapsedTime(start) * AnswerWatch.Share;
                (last, pause) = (start, took > Step ? took : Step);
                await stream.WriteAsync("progress", data, aborted);
            }
            else if (clock.GetElapsedTime(last) >= Silence)
            {
                last = start;
                await stream.BeatAsync(aborted);
            }
        }

        var (answer, hit) = await answering;
        if (watch.News() is { } rest)
            await stream.WriteAsync("progress", JsonSerializer.SerializeToUtf8Bytes(rest with { Maps = null }, Json.Options), aborted);
        var headers = answers.Note(request, question, answer, hit).ToDictionary(h => h.Key, h => h.Value);
        await stream.WriteAsync("headers", JsonSerializer.SerializeToUtf8Bytes(headers, Json.Options), aborted);
        await stream.WriteAsync("answer", answer.Content, aborted);
    }
}
