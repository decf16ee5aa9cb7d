using static Explain.Service.Tests.Requests;

namespace Explain.Service.Tests;

/// <summary>Every bad input gets its status and slug, and none a 500.</summary>
public sealed class BadInputTests(Service service) : IClassFixture<Service>
{
    // csharpier-ignore
    public static TheoryData<string, int, string> BadImages => new()
    {
        { "text named .jpg", 415, "unsupported-media-type" },
        { "truncated JPEG", 422, "image-corrupt" },
        { "truncated PNG", 422, "image-corrupt" },
        { "PNG bomb", 422, "image-too-large" },
        { "SVG", 415, "unsupported-media-type" },
        { "0-byte file", 400, "invalid-request" },
        { "too many bytes", 413, "payload-too-large" },
    };

    private static byte[] Bytes(string name) =>
        name switch
        {
            "text named .jpg" => TestImages.Text,
            "truncated JPEG" => TestImages.Jpeg[..(TestImages.Jpeg.Length / 2)],
            "truncated PNG" => TestImages.Png[..(TestImages.Png.Length / 2)],
            "PNG bomb" => TestImages.Bomb,
            "SVG" => TestImages.Svg,
            "0-byte file" => [],
            "too many bytes" => new byte[1_000_001],
            _ => throw new ArgumentOutOfRangeException(nameof(name)),
        };

    [Theory]
    [MemberData(nameof(BadImages))]
    public async Task ABadImageIsNamedInEveryKindOfBody(string name, int status, string slug)
    {
        var bytes = Bytes(name);
        foreach (var route in new[] { ExplainRoute, "/api/v1/models/tiny/predict" })
        {
            await (await service.Client.SendAsync(route, Raw(bytes))).ProblemAsync(status, slug);
            await (await service.Client.SendAsync(route, Raw(bytes, "image/jpeg"))).ProblemAsync(status, slug);
            await (await service.Client.SendAsync(route, Form(bytes, file: "photo.jpg"))).ProblemAsync(status, slug);
            await (await service.Client.SendAsync(route, Json(bytes))).ProblemAsync(status, slug);
        }
    }

    [Theory]
    [InlineData("image/png")]
    [InlineData("image/*, text/html")]
    [InlineData("application/json")]
    public async Task AProblemIsProblemJsonWhateverIsAccepted(string accept) =>
        await (await service.Client.SendAsync(ExplainRoute, Raw(TestImages.Text), accept)).ProblemAsync(415, "unsupported-media-type");

    [Fact]
    public async Task AnEmptyBodyIsAnInvalidRequest()
    {
        await (await service.Client.SendAsync(ExplainRoute, null)).ProblemAsync(400, "invalid-request");
        await (await service.Client.SendAsync(ExplainRoute, Raw([], "image/png"))).ProblemAsync(400, "invalid-request");
        await (await service.Client.SendAsync(ExplainRoute, Raw([], "application/json"))).ProblemAsync(400, "invalid-request");
        await (await service.Client.SendAsync(ExplainRoute, Raw([], "multipart/form-data; boundary=x"))).ProblemAsync(
            400,
            "invalid-request"
        );
    }

    [Fact]
    public async Task ABodyWithoutAnImageTypeIsRefusedWithAHint()
    {
        var posted = await (
            await service.Client.SendAsync(ExplainRoute, Raw(TestImages.Png, "application/x-www-form-urlencoded"))
        ).ProblemAsync(415, "unsupported-media-type");
        Assert.Contains("-F image=@", posted.GetProperty("detail").GetString(), StringComparison.Ordinal);
        await (await service.Client.SendAsync(ExplainRoute, new ByteArrayContent(TestImages.Png))).ProblemAsync(
            415,
            "unsupported-media-type"
        );
    }

    [Fact]
    public async Task TwoImagesInOneFormAreRefused()
    {
        using var form = new MultipartFormDataContent
        {
            { new ByteArrayContent(TestImages.Png), "image", "a.png" },
            { new ByteArrayContent(TestImages.Png), "file", "b.png" },
        };
        await (await service.Client.SendAsync(ExplainRoute, form)).ProblemAsync(400, "invalid-request");
    }

    [Fact]
    public async Task AFormWithoutAnImageOrCutShortIsRefused()
    {
        using var form = new MultipartFormDataContent { { new StringContent("281"), "target" } };
        await (await service.Client.SendAsync(ExplainRoute, form)).ProblemAsync(400, "invalid-request");
        await (
            await service.Client.SendAsync(
                ExplainRoute,
                Raw("--x\r\nContent-Disposition: form-data; name=image\r\n\r\nab"u8.ToArray(), "multipart/form-data; boundary=x")
            )
        ).ProblemAsync(400, "invalid-request");
        await (await service.Client.SendAsync(ExplainRoute, Raw(TestImages.Png, "multipart/form-data"))).ProblemAsync(
            400,
            "invalid-request"
        );
    }

