using Explain.Service.AuditTrail.Storage;
using Explain.Service.Problems;

namespace Explain.Service.AuditTrail;

/// <summary>Lets callers look into the trail.</summary>
internal sealed class AuditTrailReader(AuditTrailDatabase database, AuditTrailStatus status, ILogger<AuditTrailReader> logger)
{
    /// <summary>Answers from the database.</summary>
    /// <exception cref="ProblemException">There is no trail, or its database does not answer.</exception>
    public async Task<IResult> ReadAsync(Func<AuditTrailContext, CancellationToken, Task<IResult>> read, CancellationToken cancellation)
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
            logger.LogWarning("The trail could not be read: {Reason}", AuditTrailFailure.Of(e).Detail);
            throw Unavailable();
        }
    }

    private static ProblemException Unavailable() =>
        new(Problem.AuditTrailUnavailable("The database of the explanations does not answer just now; explaining goes on."));
}
