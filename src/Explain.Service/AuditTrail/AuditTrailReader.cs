using Explain.Service.AuditTrail.Storage;
using Explain.Service.Problems;
using Microsoft.EntityFrameworkCore;

namespace Explain.Service.AuditTrail;

/// <summary>Looks into the trail.</summary>
internal sealed class AuditTrailReader(AuditTrailDatabase database, AuditTrailStatus status, ILogger<AuditTrailReader> logger)
{
    /// <summary>The explanations of a page, and the first of the next, newest first.</summary>
    /// <exception cref="ProblemException">There is no trail, or its database does not answer.</exception>
    public async Task<IReadOnlyList<ExplanationRow>> ListAsync(AuditTrailQuery query, CancellationToken cancellation)
    {
        try
        {
            await using var context = Open();
            return await query
                .Narrow(context.Explanations.AsNoTracking())
                .OrderByDescending(e => e.Id)
                .Take(query.Limit + 1)
                .Include(e => e.Targets)
                .AsSplitQuery()
                .ToListAsync(cancellation);
        }
        catch (Exception e) when (IsOfTheDatabase(e, cancellation))
        {
            throw Unavailable(e);
        }
    }

    /// <summary>An explanation; null when there is none of this id.</summary>
    /// <exception cref="ProblemException">There is no trail, or its database does not answer.</exception>
    public async Task<ExplanationRow?> FindAsync(string id, CancellationToken cancellation)
    {
        try
        {
            await using var context = Open();
            return AuditTrailQuery.IsId(id)
                ? await context.Explanations.AsNoTracking().Include(e => e.Targets).FirstOrDefaultAsync(e => e.Id == id, cancellation)
                : null;
        }
        catch (Exception e) when (IsOfTheDatabase(e, cancellation))
        {
            throw Unavailable(e);
        }
    }

    /// <summary>The bytes that were answered.</summary>
    /// <exception cref="ProblemException">There is no trail, or its database does not answer.</exception>
    public async Task<PictureRow> ImageAsync(string digest, CancellationToken cancellation)
    {
        try
        {
            await using var context = Open();
            return await context.Pictures.AsNoTracking().FirstAsync(p => p.Digest == digest, cancellation);
        }
        catch (Exception e) when (IsOfTheDatabase(e, cancellation))
        {
            throw Unavailable(e);
        }
    }

    private AuditTrailContext Open()
    {
        if (status.Off is { } reason)
        {
            throw new ProblemException(
                Problem.ExplanationNotFound(
                    $"Explanations are not written down here ({reason}); Explain:Store=sqlite or postgres switches that on."
                )
            );
        }

        return status.State == "opening" ? throw Unavailable() : database.Open();
    }

    private static bool IsOfTheDatabase(Exception e, CancellationToken cancellation) =>
        e is not ProblemException && !cancellation.IsCancellationRequested;

    private ProblemException Unavailable(Exception e)
    {
        logger.LogWarning("The trail could not be read: {Reason}", AuditTrailFailure.Of(e).Detail);
        return Unavailable();
    }

    private static ProblemException Unavailable() =>
        new(Problem.AuditTrailUnavailable("The database of the explanations does not answer just now; explaining goes on."));
}
