using System.Net;
using System.Net.Sockets;
using System.Text;
using Explain.Testing;
using static Explain.Service.Tests.Requests;

namespace Explain.Service.Tests.Uploads;

/// <summary>Models that callers send, on real sockets.</summary>
public sealed class UploadTests(UploadTests.Process process) : IClassFixture<UploadTests.Process>
{
    private const string Own = "/api/v1/models/tiny";

    [Fact]
    public async Task AModelIsSentServedReplacedAndDeleted()
    {
        var sent = await process.SendAsync("net", Raw(SentModels.Three));
        Assert.Equal(HttpStatusCode.Created, sent.StatusCode);
        Assert.Equal("/api/v1/models/net", sent.Headers.Location?.ToString());
        var document = await sent.JsonAsync();
        Assert.Equal(("net", "1"), (document.GetProperty("name").GetString(), document.GetProperty("version").GetString()));
        var explained = await process.Client.SendAsync("/api/v1/models/net/explain?format=json", Raw(TestImages.Png));
        Assert.Equal(HttpStatusCode.OK, explained.StatusCode);

        var form = Form(
            ("model", "any.onnx", SentModels.Five),
            ("labels", "names.txt", "a\nb\nc\nd\ne\n"u8.ToArray()),
            ("settings", "s.json", """{"input":{"scale":0.5}}"""u8.ToArray())
        );
        var replaced = await process.SendAsync("net", form);
        Assert.Equal(HttpStatusCode.OK, replaced.StatusCode);
        Assert.Equal("2", (await replaced.JsonAsync()).GetProperty("version").GetString());
        var labels = await (await process.GetAsync("/api/v1/models/net/labels")).JsonAsync();
        Assert.Equal(["a", "b", "c", "d", "e"], labels.GetProperty("labels").EnumerateArray().Select(l => l.GetString()));
        Assert.Equal(["1", "2"], process.Entries("net"));

        Assert.Equal(HttpStatusCode.OK, (await process.SendAsync("net", Raw(SentModels.Three, "application/onnx"))).StatusCode);
        Assert.Equal(["2", "3"], process.Entries("net"));
        Assert.Empty(process.Entries(".incoming"));

        Assert.Equal(HttpStatusCode.NoContent, (await process.DeleteAsync("net")).StatusCode);
        await (await process.GetAsync("/api/v1/models/net")).ProblemAsync(404, "model-not-found");
        await (await process.DeleteAsync("net")).ProblemAsync(404, "model-not-found");
        Assert.DoesNotContain("net", process.Entries(""));
        Assert.Equal(
            ["delete-model:model-not-found", "delete-model:done", "upload:done", "upload:done", "upload:done"],
            await process.ActionsAsync("net", 5)
        );
    }

    [Fact]
    public async Task WeightsMayLieBesideTheModelAndAllOfItIsThereAfterARestart()
    {
        await using var first = await Process.StartAsync();
        var (model, weights) = SentModels.WithWeightsIn("head.bin");
        var sent = await first.SendAsync("apart", Form(("model", "m.onnx", model), ("weights", "head.bin", weights)));
        Assert.Equal(HttpStatusCode.Created, sent.StatusCode);
        var digest = (await sent.JsonAsync()).GetProperty("sha256").GetString();
        // What was on its way when a service ended.
        Directory.CreateDirectory(Path.Combine(first.Uploads, ".incoming", "upload-1"));

        await first.RestartAsync();

        Assert.Equal(digest, (await (await first.GetAsync("/api/v1/models/apart")).JsonAsync()).GetProperty("sha256").GetString());
        Assert.Equal(["apart"], first.Entries(""));
    }

    // csharpier-ignore
    public static TheoryData<string> Wrong => [.. Bodies.Keys];

