using System.Buffers.Binary;
using System.Net;
using System.Text;
using System.Text.Json;
using static Explain.Service.Tests.Requests;

namespace Explain.Service.Tests;

/// <summary>Good requests: formats, negotiation, headers and fields.</summary>
public sealed class AnswerTests(Service service) : IClassFixture<Service>
{
    private readonly HttpClient _client = service.Client;

    [Fact]
    public async Task TheImageHasTheOriginalSizeAndTheFactsInItsHeaders()
    {
        var response = await _client.SendAsync(ExplainRoute + "?target=green", Form(TestImages.Png));
        Assert.Equal("image/png", response.Content.Headers.ContentType?.ToString());
        var image = TestImages.Decode(await BytesAsync(response));
        Assert.Equal((40, 30), (image.Width, image.Height));
        Assert.Matches("^[0-9a-f]{32}$", Header(response, "X-Request-Id"));
        Assert.Matches("^sha256:[0-9a-f]{64}$", Header(response, "X-Explain-Id"));
        Assert.Equal("tiny", Header(response, "X-Explain-Model"));
        Assert.Equal("gradcam", Header(response, "X-Explain-Method"));
        Assert.Equal("features", Header(response, "X-Explain-Layer"));
        Assert.Equal("1;green%20thing", Header(response, "X-Explain-Target"));
        Assert.Equal("logit", Header(response, "X-Explain-Score"));
        Assert.Equal("miss", Header(response, "X-Cache"));
        Assert.Equal("nosniff", Header(response, "X-Content-Type-Options"));
        Assert.Equal("Accept", Header(response, "Vary"));
        Assert.Matches(
            "^decode;dur=[0-9.]+, preprocess;dur=[0-9.]+, queue;dur=[0-9.]+, run;dur=[0-9.]+, map;dur=[0-9.]+, "
                + "draw;dur=[0-9.]+, encode;dur=[0-9.]+$",
            Header(response, "Server-Timing")
        );
        Assert.False(response.Headers.Contains("Server"));
    }

    [Fact]
    public async Task EveryKindOfBodyGivesTheSameImage()
    {
        var form = await BytesAsync(
            await _client.SendAsync(ExplainRoute, Form(TestImages.Jpeg, fields: [("target", "2"), ("alpha", "0.7")]))
        );
        foreach (var part in new[] { "file", "data" })
        {
            Assert.Equal(
                form,
                await BytesAsync(await _client.SendAsync(ExplainRoute + "?target=2&alpha=0.7", Form(TestImages.Jpeg, part)))
            );
        }
        foreach (var type in new[] { "image/jpeg", "image/png", "application/octet-stream" })
            Assert.Equal(form, await BytesAsync(await _client.SendAsync(ExplainRoute + "?target=2&alpha=0.7", Raw(TestImages.Jpeg, type))));
        Assert.Equal(form, await BytesAsync(await _client.SendAsync(ExplainRoute, Json(TestImages.Jpeg, """{"target":2,"alpha":0.7}"""))));
        Assert.Equal(
            form,
            await BytesAsync(await _client.SendAsync(ExplainRoute + "?target=2", Json(TestImages.Jpeg, """{"alpha":"0.7"}""")))
        );
    }

