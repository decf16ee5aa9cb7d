using System.Text;
using Explain.Testing;

namespace Explain.Service.Tests.Hostile;

/// <summary>
/// Damaged requests of every protocol get an error in its own shape or a right answer; by the thousand in <c>tools/Explain.Hostile</c>.
/// </summary>
public sealed class HostileTests(HostileTests.Fixture service) : IClassFixture<HostileTests.Fixture>
{
    private const string Half = "\\ud800";
    private const string Json = "application/json";

    private static readonly string B64 = Convert.ToBase64String(TestImages.Png);

    // Half a surrogate pair is JSON to the framework, until the string is read.
    // csharpier-ignore
    public static TheoryData<string, string> NoText => new()
    {
        { "/api/v1/models/tiny/explain", $$$"""{"image":{"b64":"{{{B64}}}"},"parameters":{"layer":"{{{Half}}}"}}""" },
        { "/api/v1/models/tiny/explain", $$$"""{"image":{"b64":"{{{B64}}}"},"parameters":{"{{{Half}}}":1}}""" },
        { "/api/v1/models/tiny/explain", $$$$"""{"image":{"b64":"{{{{B64}}}}"},"parameters":{"target":{"output":"{{{{Half}}}}","index":[0]}}}""" },
        { "/api/v1/models/vqa/explain", $$$$"""{"image":{"b64":"{{{{B64}}}}"},"inputs":{"{{{{Half}}}}":{"shape":[1],"data":[1]}}}""" },
        { "/api/v1/models/tiny/estimate", $$$"""{"parameters":{"target":["{{{Half}}}"]}}""" },
        { "/api/v1/models/tiny/estimate?target=%5B%22%5Cud800%22%5D", "{}" },
        { "/api/v1/models/tiny/estimate?inputs=%7B%22%5Cudc00%22:1%7D", "{}" },
        { "/v1/models/tiny:predict", $$$"""{"instances":[{"b64":"{{{Half}}}"}]}""" },
        { "/v1/models/tiny:explain", $$$"""{"instances":[{"b64":"{{{B64}}}","target":"{{{Half}}}"}]}""" },
        { "/v1/models/tiny:explain", $$$"""{"{{{Half}}}":[]}""" },
        { "/v2/models/tiny/explain", $$$"""{"id":"{{{Half}}}","inputs":[{"name":"image","shape":[1],"datatype":"BYTES","data":["{{{B64}}}"]}]}""" },
        { "/v2/models/tiny/infer", $$$"""{"inputs":[{"name":"image","shape":[1],"datatype":"{{{Half}}}","data":["{{{B64}}}"]}]}""" },
        { "/v2/repository/models/spare/load", $$$"""{"{{{Half}}}":{}}""" },
    };

    // With a body in chunks, where the framework fails with exceptions of no HTTP status.
    public static TheoryData<string, string> Chunks =>
        new()
        {
            { "a length that overflows", "FFFFFFFFFFFFFFFF\r\n" },
            { "a zero in a trailer", "1\r\nx\r\n0\r\nX: \0\r\n\r\n" },
            { "a length that is no number", "zz\r\n" },
        };

    [Fact]
    public async Task ThreeHundredDamagedRequestsBreakNothing()
    {
        var run = new HostileRun(service.Address);
        await run.BeginAsync();
        Assert.Empty(run.Bad);
        await run.SendAsync(seed: 5, first: 0, count: 300);
        await run.CompareAsync();
        Assert.True(run.Bad.IsEmpty, string.Join('\n', run.Bad));
        Assert.Equal(300, run.Statuses.Values.Sum());
    }

    [Theory, MemberData(nameof(NoText))]
    public async Task AStringThatIsNoTextIsRefused(string path, string body) =>
        await RefusedAsync(Post(path, Json) with { Body = Encoding.UTF8.GetBytes(body) });

    [Theory]
    [InlineData("/v1/models/tiny:explain")]
    [InlineData("/v2/models/tiny/explain")]
    [InlineData("/api/v1/models/tiny/estimate")]
    public async Task BytesThatAreNoUtf8AreRefused(string path) =>
        await RefusedAsync(Post(path, Json) with { Body = [.. "{\""u8, 0xC3, 0x28, .. "\":[]}"u8] });

