using Explain.Service.AuditTrail.Storage;
using Microsoft.EntityFrameworkCore;

namespace Explain.Service.AuditTrail;

/// <summary>Deletes explanations with the images that nothing else shows, a little at a time: answers are written down meanwhile.</summary>
internal static class AuditTrailDeletion
{
    private const int AtOnce = 500;

    /// <summary>Deletes them.</summary>
    /// <param name="context">The database.</param>
    /// <param name="narrow">Leaves those that are to go.</param>
    /// <param name="cancellation">Ends it between two steps.</param>
    /// <returns>How many explanations.</returns>
    public static async Task<int> DeleteAsync(
        AuditTrailContext context,
        Func<IQueryable<ExplanationRow>, IQueryable<ExplanationRow>> narrow,
        CancellationToken cancellation
    )
    {
        for (var deleted = 0; ; )
        {
            var rows = await narrow(context.Explanations.AsNoTracking())
                .OrderBy(e => e.Id)
                .Take(AtOnce)
                .Select(e => new { e.Id, e.PictureDigest })
                .ToListAsync(cancellation);
            if (rows.Count == 0)
                return deleted;
            var ids = rows.Select(r => r.Id).ToArray();
            deleted += await context.Explanations.Where(e => ids.Contains(e.Id)).ExecuteDeleteAsync(cancellation);
            foreach (var digest in rows.Select(r => r.PictureDigest).OfType<string>().Distinct())
                await DeleteImageAsync(context, digest, cancellation);
        }
    }

    private static async Task DeleteImageAsync(AuditTrailContext context, string digest, CancellationToken cancellation)
    {
        try
        {
            await context
                .Pictures.Where(p => p.Digest == digest && !context.Explanations.Any(e => e.PictureDigest == digest))
                .ExecuteDeleteAsync(cancellation);
        }
        catch (Exception e) when (AuditTrailFailure.Of(e).OfTheData)
        {
            // An answer that was just written down shows it.
        }
    }
}
