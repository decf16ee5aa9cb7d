using System.Diagnostics;
using System.Diagnostics.Metrics;
using Explain.Engine.Catalogue;
using Explain.Engine.Telemetry;
using Explain.Service.Endpoints;
using Explain.Service.Requests;

namespace Explain.Service.Telemetry;

/// <summary>The metrics of requests. Every label has few values: names that are served, ids of tables, never what a caller wrote.</summary>
internal sealed class ServiceMetrics
{
    private static readonly InstrumentAdvice<double> RequestBoundaries = new()
    {
        HistogramBucketBoundaries = [.005, .01, .025, .05, .075, .1, .25, .5, .75, 1, 2.5, 5, 7.5, 10, 30],
    };

    private readonly Counter<long> _requests;
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _stages;
    private readonly Histogram<double> _queue;
    private readonly Counter<long> _cache;
    private readonly Histogram<double> _kservePreprocess;
    private readonly Histogram<double> _kserveExplain;
    private readonly Histogram<double> _kservePredict;
    private readonly Histogram<double> _kservePostprocess;

    public ServiceMetrics(IMeterFactory meters, ModelCatalogue catalogue, QueueLengths queues)
    {
        var meter = meters.Create(EngineTelemetry.Name);
        _requests = Counter("explain.requests");
        _duration = Histogram("explain.duration", RequestBoundaries);
        _stages = Histogram("explain.stage.duration", EngineTelemetry.PartBoundaries);
        _queue = Histogram("explain.queue.duration", EngineTelemetry.PartBoundaries);
        _cache = Counter("explain.cache.requests");
        // A counter that begins at its first request has no rate then.
        foreach (var result in new[] { AnswerHeader.Hit, AnswerHeader.Miss })
            _cache.Add(0, Tag("result", result));
        _kservePreprocess = Histogram("request_preprocess_seconds", RequestBoundaries);
        _kserveExplain = Histogram("request_explain_seconds", RequestBoundaries);
        _kservePredict = Histogram("request_predict_seconds", RequestBoundaries);
        _kservePostprocess = Histogram("request_postprocess_seconds", RequestBoundaries);
        Gauge("explain.models", () => States(catalogue));
        Gauge("explain.queue.length", () => Queues(catalogue, queues));

        Counter<long> Counter(string name)
        {
            var row = MetricTable.Of(name);
            return meter.CreateCounter<long>(name, row.Unit, row.Meaning);
        }

        Histogram<double> Histogram(string name, InstrumentAdvice<double> boundaries)
        {
            var row = MetricTable.Of(name);
            return meter.CreateHistogram(name, row.Unit, row.Meaning, null, boundaries);
        }

        void Gauge(string name, Func<IEnumerable<Measurement<int>>> read)
        {
            var row = MetricTable.Of(name);
            meter.CreateObservableGauge(name, read, row.Unit, row.Meaning);
        }
    }

    /// <summary>Counts a look-up in the cache.</summary>
    public void Cache(bool hit) => _cache.Add(1, Tag("result", AnswerHeader.CacheState(hit)));

    /// <summary>Counts a request that has ended.</summary>
    public void Request(RequestFacts request, Operation operation, string method, string outcome, TimeSpan duration)
    {
        var trace = request.Trace;
        _requests.Add(
            1,
            new TagList
            {
                { "model", trace.Model },
                { "method", method },
                { "operation", operation.Name },
                { "protocol", request.Protocol.Name },
                { "outcome", outcome },
            }
        );
        _duration.Record(duration.TotalSeconds, Tag("model", trace.Model), Tag("method", method), Tag("outcome", outcome));
        foreach (var stage in trace.Stages)
            _stages.Record(trace[stage].TotalSeconds, Tag("stage", StageClock.NameOf(stage)), Tag("model", trace.Model));
        if (trace[Stage.Queue] > TimeSpan.Zero)
            _queue.Record(trace[Stage.Queue].TotalSeconds, Tag("model", trace.Model));
        if (outcome == Outcome.Ok && trace[Stage.Run] > TimeSpan.Zero)
            AsKServe(operation, trace);
    }

    private void AsKServe(Operation operation, RequestTrace trace)
    {
        var model = Tag("model_name", trace.Model);
        _kservePreprocess.Record((trace[Stage.Decode] + trace[Stage.Preprocess]).TotalSeconds, model);
        (operation == Operation.Predict ? _kservePredict : _kserveExplain).Record(
            (trace[Stage.Run] + trace[Stage.Map]).TotalSeconds,
            model
        );
        _kservePostprocess.Record((trace[Stage.Draw] + trace[Stage.Encode]).TotalSeconds, model);
    }

    private static IEnumerable<Measurement<int>> States(ModelCatalogue catalogue)
    {
        var states = catalogue.Status.CountBy(m => m.State).ToDictionary();
        return Enum.GetValues<ModelState>()
            .Select(state => new Measurement<int>(
                states.GetValueOrDefault(state),
                Tag("state", state.ToString().ToLowerInvariant()),
                Tag("provider", catalogue.Provider)
            ));
    }

    private static IEnumerable<Measurement<int>> Queues(ModelCatalogue catalogue, QueueLengths queues) =>
        catalogue.Status.Select(m => new Measurement<int>(queues[m.Name], Tag("model", m.Name)));

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
