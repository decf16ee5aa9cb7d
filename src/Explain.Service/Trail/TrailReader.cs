using Explain.Service.Problems;
using Explain.Service.Trail.Storage;

namespace Explain.Service.Trail;

/// <summary>Lets callers look into the trail.</summary>
internal sealed class TrailReader(TrailDatabase database, TrailStatus status, ILogger<TrailReader> logger)
{
    /// <summary>Answers from the database.</summary>
    /// <exception cref="ProblemException">There is no trail, or its database does not answer.</exception>
    public async Task<IResult> ReadAsync(Func<TrailContext, CancellationToken, Task<IResult>> read, CancellationToken cancellation)
    {
        if (status.Off is { } reason)
        {
            throw new ProblemException(
                Problem.ExplanationNotFound(
                    $"Explanations are not written down here ({reason}); Explain:Store=sqlite or postgres switches that on."
                )
            );
        }

        if (status.State == "opening")
            throw Unavailable();
        try
        {
            await using var context = database.Open();
            return await read(context, cancellation);
        }
        catch (Exception e) when (e is not ProblemException && !cancellation.IsCancellationRequested)
        {
            logger.LogWarning("The trail could not be read: {Reason}", TrailFailure.Of(e).Detail);
            throw Unavailable();
        }
    }

    private static ProblemException Unavailable() =>
        new(Problem.StoreUnavailable("The database of the explanations does not answer just now; explaining goes on."));
}
