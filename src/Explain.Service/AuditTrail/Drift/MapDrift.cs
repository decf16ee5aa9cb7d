using Explain.Evaluation.Drift;
using Explain.Service.AuditTrail.Storage;

namespace Explain.Service.AuditTrail.Drift;

/// <summary>Maps of one model by one method: those of a period, and those of the week that they are compared with.</summary>
/// <param name="Question">Which maps.</param>
/// <param name="Recent">Those of the period.</param>
/// <param name="RecentPeriod">The period.</param>
/// <param name="Reference">Those that they are compared with.</param>
/// <param name="ReferencePeriod">When those were given; null when there are none from before the period.</param>
internal sealed record MapDrift(
    MapQuestion Question,
    IReadOnlyList<SampledMap> Recent,
    Period RecentPeriod,
    IReadOnlyList<SampledMap> Reference,
    Period? ReferencePeriod
)
{
    /// <summary>Reads them.</summary>
    /// <param name="context">The database.</param>
    /// <param name="question">Which maps.</param>
    /// <param name="recent">The period.</param>
    /// <param name="reference">When the week begins; null for the first map there is.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<MapDrift> ReadAsync(
        AuditTrailContext context,
        MapQuestion question,
        Period recent,
        DateTimeOffset? reference,
        CancellationToken cancellation
    )
    {
        var start = reference?.UtcDateTime ?? await MapSample.BeginningAsync(context, question, cancellation);
        var week = start is { } from ? Period.WeekFrom(from, recent.From) : null;
        return new MapDrift(
            question,
            await MapSample.ReadAsync(context, question, recent, cancellation),
            recent,
            await MapSample.ReadAsync(context, question, week, cancellation),
            week
        );
    }

    /// <summary>Sums them up.</summary>
    public DriftFigures Figures() => new(Question, Summary(Recent), Summary(Reference));

    /// <summary>Ids of the explanations of the period; first those whose maps have least in common with the reference's mean.</summary>
    /// <param name="reference">Of the reference.</param>
    public IEnumerable<string> Farthest(MapSummary reference) =>
        Recent
            .Select(m => (m.Explanation, Agreement: reference.Agreement(m.Shares)))
            .Where(m => m.Agreement is not null)
            .OrderBy(m => m.Agreement)
            .Select(m => m.Explanation)
            .Distinct();

    private static MapSummary Summary(IReadOnlyList<SampledMap> maps) => MapSummary.Of([.. maps.Select(m => m.Shares)]);
}

/// <summary>How far the maps of a model have drifted.</summary>
/// <param name="Question">Which maps.</param>
/// <param name="Recent">Those of the period.</param>
/// <param name="Reference">Those that they are compared with.</param>
internal sealed record DriftFigures(MapQuestion Question, MapSummary Recent, MapSummary Reference);
