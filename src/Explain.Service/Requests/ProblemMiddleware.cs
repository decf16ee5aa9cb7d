using Explain.Service.Problems;

namespace Explain.Service.Requests;

/// <summary>
/// Turns whatever goes wrong into an answer of the protocol in use. The framework's own problem details are not used: they write plain text
/// or nothing at all to callers that accept images only.
/// </summary>
internal sealed class ProblemMiddleware(RequestDelegate next, ILogger<ProblemMiddleware> logger)
{
    private const int ClientClosedRequest = 499;

    public async Task InvokeAsync(HttpContext context)
    {
        // Taken here: further in, the deadline has a token of its own under the same name.
        var (response, callerLeft) = (context.Response, context.RequestAborted);
        try
        {
            await next(context);
            if (response is { HasStarted: false, StatusCode: >= 400, ContentLength: null, ContentType: null })
                await WriteAsync(context, Problem.Of(response.StatusCode, Hint(context)), callerLeft);
        }
        catch (Exception) when (callerLeft.IsCancellationRequested)
        {
            // Nobody is there to read an answer, and nothing is wrong here.
            if (response.HasStarted)
                context.Features.Set(Problem.Of(ClientClosedRequest, null));
            else
                response.StatusCode = ClientClosedRequest;
        }
        catch (Exception exception) when (!response.HasStarted)
        {
            await WriteAsync(context, Failures.Report(context, exception, logger), callerLeft);
        }
    }

    private static async Task WriteAsync(HttpContext context, Problem problem, CancellationToken callerLeft)
    {
        try
        {
            await ProblemWriter.WriteAsync(context, problem);
        }
        catch (OperationCanceledException) when (callerLeft.IsCancellationRequested)
        {
            // The caller did not wait for the answer.
        }
    }

    private static string? Hint(HttpContext context) =>
        context.Response.StatusCode switch
        {
            404 => "There is nothing at this address; /swagger lists what there is.",
            405 => $"This address does not answer {context.Request.Method}; allowed: {context.Response.Headers.Allow}",
            504 => RequestTime.Over,
            _ => null,
        };
}
