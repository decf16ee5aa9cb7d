using System.Security.Claims;
using Explain.Engine.Vocabulary;
using Explain.Service.AuditTrail.Storage;
using Explain.Service.Problems;
using Microsoft.EntityFrameworkCore;

namespace Explain.Service.AuditTrail;

/// <summary>Looks into the trail.</summary>
internal sealed class AuditTrailReader(
    AuditTrailDatabase database,
    AuditTrailAccess access,
    AuditTrailStatus status,
    ILogger<AuditTrailReader> logger
)
{
    /// <summary>The explanations of a page, and the first of the next, newest first.</summary>
    /// <exception cref="ProblemException">There is no trail, or its database does not answer.</exception>
    public Task<List<ExplanationRow>> ListAsync(AuditTrailQuery query, ClaimsPrincipal caller, CancellationToken cancellation) =>
        AskAsync(
            context =>
                query
                    .Narrow(access.Visible(caller, context.Explanations.AsNoTracking()))
                    .OrderByDescending(e => e.Id)
                    .Take(query.Limit + 1)
                    .Include(e => e.Targets)
                    .AsSplitQuery()
                    .ToListAsync(cancellation),
            cancellation
        );

    /// <summary>An explanation; null when there is none of this id that the caller may see.</summary>
    /// <exception cref="ProblemException">There is no trail, or its database does not answer.</exception>
    public Task<ExplanationRow?> FindAsync(string id, ClaimsPrincipal caller, CancellationToken cancellation) =>
        AskAsync(
            async context =>
                AuditTrailQuery.IsId(id)
                    ? await access
                        .Visible(caller, context.Explanations.AsNoTracking())
                        .Include(e => e.Targets)
                        .FirstOrDefaultAsync(e => e.Id == id, cancellation)
                    : null,
            cancellation
        );

    /// <summary>The bytes that were answered.</summary>
    /// <exception cref="ProblemException">There is no trail, or its database does not answer.</exception>
    public Task<PictureRow> ImageAsync(string digest, CancellationToken cancellation) =>
        AskAsync(context => context.Pictures.AsNoTracking().FirstAsync(p => p.Digest == digest, cancellation), cancellation);

    /// <summary>What operators did: a page, and the first of the next, newest first.</summary>
    /// <exception cref="ProblemException">There is no trail, or its database does not answer.</exception>
    public Task<List<AdminActionRow>> ActionsAsync(string? after, int limit, CancellationToken cancellation) =>
        AskAsync(
            context =>
                context
                    .AdminActions.AsNoTracking()
                    .Where(a => after == null || string.Compare(a.Id, after) < 0)
                    .OrderByDescending(a => a.Id)
                    .Take(limit + 1)
                    .ToListAsync(cancellation),
            cancellation
        );

    /// <summary>Deletes explanations, and the images that no other shows.</summary>
    /// <returns>How many explanations.</returns>
    /// <exception cref="ProblemException">There is no trail, or its database does not answer.</exception>
    public Task<int> DeleteAsync(AuditTrailQuery query, CancellationToken cancellation) =>
        AskAsync(context => AuditTrailDeletion.DeleteAsync(context, query.Narrow, cancellation), cancellation);

    /// <summary>Asks the database for something else.</summary>
    /// <exception cref="ProblemException">There is no trail, or its database does not answer.</exception>
    public async Task<T> AskAsync<T>(Func<AuditTrailContext, Task<T>> ask, CancellationToken cancellation)
    {
        try
        {
            await using var context = Open();
            return await ask(context);
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
        e is not (ProblemException or ExplainException) && !cancellation.IsCancellationRequested;

    private ProblemException Unavailable(Exception e)
    {
        logger.LogWarning("The trail could not be read: {Reason}", AuditTrailFailure.Of(e).Detail);
        return Unavailable();
    }

    private static ProblemException Unavailable() =>
        new(Problem.AuditTrailUnavailable("The database of the explanations does not answer just now; explaining goes on."));
}