    // csharpier-ignore
    private static readonly Dictionary<string, (Func<HttpContent> Body, int Status, string Slug, string Says)> Bodies = new()
    {
        ["nothing"] = (() => Raw([]), 400, "invalid-request", "no model in the body"),
        ["text"] = (() => Raw("no model"u8.ToArray()), 422, "model-refused", "could not be loaded"),
        ["half"] = (() => Raw(SentModels.Three[..^30]), 422, "model-refused", "could not be loaded"),
        ["another type"] = (() => Raw(SentModels.Three, "image/png"), 415, "unsupported-media-type", "image/png"),
        ["too large"] = (() => Raw(new byte[Process.MaxBytes + 1]), 413, "payload-too-large", "At most"),
        ["too large, nobody says"] = (() => Unannounced(new byte[Process.MaxBytes + 1]), 413, "payload-too-large", "At most"),
        ["too large in parts"] = (() => Form(("model", "m", SentModels.Three), ("w", "w.bin", new byte[Process.MaxBytes])), 413, "payload-too-large", "At most"),
        ["weights elsewhere"] = (() => Raw(SentModels.WithWeightsIn("/etc/passwd").Model), 422, "model-refused", "outside the model's folder"),
        ["weights above"] = (() => Raw(SentModels.WithWeightsIn("../../../etc/passwd").Model), 422, "model-refused", "outside the model's folder"),
        ["weights missing"] = (() => Raw(SentModels.WithWeightsIn("w.bin").Model), 422, "model-refused", "missing"),
        ["labels elsewhere"] = (() => Form(("model", "m", SentModels.Three), ("settings", "s", """{"labels":"../../tiny/labels.txt"}"""u8.ToArray())), 422, "model-refused", "outside the model's folder"),
        ["wrong labels"] = (() => Form(("model", "m", SentModels.Three), ("labels", "l", "one"u8.ToArray())), 422, "model-refused", "1 labels"),
        ["a path for a file"] = (() => Form(("model", "m", SentModels.Three), ("w", "../../evil.bin", [1])), 400, "invalid-request", "evil.bin"),
        ["a hidden file"] = (() => Form(("model", "m", SentModels.Three), ("w", ".incoming", [1])), 400, "invalid-request", ".incoming"),
        ["the model by another part"] = (() => Form(("w", "model.onnx", SentModels.Three)), 400, "invalid-request", "model.onnx"),
        ["a part twice"] = (() => Form(("model", "m", SentModels.Three), ("model", "m", SentModels.Three)), 400, "invalid-request", "twice"),
        ["no form"] = (() => Raw(SentModels.Three, "multipart/form-data; boundary=edge"), 400, "invalid-request", "cut short or malformed"),
        ["a bomb of functions"] = (() => Raw(SentModels.Bomb()), 422, "model-refused", "unfold"),
    };