    [Theory]
    [InlineData("model")]
    [InlineData("label")]
    public async Task TheTrailIsNotAskedForTextsThatNoDatabaseHas(string parameter) =>
        await RefusedAsync(
            new HostileRequest
            {
                Name = parameter,
                Verb = "GET",
                Target = $"/api/v1/explanations?{parameter}=a%00b",
            }
        );

    [Theory]
    [InlineData("true")]
    [InlineData("\"3072\"")]
    [InlineData("null")]
    public async Task TheSizeOfABinaryTensorIsANumber(string size)
    {
        var json = Encoding.UTF8.GetBytes(
            $$$"""{"inputs":[{"name":"x","shape":[1,3,16,16],"datatype":"FP32","parameters":{"binary_data_size":{{{size}}}}}]}"""
        );
        await RefusedAsync(
            Post("/v2/models/tiny/infer", "application/octet-stream").With("Inference-Header-Content-Length", $"{json.Length}") with
            {
                Body = [.. json, .. new byte[3072]],
            }
        );
    }

    [Theory, MemberData(nameof(Chunks))]
    public async Task ChunksThatCannotBeReadAreTheCallersFault(string what, string chunks)
    {
        foreach (
            var path in new[] { "/api/v1/models/tiny/explain", "/v1/models/tiny:explain", "/v2/models/tiny/infer", "/predictions/tiny" }
        )
        {
            var request = Post(path, "application/octet-stream");
            var answer = await HostileAnswer.SendAsync(
                service.Address,
                request with
                {
                    Wire = [.. request.Head("Transfer-Encoding: chunked"), .. Encoding.Latin1.GetBytes(chunks)],
                }
            );
            Assert.True(answer.Status == 400, $"{what} on {path}: status {answer.Status}");
            Assert.Null(Verdict.Of(request, answer));
        }
    }

    [Theory]
    [InlineData(20_000, 2, "webp", 16_383)]
    [InlineData(2, 65_535, "jpeg", 65_500)]
    public async Task AnImageThatIsLongerThanItsFormatAllowsIsSaidSo(int width, int height, string format, int longest)
    {
        var request = Post($"/api/v1/models/tiny/explain?format={format}", "image/png") with
        {
            Body = TestImages.Make(width, height, Engine.Images.ImageFormat.Png),
        };
        var answer = await HostileAnswer.SendAsync(service.Address, request);
        Assert.Equal(422, answer.Status);
        Assert.Contains(
            $"no side of a {format.ToUpperInvariant()} may be longer than {longest}",
            Encoding.UTF8.GetString(answer.Body),
            StringComparison.Ordinal
        );
        Assert.Null(Verdict.Of(request, answer));
    }

    [Fact]
    public void TheSameNumberIsTheSameRequest()
    {
        for (var number = 0; number < 200; number++)
            Assert.Equal(MutatorTable.Make(9, number).ToBytes(), MutatorTable.Make(9, number).ToBytes());
    }

    private static HostileRequest Post(string path, string type) =>
        new()
        {
            Name = path,
            Verb = "POST",
            Target = path,
            Headers = [("Content-Type", type)],
        };

    private async Task RefusedAsync(HostileRequest request)
    {
        var answer = await HostileAnswer.SendAsync(service.Address, request);
        Assert.True(answer.Status == 400, $"status {answer.Status}: {Encoding.UTF8.GetString(answer.Body)}");
        Assert.Null(Verdict.Of(request, answer));
    }

    /// <summary>The service as a process of its own.</summary>
    public sealed class Fixture : IAsyncLifetime
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("explain-hostile-").FullName;
        private ServiceProcess _service = null!;

        public Uri Address => _service.Address;

        public async ValueTask InitializeAsync()
        {
            HostileRun.WriteModels(_folder);
            _service = await ServiceProcess.StartAsync(typeof(Program).Assembly.Location, HostileRun.Settings(_folder));
        }

        public async ValueTask DisposeAsync()
        {
            await _service.DisposeAsync();
            Directory.Delete(_folder, recursive: true);
        }
    }
}