    [Theory]
    [InlineData("""{"image":{"b64":"%%%"}}""")]
    [InlineData("""{"image":{"b64":"iVBOR"}}""")]
    [InlineData("""{"image":{}}""")]
    [InlineData("""{"image":null}""")]
    [InlineData("""{"picture":{"b64":""}}""")]
    [InlineData("""{"image":{"b64":"AAAA"},"image":{"b64":"AAAA"}}""")]
    [InlineData("""{"image":{"b64":"AAAA"},"target":3}""")]
    [InlineData("""{"image":{"b64":"AAAA"}""")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("nonsense")]
    public async Task BrokenJsonIsRefused(string json) =>
        await (await service.Client.SendAsync(ExplainRoute, Json(json))).ProblemAsync(400, "invalid-request");

    [Fact]
    public async Task AParameterOfAWrongJsonKindIsNamed()
    {
        var problem = await (
            await service.Client.SendAsync(ExplainRoute, Json(TestImages.Png, """{"layer":{"name":1},"alpha":null}"""))
        ).ProblemAsync(400, "invalid-parameter");
        Assert.Equal(["alpha", "layer"], problem.GetProperty("errors").EnumerateObject().Select(e => e.Name).Order());
    }

    [Theory]
    [InlineData("/api/v1/models/nobody/explain", 404, "model-not-found")]
    [InlineData("/api/v1/models/broken/explain", 503, "model-not-ready")]
    [InlineData("/api/v1/models/flat/explain", 422, "method-not-supported")]
    [InlineData("/api/v1/models/norule/explain", 422, "method-not-supported")]
    [InlineData("/api/v1/models/tiny/explain?layer=nothing", 404, "layer-not-found")]
    [InlineData("/api/v1/models/tiny/explain?target=mauve", 404, "label-not-found")]
    [InlineData("/api/v1/models/tiny/explain?target=3", 422, "target-out-of-range")]
    [InlineData("/api/v1/models/tiny/explain?target=-1", 422, "target-out-of-range")]
    [InlineData("/api/v1/models/tiny/explain?target=99999999999", 422, "target-out-of-range")]
    [InlineData("/api/v1/models/tiny/explain?target=top:4", 422, "target-out-of-range")]
    [InlineData("/api/v1/models/tiny/explain?score=contrast:9", 422, "target-out-of-range")]
    [InlineData("/api/v1/models/tiny/explain?method=nothing", 400, "invalid-parameter")]
    [InlineData("/api/v1/models/tiny/explain?colour=jet", 400, "invalid-parameter")]
    [InlineData("/api/v1/models/tiny/explain?target=1&target=2", 400, "invalid-parameter")]
    [InlineData("/api/v1/nothing", 404, "not-found")]
    public async Task AGoodImageWithABadWishGetsTheRightProblem(string path, int status, string slug)
    {
        var response = await service.Client.SendAsync(path, Raw(TestImages.Png));
        await response.ProblemAsync(status, slug);
        Assert.Equal(status == 503, response.Headers.RetryAfter is not null);
    }

    [Fact]
    public async Task AnOperatorWithoutARuleIsNamed()
    {
        var problem = await (await service.Client.SendAsync("/api/v1/models/norule/explain", Raw(TestImages.Png))).ProblemAsync(
            422,
            "method-not-supported"
        );
        Assert.Contains("ai.onnx.ml.Binarizer", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AWrongVerbIsAProblemToo() =>
        await (await service.Client.SendAsync(ExplainRoute, null, method: HttpMethod.Get)).ProblemAsync(405, "method-not-allowed");

    [Fact]
    public async Task AParameterMayNotComeFromTwoPlaces()
    {
        var problem = await (
            await service.Client.SendAsync(ExplainRoute + "?target=1", Form(TestImages.Png, fields: ("target", "2")))
        ).ProblemAsync(400, "invalid-parameter");
        Assert.True(problem.GetProperty("errors").TryGetProperty("target", out _));
    }

    [Fact]
    public async Task OnePixelIsAnImage()
    {
        var response = await service.Client.SendAsync(ExplainRoute, Raw(TestImages.Pixel));
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        var image = TestImages.Decode(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal((1, 1), (image.Width, image.Height));
    }
}
