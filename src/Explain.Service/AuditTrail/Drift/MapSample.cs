using Explain.Engine.Images;
using Explain.Evaluation.Clusters;
using Explain.Service.AuditTrail.Storage;
using Microsoft.EntityFrameworkCore;

namespace Explain.Service.AuditTrail.Drift;

/// <summary>A map that was kept.</summary>
/// <param name="Explanation">Id of its explanation.</param>
/// <param name="Target">The class that it explains; null where that is no class.</param>
/// <param name="Label">What is explained, where it has a label.</param>
/// <param name="Shares">As of <see cref="SmallMap"/>.</param>
internal sealed record SampledMap(string Explanation, int? Target, string? Label, float[] Shares);

/// <summary>Reads a sample of the maps that were kept: what it costs does not grow with the trail.</summary>
internal static class MapSample
{
    // 2016 maps at the most.
    private const int MostOfSlice = 84;

    /// <summary>The methods of which maps of a model are kept.</summary>
    public static async Task<List<string>> MethodsAsync(AuditTrailContext context, string model, CancellationToken cancellation)
    {
        // From one to the next in the index; DISTINCT would read all of it.
        var methods = new List<string>();
        for (var last = ""; ; last = methods[^1])
        {
            var next = await context
                .Maps.Where(m => m.Model == model && string.Compare(m.Method, last) > 0)
                .OrderBy(m => m.Method)
                .Select(m => m.Method)
                .FirstOrDefaultAsync(cancellation);
            if (next is null)
                return methods;
            methods.Add(next);
        }
    }

    /// <summary>When the first map was given; null when there is none.</summary>
    public static async Task<DateTime?> BeginningAsync(AuditTrailContext context, MapQuestion question, CancellationToken cancellation) =>
        await question.Narrow(context.Maps).OrderBy(m => m.ExplanationId).Select(m => m.ExplanationId).FirstOrDefaultAsync(cancellation)
            is { } id
            ? Period.TimeOf(id)
            : null;

    /// <summary>Maps of a period, the newest ones of each slice of it; oldest first.</summary>
    public static async Task<IReadOnlyList<SampledMap>> ReadAsync(
        AuditTrailContext context,
        MapQuestion question,
        Period? period,
        CancellationToken cancellation
    )
    {
        var (maps, busy) = (new List<SampledMap>(), new List<Slice>());
        foreach (var slice in period?.Slices() ?? [])
        {
            var found = await ReadAsync(context, question, slice, (0, MostOfSlice), cancellation);
            maps.AddRange(found);
            if (found.Count == MostOfSlice)
                busy.Add(slice);
        }
        // What quiet slices leave is for busy ones.
        var more = busy.Count == 0 ? 0 : (MostOfSlice * Period.SliceCount - maps.Count) / busy.Count;
        foreach (var slice in more == 0 ? [] : busy)
            maps.AddRange(await ReadAsync(context, question, slice, (MostOfSlice, more), cancellation));
        return [.. maps.OrderBy(m => m.Explanation, StringComparer.Ordinal)];
    }

    private static async Task<List<SampledMap>> ReadAsync(
        AuditTrailContext context,
        MapQuestion question,
        Slice slice,
        (int Skip, int Take) page,
        CancellationToken cancellation
    )
    {
        var rows = await question
            .Narrow(context.Maps)
            .Where(m => string.Compare(m.ExplanationId, slice.Low) >= 0 && string.Compare(m.ExplanationId, slice.High) < 0)
            .OrderByDescending(m => m.ExplanationId)
            .ThenBy(m => m.Place)
            .Skip(page.Skip)
            .Take(page.Take)
            .Join(
                context.Targets,
                m => new { m.ExplanationId, m.Place },
                t => new { t.ExplanationId, t.Place },
                (m, t) => new { Map = m, t.TargetLabel }
            )
            .AsNoTracking()
            .ToListAsync(cancellation);
        return [.. rows.Select(r => Sampled(r.Map, r.TargetLabel))];
    }

    private static SampledMap Sampled(MapRow row, string? label)
    {
        var values = new QuantizedMap(row.Height, row.Width, row.Peak, row.Content).Values();
        return new SampledMap(
            row.ExplanationId,
            row.TargetIndex,
            label,
            SmallMap.Of(values, row.Height, row.Width, new Rect(0, 0, row.Width, row.Height))
        );
    }
}

/// <summary>Which maps.</summary>
/// <param name="Model">Of which model.</param>
/// <param name="Method">Of which method.</param>
/// <param name="Target">Of which class; null for all.</param>
internal sealed record MapQuestion(string Model, string Method, int? Target)
{
    /// <summary>Those among others.</summary>
    public IQueryable<MapRow> Narrow(IQueryable<MapRow> rows)
    {
        rows = rows.Where(m => m.Model == Model && m.Method == Method);
        return Target is { } target ? rows.Where(m => m.TargetIndex == target) : rows;
    }
}
