using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Explain.Testing;
using static Explain.Service.Tests.Events.Events;
using static Explain.Service.Tests.Requests;

namespace Explain.Service.Tests.Events;

/// <summary>Answers as events, on real sockets.</summary>
public sealed class EventTests(EventTests.Process process) : IClassFixture<EventTests.Process>
{
    private const string Tiny = "/api/v1/models/tiny/explain";
    private const string Slow = "/api/v1/models/slow/explain";

    [Theory]
    [InlineData("explain?method=gradcam&seed=1")]
    [InlineData("explain?method=saliency&target=0,1")]
    [InlineData("explain?method=scorecam")]
    [InlineData("explain?method=ablationcam&target=top:2")]
    [InlineData("explain?method=occlusion")]
    [InlineData("explain?method=rise&samples=500&target=0,2")]
    [InlineData("explain?method=aise")]
    [InlineData("explain?method=lime&samples=100")]
    [InlineData("explain?method=kernelshap&samples=100")]
    [InlineData("explain?method=smoothgrad&target=1")]
    [InlineData("explain?method=integrated-gradients&include=boxes")]
    [InlineData("compare?methods=gradcam,rise&samples=300")]
    public async Task TheAnswerIsThatOfJsonAfterHowFarItIs(string path)
    {
        path = $"/api/v1/models/tiny/{path}";
        using var response = await process.Client.StreamAsync(path);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("no", response.Headers.GetValues("X-Accel-Buffering").Single());
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
        Assert.Contains("Accept", response.Headers.Vary);
        Assert.Empty(response.Content.Headers.ContentEncoding);
        var events = await AllAsync(response);
        var progress = events.Where(e => e.Name == "progress").Select(e => Parsed(e.Data)).ToArray();
        Assert.NotEmpty(progress);
        Assert.Equal([.. Enumerable.Repeat("progress", progress.Length), "headers", "answer"], events.Select(e => e.Name));
        var done = progress.Select(p => p.GetProperty("done").GetInt64()).ToArray();
        Assert.Equal(done.Order(), done);
        Assert.All(progress, p => Assert.InRange(p.GetProperty("done").GetInt64(), 1, p.GetProperty("of").GetInt64()));
        Assert.Equal("miss", Parsed(events[^2].Data).GetProperty("X-Cache").GetString());

        var json = await process.Client.SendAsync(path, Raw(TestImages.Png), "application/json");

        Assert.Equal("hit", json.Headers.GetValues("X-Cache").Single());
        Assert.Equal(await json.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), events[^1].Data);
        Assert.Equal(json.Headers.GetValues("X-Explain-Id").Single(), Parsed(events[^2].Data).GetProperty("X-Explain-Id").GetString());
    }

    [Fact]
    public async Task AnAnswerOfTheCacheComesAtOnceAndIsWrittenDown()
    {
        var json = await process.Client.SendAsync($"{Tiny}?target=2", Raw(TestImages.Png), "application/json");
        using var response = await process.Client.StreamAsync($"{Tiny}?target=2");
        var events = await AllAsync(response);

        Assert.Equal(["headers", "answer"], events.Select(e => e.Name));
        Assert.Equal(await json.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), events[1].Data);
        Assert.Equal("hit", Parsed(events[0].Data).GetProperty("X-Cache").GetString());
        var kept = Parsed(events[0].Data).GetProperty("X-Explanation").GetString()!;
        await Wait.UntilAsync(
            async () => (await process.Client.GetAsync(kept, TestContext.Current.CancellationToken)).StatusCode == HttpStatusCode.OK,
            "it is written down"
        );
        var entry = await (await process.Client.GetAsync(kept, TestContext.Current.CancellationToken)).JsonAsync();
        Assert.Equal(response.Headers.GetValues("X-Request-Id").Single(), entry.GetProperty("requestId").GetString());
        Assert.Equal("application/json", entry.GetProperty("mediaType").GetString());
    }

    [Fact]
    public async Task MapsGrowAndTheWorkEndsWithItsCaller()
    {
        using var leaving = new CancellationTokenSource();
        var (id, grown) = ("", default(JsonElement));
        using (var response = await process.Client.StreamAsync($"{Slow}?method=rise&samples=100000&seed=7", null, leaving.Token))
        {
            id = response.Headers.GetValues("X-Request-Id").Single();
            await foreach (var (name, data) in ReadAsync(response))
            {
                Assert.Equal("progress", name);
                if (!Parsed(data).TryGetProperty("maps", out var maps))
                    continue;
                grown = maps.EnumerateArray().Single();
                break;
            }
            await leaving.CancelAsync();
        }

        await Wait.UntilAsync(() => process.Lines.Any(l => l.Contains(id, StringComparison.Ordinal)), "the request is over");
        var line = process.Lines.Single(l => l.Contains(id, StringComparison.Ordinal));
        Assert.True(line.Contains(" 499 ", StringComparison.Ordinal) && line.Contains("Outcome=canceled", StringComparison.Ordinal), line);
        Assert.Equal(0, grown.GetProperty("explanation").GetInt32());
        Assert.Equal(100000, grown.GetProperty("partial").GetProperty("of").GetInt32());
        await AssertIsOfTheFirstSamplesAsync(grown);
        // What is over runs no more: all that is run until the next answer is one pass.
        var runs = await process.RunsAsync("slow");
        await process.Client.SendAsync($"{Slow}?method=cam&seed=8", Raw(TestImages.Png));
        Assert.Equal(runs + 1, await process.RunsAsync("slow"));
    }

    [Fact]
    public async Task ADeadlineEndsAMethodWithWhatItHas()
    {
        using var response = await process.Client.StreamAsync($"{Tiny}?method=rise&samples=100000&deadline=1&seed=3");
        var events = await AllAsync(response);
        var partial = Parsed(events[^1].Data).GetProperty("explanations")[0].GetProperty("partial");
        Assert.Equal(
            $"{partial.GetProperty("done").GetInt32()}/100000",
            Parsed(events[^2].Data).GetProperty("X-Explain-Partial").GetString()
        );
        Assert.InRange(Parsed(events[^3].Data).GetProperty("done").GetInt64(), 1, 99_999);
    }

    [Theory]
    [InlineData(Tiny + "?method=nix", 400, "invalid-parameter")]
    [InlineData(Tiny + "?target=77", 422, "target-out-of-range")]
    [InlineData("/api/v1/models/nix/explain", 404, "model-not-found")]
    [InlineData(Tiny + "?method=rise&samples=9999999", 400, "invalid-parameter")]
    [InlineData("/api/v1/models/tiny/predict", 406, "not-acceptable")]
    public async Task WhatFailsBeforeTheFirstEventHasItsOwnStatus(string path, int status, string slug)
    {
        using var response = await process.Client.StreamAsync(path);
        await response.ProblemAsync(status, slug);
    }

    [Fact]
    public async Task ABrokenImageHasItsOwnStatus()
    {
        using var response = await process.Client.StreamAsync($"{Tiny}?method=rise&samples=100000", TestImages.Png[..^40]);
        await response.ProblemAsync(422, "image-corrupt");
    }

    [Fact]
    public async Task AFormatThatIsAskedForWinsOverTheHeader()
    {
        using var response = await process.Client.StreamAsync($"{Tiny}?format=json");
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("*/*", "image/png")]
    [InlineData("text/event-stream;q=0.5, application/json", "application/json")]
    [InlineData("application/json;q=0.5, text/event-stream", MediaType)]
    public async Task EventsComeWhereTheyAreLikedBest(string accept, string type) =>
        Assert.Equal(type, (await process.Client.SendAsync(Tiny, Raw(TestImages.Png), accept)).Content.Headers.ContentType?.MediaType);

    [Fact]
    public async Task AFailureAfterTheFirstEventIsTheLastOne()
    {
        await using var hurried = await Process.StartAsync("--Explain:RequestTimeoutSeconds=5");
        const string Endless = $"{Slow}?method=integrated-gradients&quadrature=riemann-middle&target=0,1,2";
        await hurried.Client.SendAsync($"{Endless}&samples=2", Raw(TestImages.Png));
        // Of which nothing can be answered in part.
        using var response = await hurried.Client.StreamAsync($"{Endless}&samples=100000");
        var events = await AllAsync(response);
        Assert.Equal("problem", events[^1].Name);
        Assert.All(events.SkipLast(1), e => Assert.Equal("progress", e.Name));
        var (problem, id) = (Parsed(events[^1].Data), response.Headers.GetValues("X-Request-Id").Single());
        Assert.EndsWith("deadline-exceeded", problem.GetProperty("type").GetString(), StringComparison.Ordinal);
        Assert.Equal((504, id), (problem.GetProperty("status").GetInt32(), problem.GetProperty("requestId").GetString()));
        await Wait.UntilAsync(() => hurried.Lines.Any(l => l.Contains(id, StringComparison.Ordinal)), "the request is over");
        Assert.Contains(hurried.Lines, l =>
            l.Contains(" 504 ", StringComparison.Ordinal) && l.Contains("Outcome=deadline", StringComparison.Ordinal)
        );
        var metrics = await hurried.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        Assert.Contains(metrics.Split('\n'), l =>
            l.StartsWith("explain_requests_total{", StringComparison.Ordinal) && l.Contains("deadline")
        );
    }

    [Fact]
    public async Task WhoDoesNotReadHoldsNobodyUp()
    {
        await using var hurried = await Process.StartAsync("--Explain:RequestTimeoutSeconds=4");
        var head = Encoding.ASCII.GetBytes(
            $"POST {Slow}?method=rise&samples=100000 HTTP/1.1\r\nHost: x\r\nAccept: {MediaType}\r\n"
                + $"Content-Type: application/octet-stream\r\nContent-Length: {TestImages.Png.Length}\r\n\r\n"
        );
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(hurried.Address.Host, hurried.Address.Port, TestContext.Current.CancellationToken);
        await socket.SendAsync((byte[])[.. head, .. TestImages.Png], TestContext.Current.CancellationToken);

        await Wait.UntilAsync(() => hurried.Lines.Any(l => l.Contains(Slow, StringComparison.Ordinal)), "the request is over");
        await Wait.UntilAsync(
            async () => (await hurried.Client.SendAsync(Tiny, Raw(TestImages.Png))).StatusCode == HttpStatusCode.OK,
            "others are answered"
        );
    }

    [Fact]
    public async Task TheDocumentHasTheShapesOfEvents()
    {
        var document = await (await process.Client.SendAsync("/swagger/v1/swagger.json", null, method: HttpMethod.Get)).JsonAsync();
        foreach (var route in new[] { "explain", "compare" })
        {
            var answers = document.GetProperty("paths").GetProperty($"/api/v1/models/{{model}}/{route}").GetProperty("post");
            var schema = answers.GetProperty("responses").GetProperty("200").GetProperty("content").GetProperty(MediaType);
            var text = schema.GetRawText();
            foreach (var name in new[] { "ProgressDocument", "ExplanationDocument", "ProblemDocument" })
                Assert.Contains($"#/components/schemas/{name}", text, StringComparison.Ordinal);
        }
    }

    // The map of the samples that were done is that of a request for so many.
    private async Task AssertIsOfTheFirstSamplesAsync(JsonElement partial)
    {
        var samples = partial.GetProperty("partial").GetProperty("done").GetInt32();
        var whole = await process.Client.SendAsync($"{Slow}?method=rise&seed=7&format=json&samples={samples}", Raw(TestImages.Png));
        var map = (await whole.JsonAsync()).GetProperty("explanations")[0].GetProperty("map");
        Assert.Equal(map.GetProperty("shape").GetRawText(), partial.GetProperty("map").GetProperty("shape").GetRawText());
        foreach (var (expected, value) in Data(map).Zip(Data(partial.GetProperty("map"))))
            Assert.Equal(expected, value, 1e-5f);

        static float[] Data(JsonElement map) => [.. map.GetProperty("data").EnumerateArray().Select(v => v.GetSingle())];
    }

    /// <summary>A service that keeps answers and writes them down.</summary>
    public sealed class Process : IAsyncLifetime
    {
        private readonly TemporaryFolder _folder = new();
        private ServiceProcess? _service;

        public HttpClient Client => _service!.Client;

        public Uri Address => _service!.Address;

        public IEnumerable<string> Lines => _service!.Lines;

        public async ValueTask InitializeAsync() => _service = await StartedAsync(_folder.Path, ["--Explain:RequestTimeoutSeconds=600"]);

        public async ValueTask DisposeAsync()
        {
            if (_service is not null)
                await _service.DisposeAsync();
            _folder.Dispose();
        }

        /// <summary>Native runs of a model so far.</summary>
        public async Task<long> RunsAsync(string model)
        {
            var stats = await (await Client.GetAsync($"/v2/models/{model}/stats", TestContext.Current.CancellationToken)).JsonAsync();
            return stats.GetProperty("model_stats")[0].GetProperty("execution_count").GetInt64();
        }

        internal static async Task<Process> StartAsync(params string[] arguments)
        {
            var process = new Process();
            process._service = await StartedAsync(process._folder.Path, arguments);
            return process;
        }

        private static Task<ServiceProcess> StartedAsync(string folder, string[] arguments)
        {
            var models = Directory.CreateDirectory(Path.Combine(folder, "models")).FullName;
            TinyModels.Write(models);
            TinyModels.WriteSlow(models);
            return ServiceProcess.StartAsync(
                Path.Combine(AppContext.BaseDirectory, "Explain.Service.dll"),
                [$"--models={models}", "--Explain:DemoModel=false", $"--Explain:Store:Directory={folder}/store", .. arguments]
            );
        }
    }
}