    [Theory]
    [InlineData(null, "image/png")]
    [InlineData("*/*", "image/png")]
    [InlineData("image/*", "image/png")]
    [InlineData("application/json", "application/json")]
    [InlineData("application/json, text/plain, */*", "application/json")]
    [InlineData("image/jpeg, image/png", "image/jpeg")]
    [InlineData("image/webp;q=0.5, image/jpeg;q=0.9", "image/jpeg")]
    [InlineData("image/png;q=0, image/*", "image/jpeg")]
    [InlineData("text/html, application/xhtml+xml, application/xml;q=0.9, image/avif, image/webp, */*;q=0.8", "image/webp")]
    [InlineData("application/x-npy", "application/x-npy")]
    [InlineData("application/octet-stream", "application/octet-stream")]
    public async Task TheAcceptHeaderChoosesTheFormat(string? accept, string expected)
    {
        var response = await _client.SendAsync(ExplainRoute, Raw(TestImages.Png), accept);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(expected, response.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("png", "image/png")]
    [InlineData("jpeg", "image/jpeg")]
    [InlineData("webp", "image/webp")]
    [InlineData("json", "application/json")]
    [InlineData("npy", "application/x-npy")]
    public async Task TheParameterFormatWinsOverAccept(string format, string expected) =>
        Assert.Equal(
            expected,
            (await _client.SendAsync($"{ExplainRoute}?format={format}", Raw(TestImages.Png), "text/html"))
                .Content
                .Headers
                .ContentType
                ?.MediaType
        );

    [Fact]
    public async Task ALayerIsATransparentPngWhateverTheBrowserLikesBetter()
    {
        const string Browser = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8";
        var response = await _client.SendAsync(ExplainRoute + "?render=layer&alpha=1", Raw(TestImages.Png), Browser);
        Assert.Equal("image/png", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains("tRNS", Encoding.Latin1.GetString(await BytesAsync(response)), StringComparison.Ordinal);
        foreach (var format in new[] { "jpeg", "webp" })
        {
            var refused = await _client.SendAsync($"{ExplainRoute}?render=layer&format={format}", Raw(TestImages.Png));
            var problem = await refused.ProblemAsync(400, "invalid-parameter");
            Assert.Contains("transparent", problem.GetProperty("errors").GetProperty("format")[0].GetString(), StringComparison.Ordinal);
        }
        await (await _client.SendAsync(ExplainRoute + "?render=layer", Raw(TestImages.Png), "image/webp")).ProblemAsync(
            406,
            "not-acceptable"
        );
    }

    [Theory]
    [InlineData(ExplainRoute, "text/html")]
    [InlineData(ExplainRoute, "image/png;q=0, application/pdf")]
    [InlineData(ExplainRoute, "nonsense")]
    [InlineData("/api/v1/models/tiny/predict", "image/png")]
    public async Task WhatCannotBeAcceptedIsRefused(string path, string accept) =>
        await (await _client.SendAsync(path, Raw(TestImages.Png), accept)).ProblemAsync(406, "not-acceptable");

    [Fact]
    public async Task SeveralTargetsGiveOneExplanationEachOrAGrid()
    {
        var json = await (await _client.SendAsync(ExplainRoute + "?format=json&target=2,top:1", Raw(TestImages.Png))).JsonAsync();
        Assert.Equal(2, json.GetProperty("explanations").GetArrayLength());
        Assert.Equal(2, json.GetProperty("explanations")[0].GetProperty("target").GetProperty("index").GetInt32());
        var response = await _client.SendAsync(ExplainRoute + "?target=0,1,2", Raw(TestImages.Png));
        Assert.Equal("0;red,1;green%20thing,2;blue%2C%20azure", Header(response, "X-Explain-Target"));
        var grid = TestImages.Decode(await BytesAsync(response));
        Assert.True(grid.Width > 2 * 40 && grid.Height > 2 * 30, $"{grid.Width}x{grid.Height}");
    }

    [Fact]
    public async Task ALabelWithACommaIsOneTarget()
    {
        var json = await (
            await _client.SendAsync(ExplainRoute + "?format=json", Form(TestImages.Png, fields: ("target", "Blue, azure")))
        ).JsonAsync();
        Assert.Equal(2, json.GetProperty("explanations").EnumerateArray().Single().GetProperty("target").GetProperty("index").GetInt32());
    }

    [Theory]
    [InlineData("original", 40, 30)]
    [InlineData("input", 16, 16)]
    [InlineData("map", 8, 8)]
    [InlineData("100x50", 100, 50)]
    [InlineData("max:20", 20, 15)]
    [InlineData("max:1024", 40, 30)]
    public async Task SizeSetsTheExtentOfTheImage(string size, int width, int height)
    {
        foreach (var render in new[] { "overlay", "heatmap", "mask", "layer" })
        {
            var image = TestImages.Decode(
                await BytesAsync(await _client.SendAsync($"{ExplainRoute}?size={size}&render={render}", Raw(TestImages.Png)))
            );
            Assert.Equal((width, height), (image.Width, image.Height));
        }
    }

    [Fact]
    public async Task NpyHoldsTheRawMapOfTheJsonAnswer()
    {
        var json = await (await _client.SendAsync(ExplainRoute + "?format=json&target=1", Raw(TestImages.Png))).JsonAsync();
        var expected = json.GetProperty("explanations")[0]
            .GetProperty("map")
            .GetProperty("data")
            .EnumerateArray()
            .Select(e => e.GetSingle())
            .ToArray();
        var one = await BytesAsync(await _client.SendAsync(ExplainRoute + "?format=npy&target=1", Raw(TestImages.Png)));
        Assert.Equal("{'descr': '<f4', 'fortran_order': False, 'shape': (8, 8), }", NpyHeader(one));
        Assert.Equal(expected, Floats(one));
        var three = await BytesAsync(await _client.SendAsync(ExplainRoute + "?format=npy&target=0,1,2", Raw(TestImages.Png)));
        Assert.Equal("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 8, 8), }", NpyHeader(three));
        Assert.Equal(expected, Floats(three)[64..128]);
    }

    [Theory]
    [InlineData("gradcam++")]
    [InlineData("gradcam%2B%2B")]
    public async Task APlusSignInAQueryMeansItself(string method) =>
        Assert.Equal(
            "gradcam++",
            Header(await _client.SendAsync($"{ExplainRoute}?method={method}", Raw(TestImages.Png)), "X-Explain-Method")
        );

    [Fact]
    public async Task PredictListsTheBestClasses()
    {
        var all = await (await _client.SendAsync("/api/v1/models/tiny/predict", Raw(TestImages.Png))).JsonAsync();
        Assert.Equal(["model", "image", "predictions", "timings"], Names(all));
        Assert.Equal(3, all.GetProperty("predictions").GetArrayLength());
        var one = await (await _client.SendAsync("/api/v1/models/tiny/predict", Form(TestImages.Png, fields: ("top", "1")))).JsonAsync();
        Assert.Equal(all.GetProperty("predictions")[0].ToString(), one.GetProperty("predictions").EnumerateArray().Single().ToString());
        await (await _client.SendAsync("/api/v1/models/tiny/predict?method=gradcam", Raw(TestImages.Png))).ProblemAsync(
            400,
            "invalid-parameter"
        );
    }

    private static async Task<byte[]> BytesAsync(HttpResponseMessage response)
    {
        var bytes = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, Encoding.UTF8.GetString(bytes));
        return bytes;
    }

    private static string Header(HttpResponseMessage response, string name) => string.Join(",", response.Headers.GetValues(name));

    private static string[] Names(JsonElement element) => [.. element.EnumerateObject().Select(p => p.Name)];

    private static string NpyHeader(byte[] file)
    {
        Assert.Equal("\u0093NUMPY\u0001\0", Encoding.Latin1.GetString(file, 0, 8));
        Assert.Equal(0, Start(file) % 64);
        return Encoding.ASCII.GetString(file, 10, Start(file) - 10).TrimEnd();
    }

    private static float[] Floats(byte[] file) =>
        System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(file.AsSpan(Start(file))).ToArray();

    private static int Start(byte[] file) => 10 + BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(8));
}
