using Explain.Engine.Vocabulary;
using Explain.Service.Problems;
using Explain.Service.Security;

namespace Explain.Service.Requests;

/// <summary>What callers and the log get to know of an exception.</summary>
internal static class Failures
{
    /// <summary>Notes an exception in the log where it is worth a line, and says what its caller may read.</summary>
    public static Problem Report(HttpContext context, Exception exception, ILogger logger)
    {
        var problem = Describe(context, exception);
        if (problem.Status == 500)
            logger.LogError(exception, "Request {RequestId} failed", context.TraceIdentifier);
        // What the native library said is for whoever runs the service.
        else if (exception is ExplainException { InnerException: { } cause })
            logger.LogInformation("Request {RequestId} was refused because of: {Cause}", context.TraceIdentifier, cause.Message);
        return problem;
    }

    private static Problem Describe(HttpContext context, Exception exception) =>
        exception switch
        {
            // Its message lists the models there are.
            ExplainException { Error: ExplainError.ModelNotFound } when context.User.Models().Count > 0 => Problem.Of(
                ExplainError.ModelNotFound,
                "no model of this name is served"
            ),
            ExplainException known => Problem.Of(known),
            ProblemException known => known.Problem,
            BadHttpRequestException bad => Problem.Of(bad.StatusCode, bad.Message),
            _ => Problem.Of(500, null),
        };
}
