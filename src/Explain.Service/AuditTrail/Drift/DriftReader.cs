using Explain.Engine.Vocabulary;
using Explain.Service.AuditTrail.Storage;
using Explain.Service.Problems;

namespace Explain.Service.AuditTrail.Drift;

/// <summary>What is known of the drift of maps.</summary>
/// <param name="Maps">The maps.</param>
/// <param name="Clusters">Those of all classes that are alike.</param>
/// <param name="ClassClusters">Those of a class that are alike.</param>
internal sealed record DriftAnswer(MapDrift Maps, IReadOnlyList<DriftCluster> Clusters, IReadOnlyList<DriftCluster> ClassClusters);

/// <summary>Answers questions about the drift of maps, one at a time: each takes a processor for a while.</summary>
internal sealed class DriftReader(AuditTrailReader trail, AuditTrailSettings settings, TimeProvider clock) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>The maps of a question, and those that they are compared with.</summary>
    /// <exception cref="ExplainException"><see cref="ExplainError.InvalidParameter"/>.</exception>
    /// <exception cref="ProblemException">There are no such maps, or the database does not answer.</exception>
    public async Task<DriftAnswer> ReadAsync(AuditTrailQuery query, CancellationToken cancellation)
    {
        var model = query.Model ?? throw ExplainException.Parameter("model", "give the name of a model");
        var period = PeriodOf(query);
        await _turn.WaitAsync(cancellation);
        try
        {
            var drift = await trail.AskAsync(
                async context =>
                {
                    var method = query.Method ?? await OnlyMethodAsync(context, model, cancellation);
                    var question = new MapQuestion(model, method, query.Target);
                    return await MapDrift.ReadAsync(context, question, period, settings.MapsReference, cancellation);
                },
                cancellation
            );
            if (drift.Recent.Count + drift.Reference.Count == 0)
                throw NoMaps(model);
            return new DriftAnswer(drift, DriftCluster.OfAll(drift, cancellation), DriftCluster.OfClasses(drift, cancellation));
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task<string> OnlyMethodAsync(AuditTrailContext context, string model, CancellationToken cancellation) =>
        await MapSample.MethodsAsync(context, model, cancellation) switch
        {
            [var only] => only,
            [] => throw NoMaps(model),
            var several => throw ExplainException.Parameter(
                "method",
                $"maps of several methods are kept; give one: {string.Join(", ", several)}"
            ),
        };

    private ProblemException NoMaps(string model) =>
        new(
            Problem.ExplanationNotFound(
                settings.Maps
                    ? $"No such map of '{Spelling.Shown(model)}' is kept, of this period or of the reference; one that was just given may "
                        + "appear in a moment."
                    : "Maps are not kept here; Explain:Store:Maps=true keeps those of answers to come."
            )
        );

    private Period PeriodOf(AuditTrailQuery query)
    {
        var to = Later(query.To ?? clock.GetUtcNow().UtcDateTime, DateTime.UnixEpoch + Period.Recent);
        var from = Later(query.From ?? to - Period.Recent, DateTime.UnixEpoch);
        return from < to
            ? new Period(from, to)
            : throw ExplainException.Parameter("from", "a period ends after it begins: from is earlier than to, which is now unless given");
    }

    private static DateTime Later(DateTime a, DateTime b) => a > b ? a : b;
}