    [Theory, MemberData(nameof(Wrong))]
    public async Task WhatCannotBeServedChangesNothing(string body)
    {
        var (make, status, slug, says) = Bodies[body];
        var before = process.Entries("");
        var problem = await (await process.SendAsync("wrong", make())).ProblemAsync(status, slug);
        Assert.Contains(says, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain(process.Uploads, problem.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(before, process.Entries(""));
        Assert.Empty(process.Entries(".incoming"));
        await (await process.GetAsync("/api/v1/models/wrong")).ProblemAsync(404, "model-not-found");
        // What is served answers all the same.
        Assert.Equal(HttpStatusCode.OK, (await process.Client.SendAsync($"{Own}/explain", Raw(TestImages.Png))).StatusCode);
    }

    [Fact]
    public async Task TheOldOneAnswersWhenTheNewOneCannot()
    {
        Assert.Equal(HttpStatusCode.Created, (await process.SendAsync("kept", Raw(SentModels.Three))).StatusCode);
        await (await process.SendAsync("kept", Raw(SentModels.Three[..^30]))).ProblemAsync(422, "model-refused");
        Assert.Equal(["1"], process.Entries("kept"));
        Assert.Equal(HttpStatusCode.OK, (await process.Client.SendAsync("/api/v1/models/kept/explain", Raw(TestImages.Png))).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await process.DeleteAsync("kept")).StatusCode);
    }

    [Theory]
    [InlineData(".hidden")]
    [InlineData("-dash")]
    [InlineData("two words")]
    [InlineData("..%2F..%2Fevil")]
    [InlineData("a%00b")]
    [InlineData("%C3%A4")]
    public async Task ANameThatLeadsElsewhereIsNone(string name)
    {
        var before = process.Entries("");
        var response = await process.SendAsync(name, Raw(SentModels.Three));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(before, process.Entries(""));
    }

    [Fact]
    public async Task TheServicesOwnModelsAreNotReplacedOrDeleted()
    {
        await (await process.SendAsync("tiny", Raw(SentModels.Five))).ProblemAsync(409, "conflict");
        await (await process.DeleteAsync("tiny")).ProblemAsync(409, "conflict");
        Assert.Equal(HttpStatusCode.OK, (await process.GetAsync(Own)).StatusCode);
    }

    [Fact]
    public async Task OneOfTwoAtOnceWinsAndWhoLeavesLeavesNothing()
    {
        var head = Encoding.ASCII.GetBytes(
            "PUT /api/v1/models/slowly HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\nContent-Length: 1000\r\n\r\n"
        );
        using (var socket = new Socket(SocketType.Stream, ProtocolType.Tcp))
        {
            await socket.ConnectAsync(process.Address.Host, process.Address.Port, TestContext.Current.CancellationToken);
            await socket.SendAsync((byte[])[.. head, .. SentModels.Three[..100]], TestContext.Current.CancellationToken);
            await Wait.UntilAsync(() => process.Entries(".incoming").Length > 0, "it arrives");
            await (await process.SendAsync("slowly", Raw(SentModels.Three))).ProblemAsync(409, "conflict");
            await (await process.DeleteAsync("slowly")).ProblemAsync(409, "conflict");
        }

        await Wait.UntilAsync(() => process.Entries(".incoming").Length == 0, "nothing is left of it");
        await Wait.UntilAsync(
            async () => (await process.SendAsync("slowly", Raw(SentModels.Three))).StatusCode == HttpStatusCode.Created,
            "the name is free"
        );
        Assert.Equal(HttpStatusCode.NoContent, (await process.DeleteAsync("slowly")).StatusCode);
    }

    [Fact]
    public async Task ALengthThatIsAnnouncedIsBelievedBeforeItComes()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(process.Address.Host, process.Address.Port, TestContext.Current.CancellationToken);
        await socket.SendAsync(
            Encoding.ASCII.GetBytes("PUT /api/v1/models/large HTTP/1.1\r\nHost: x\r\nContent-Length: 900000000000000\r\n\r\n"),
            TestContext.Current.CancellationToken
        );
        var answer = new byte[64];
        var read = await socket.ReceiveAsync(answer, TestContext.Current.CancellationToken);
        Assert.StartsWith("HTTP/1.1 413", Encoding.ASCII.GetString(answer, 0, read), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ThereAreOnlySoMany()
    {
        await using var full = await Process.StartAsync("--Explain:Uploads:MaxModels=1");
        Assert.Equal(HttpStatusCode.Created, (await full.SendAsync("one", Raw(SentModels.Three))).StatusCode);
        var problem = await (await full.SendAsync("two", Raw(SentModels.Three))).ProblemAsync(409, "conflict");
        Assert.Contains("as many as may be sent", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await full.SendAsync("one", Raw(SentModels.Five))).StatusCode);
    }

    [Fact]
    public async Task NothingMayBeSentUnlessASettingSaysSo()
    {
        await using var service = new Service(("OpenAdmin", "true"));
        await service.InitializeAsync();
        foreach (var verb in new[] { HttpMethod.Put, HttpMethod.Delete })
        {
            var problem = await (await service.Client.SendAsync("/api/v1/models/net", Raw(SentModels.Three), method: verb)).ProblemAsync(
                404,
                "not-found"
            );
            Assert.Contains("Explain:Uploads:Directory", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        }
    }

    private static MultipartFormDataContent Form(params (string Part, string File, byte[] Content)[] parts)
    {
        var form = new MultipartFormDataContent();
        foreach (var (part, file, content) in parts)
            form.Add(new ByteArrayContent(content), part, file);
        return form;
    }

    private static StreamContent Unannounced(byte[] content) => new(new Forward(content));

    // Of no known length: it goes out in chunks.
    private sealed class Forward(byte[] content) : MemoryStream(content)
    {
        public override bool CanSeek => false;
    }

    /// <summary>A service that takes models.</summary>
    public sealed class Process : IAsyncLifetime
    {
        public const int MaxBytes = 100_000;

        private readonly TemporaryFolder _folder = new();
        private string[] _further = [];
        private ServiceProcess? _service;

        public HttpClient Client => _service!.Client;

        public Uri Address => _service!.Address;

        public string Uploads => Path.Combine(_folder.Path, "uploads");

        public async ValueTask InitializeAsync()
        {
            var models = Directory.CreateDirectory(Path.Combine(_folder.Path, "models")).FullName;
            Directory.CreateDirectory(Uploads);
            TinyModels.Write(models);
            await StartAsync(models);
        }

        public async ValueTask DisposeAsync()
        {
            if (_service is not null)
                await _service.DisposeAsync();
            _folder.Dispose();
        }

        public async Task RestartAsync()
        {
            await _service!.DisposeAsync();
            await StartAsync(Path.Combine(_folder.Path, "models"));
        }

        /// <summary>The names in a folder of the uploads.</summary>
        public string[] Entries(string folder)
        {
            var path = Path.Combine(Uploads, folder);
            return Directory.Exists(path)
                ? [.. Directory.GetFileSystemEntries(path).Select(e => Path.GetFileName(e)).Where(e => e != ".incoming").Order()]
                : [];
        }

        public Task<HttpResponseMessage> SendAsync(string name, HttpContent body) =>
            Client.SendAsync($"/api/v1/models/{name}", body, method: HttpMethod.Put);

        public Task<HttpResponseMessage> DeleteAsync(string name) =>
            Client.SendAsync($"/api/v1/models/{name}", null, method: HttpMethod.Delete);

        public Task<HttpResponseMessage> GetAsync(string path) => Client.SendAsync(path, null, method: HttpMethod.Get);

        /// <summary>What was done to a model, the last first.</summary>
        internal async Task<string[]> ActionsAsync(string model, int count)
        {
            string[] found = [];
            await Wait.UntilAsync(
                async () =>
                {
                    var actions = await (await GetAsync("/api/v1/admin-actions?limit=100")).JsonAsync();
                    found =
                    [
                        .. actions
                            .GetProperty("actions")
                            .EnumerateArray()
                            .Where(a => a.GetProperty("subject").GetString() == model)
                            .Select(a => $"{a.GetProperty("action").GetString()}:{Outcome(a.GetProperty("outcome").GetString()!)}"),
                    ];
                    return found.Length >= count;
                },
                "they are written down"
            );
            return found;
        }

        internal static async Task<Process> StartAsync(params string[] further)
        {
            var process = new Process { _further = further };
            await process.InitializeAsync();
            return process;
        }

        private static string Outcome(string text) => text.StartsWith("no model", StringComparison.Ordinal) ? "model-not-found" : text;

        private async Task StartAsync(string models) =>
            _service = await ServiceProcess.StartAsync(
                Path.Combine(AppContext.BaseDirectory, "Explain.Service.dll"),
                [
                    $"--models={models}",
                    "--Explain:DemoModel=false",
                    "--Explain:OpenAdmin=true",
                    $"--Explain:Store:Directory={_folder.Path}/store",
                    $"--Explain:Uploads={Uploads}",
                    $"--Explain:Uploads:MaxBytes={MaxBytes}",
                    .. _further,
                ]
            );
    }
}
