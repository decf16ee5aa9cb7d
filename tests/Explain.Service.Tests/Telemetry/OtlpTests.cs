using System.Collections.Concurrent;
using System.Text;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using static Explain.Service.Tests.Requests;

namespace Explain.Service.Tests.Telemetry;

/// <summary>Sending metrics and traces to a collector, over HTTP on a real socket.</summary>
public sealed class OtlpTests
{
    private static readonly (string, string)[] Hurry = [("OTEL_METRIC_EXPORT_INTERVAL", "300"), ("OTEL_BSP_SCHEDULE_DELAY", "100")];

    [Fact]
    public Task ACollectorOfTheSettingGetsMetricsAndTraces() => ArrivesAsync(url => new WatchedService([$"Otlp={url}"], Hurry));

    [Fact]
    public Task ACollectorOfTheStandardVariablesGetsThemToo() =>
        ArrivesAsync(url => new WatchedService(
            [],
            [.. Hurry, ("OTEL_EXPORTER_OTLP_ENDPOINT", url), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")]
        ));

    private static async Task ArrivesAsync(Func<string, WatchedService> start)
    {
        await using var collector = new Collector();
        await using var service = start(await collector.StartAsync());
        await service.InitializeAsync();
        var (trace, parent, header) = Spans.Parent();
        using var request = new HttpRequestMessage(HttpMethod.Post, ExplainRoute) { Content = Raw(TestImages.Png) };
        request.Headers.Add("traceparent", header);
        Assert.True((await service.Client.SendAsync(request, TestContext.Current.CancellationToken)).IsSuccessStatusCode);

        // resource_spans 1, scope_spans 2, spans 2: trace_id 1, parent_span_id 4, name 5; resource_metrics 1, scope_metrics 2, metrics 2:
        // name 1.
        await Wait.UntilAsync(
            () => collector.Texts("/v1/traces", 1, 2, 2, 5).Contains("POST /api/v1/models/{model}/explain"),
            "the server's span arrives"
        );
        string[] metrics =
        [
            "explain.requests",
            "explain.duration",
            "explain.stage.duration",
            "explain.models",
            "request_explain_seconds",
            "http.server.request.duration",
        ];
        await Wait.UntilAsync(() => !metrics.Except(collector.Texts("/v1/metrics", 1, 2, 2, 1)).Any(), "the metrics arrive");
        string[] stages = ["decode", "preprocess", "queue", "run", "map", "draw", "encode"];
        Assert.Empty(stages.Except(collector.Texts("/v1/traces", 1, 2, 2, 5)));
        Assert.Contains(collector.Fields("/v1/traces", 1, 2, 2, 1), id => Convert.ToHexStringLower(id) == trace.ToHexString());
        Assert.Contains(collector.Fields("/v1/traces", 1, 2, 2, 4), id => Convert.ToHexStringLower(id) == parent.ToHexString());
        Assert.DoesNotContain("GET /healthz/startup", collector.Texts("/v1/traces", 1, 2, 2, 5));
    }

    private sealed class Collector : IAsyncDisposable
    {
        private readonly ConcurrentQueue<(string Path, byte[] Body)> _received = [];
        private readonly WebApplication _app;

        public Collector()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            _app = builder.Build();
            _app.MapPost("/v1/{signal}", async (HttpContext context) =>
            {
                Assert.Equal("application/x-protobuf", context.Request.ContentType);
                using var body = new MemoryStream();
                await context.Request.Body.CopyToAsync(body);
                _received.Enqueue((context.Request.Path, body.ToArray()));
                return Results.Bytes([], "application/x-protobuf");
            });
        }

        public async Task<string> StartAsync()
        {
            await _app.StartAsync();
            return _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        }

        public IReadOnlyList<string> Texts(string path, params int[] fields) =>
            [.. Fields(path, fields).Select(Encoding.UTF8.GetString).Distinct()];

        /// <summary>The fields at a place of the messages that arrived at an address.</summary>
        public IEnumerable<byte[]> Fields(string path, params int[] fields) =>
            fields.Aggregate(_received.Where(r => r.Path == path).Select(r => r.Body), (messages, field) =>
                messages.SelectMany(m => Field(m, field))
            );

        public ValueTask DisposeAsync() => _app.DisposeAsync();

        private static List<byte[]> Field(byte[] message, int number)
        {
            var input = new CodedInputStream(message);
            var found = new List<byte[]>();
            while (input.ReadTag() is var tag and not 0)
            {
                if (WireFormat.GetTagFieldNumber(tag) == number)
                    found.Add(input.ReadBytes().ToByteArray());
                else
                    input.SkipLastField();
            }
            return found;
        }
    }
}
