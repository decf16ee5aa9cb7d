using Explain.Service.AuditTrail.Storage;
using Microsoft.EntityFrameworkCore;

namespace Explain.Service.AuditTrail;

/// <summary>Writes entries, all in one transaction.</summary>
internal static class AuditTrailBatch
{
    /// <summary>Writes them.</summary>
    /// <param name="database">The database.</param>
    /// <param name="entries">What is written.</param>
    /// <param name="again">Whether it was tried before: then some may be there, for a server that goes away can have done what it did not
    /// confirm.</param>
    /// <param name="cancellation">Ends the try.</param>
    public static async Task WriteAsync(
        AuditTrailDatabase database,
        IReadOnlyList<AuditTrailEntry> entries,
        bool again,
        CancellationToken cancellation
    )
    {
        await using var context = database.Open();
        await using var transaction = await context.Database.BeginTransactionAsync(cancellation);
        if (again)
            entries = await MissingAsync(context, entries, cancellation);
        ExplanationEntry[] explanations = [.. entries.OfType<ExplanationEntry>()];
        // In one order everywhere: instances that share a database wait for each other's images.
        foreach (
            var (image, row) in explanations
                .Where(e => e.Image is not null)
                .OrderBy(e => e.Row.PictureDigest, StringComparer.Ordinal)
                .Select(e => (e.Image!, e.Row))
        )
        {
            await context.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO pictures (digest, media_type, content, time)
                VALUES ({row.PictureDigest}, {row.MediaType}, {image}, {row.Time})
                ON CONFLICT (digest) DO UPDATE SET time = excluded.time
                """,
                cancellation
            );
        }
        context.Explanations.AddRange(explanations.Select(e => e.Row));
        context.AdminActions.AddRange(entries.OfType<AdminActionEntry>().Select(e => e.Row));
        await context.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
    }

    private static async Task<IReadOnlyList<AuditTrailEntry>> MissingAsync(
        AuditTrailContext context,
        IReadOnlyList<AuditTrailEntry> entries,
        CancellationToken cancellation
    )
    {
        var ids = entries.Select(e => e.Id).ToArray();
        var explanations = await context.Explanations.Where(e => ids.Contains(e.Id)).Select(e => e.Id).ToListAsync(cancellation);
        var actions = await context.AdminActions.Where(a => ids.Contains(a.Id)).Select(a => a.Id).ToListAsync(cancellation);
        return [.. entries.ExceptBy([.. explanations, .. actions], e => e.Id)];
    }
}
