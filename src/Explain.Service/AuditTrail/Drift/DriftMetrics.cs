using System.Diagnostics.Metrics;
using Explain.Engine.Telemetry;
using Explain.Evaluation.Drift;
using Explain.Service.Telemetry;

namespace Explain.Service.AuditTrail.Drift;

/// <summary>What was last seen of the drift of maps, for those who watch. Labels are names that are served and ids of tables.</summary>
internal sealed class DriftMetrics
{
    private volatile IReadOnlyList<DriftFigures> _last = [];

    public DriftMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(EngineTelemetry.Name);
        OfBoth("explain.maps", s => s.Maps);
        OfBoth("explain.map.constant.share", s => s.ConstantShare);
        OfBoth("explain.map.border.share", s => s.Figures?.Border);
        OfBoth("explain.map.entropy", s => s.Figures?.Entropy);
        Gauge("explain.map.centroid.shift", f => [Of(f.Recent.Shift(f.Reference), f)]);
        Gauge("explain.map.agreement", f => [Of(f.Recent.Agreement(f.Reference), f)]);

        void OfBoth(string name, Func<MapSummary, double?> figure) =>
            Gauge(name, f => [Of(figure(f.Recent), f, MetricTable.RecentPeriod), Of(figure(f.Reference), f, MetricTable.ReferencePeriod)]);

        void Gauge(string name, Func<DriftFigures, IEnumerable<Measurement<double>?>> read)
        {
            var row = MetricTable.Of(name);
            meter.CreateObservableGauge(name, () => _last.SelectMany(read).OfType<Measurement<double>>(), row.Unit, row.Meaning);
        }
    }

    /// <summary>Shows these from now on.</summary>
    public void Show(IReadOnlyList<DriftFigures> figures) => _last = figures;

    private static Measurement<double>? Of(double? value, DriftFigures figures, string? period = null) =>
        value is { } number
            ? new Measurement<double>(
                number,
                [
                    new("model", figures.Question.Model),
                    new("method", figures.Question.Method),
                    .. period is null ? Array.Empty<KeyValuePair<string, object?>>() : [new("period", period)],
                ]
            )
            : null;
}
