using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Explain.Engine.Images;
using static Explain.Service.Tests.Requests;

namespace Explain.Service.Tests.Bodies;

/// <summary>Bodies that come compressed, in other spellings, or not at all; answers that go out so.</summary>
public sealed class EncodingTests(Service service) : IClassFixture<Service>
{
    private static readonly string B64 = Convert.ToBase64String(TestImages.Png);

    // csharpier-ignore
    public static TheoryData<string, string> Bodies => new()
    {
        { ExplainRoute + "?format=json", $$$"""{"image":{"b64":"{{{B64}}}"}}""" },
        { "/api/v1/models/tiny/estimate", """{"parameters":{"target":"top:2"}}""" },
        { "/v1/models/tiny:predict", $$$"""{"instances":[{"b64":"{{{B64}}}"}]}""" },
        { "/v2/models/tiny/infer", $$$"""{"inputs":[{"name":"image","shape":[1],"datatype":"BYTES","data":["{{{B64}}}"]}]}""" },
        { "/v2/repository/index", """{"ready":true}""" },
    };

    [Theory, MemberData(nameof(Bodies))]
    public async Task CompressedJsonAndJsonBehindAMarkAreReadInEveryProtocol(string path, string json)
    {
        foreach (var encoding in new[] { "", "gzip", "deflate", "br" })
        {
            foreach (var mark in new byte[][] { [], [0xef, 0xbb, 0xbf] })
            {
                var body = Raw(Encoded(encoding, [.. mark, .. Encoding.UTF8.GetBytes(json)]), "application/json");
                if (encoding.Length > 0)
                    body.Headers.ContentEncoding.Add(encoding);
                using var answer = await service.Client.SendAsync(path, body);
                Assert.True(
                    answer.StatusCode == HttpStatusCode.OK,
                    $"{encoding}, {mark.Length} bytes of a mark: "
                        + await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)
                );
            }
        }
    }

    [Theory]
    [InlineData(ExplainRoute, "application/octet-stream")]
    [InlineData("/v1/models/tiny:explain", "image/png")]
    [InlineData("/explanations/tiny", "application/octet-stream")]
    [InlineData("/v2/models/tiny/explain", "application/octet-stream")]
    public async Task AnImageMayComeCompressedToo(string path, string type)
    {
        var body = Raw(Encoded("gzip", TestImages.Png), type);
        body.Headers.ContentEncoding.Add("gzip");
        if (path.StartsWith("/v2", StringComparison.Ordinal))
            body.Headers.Add("Inference-Header-Content-Length", "0");
        Assert.Equal(HttpStatusCode.OK, (await service.Client.SendAsync(path, body)).StatusCode);
    }

    [Theory]
    [InlineData("gzip", 400, "invalid-request")]
    [InlineData("zstd", 415, "unsupported-media-type")]
    [InlineData("gzip, gzip", 415, "unsupported-media-type")]
    [InlineData("nonsense", 415, "unsupported-media-type")]
    public async Task WhatIsNoneOfTheEncodingsIsRefusedByName(string encoding, int status, string slug)
    {
        var body = Raw(TestImages.Png);
        body.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        var problem = await (await service.Client.SendAsync(ExplainRoute, body)).ProblemAsync(status, slug);
        Assert.Contains("Content-Encoding", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ABodyThatGrowsBeyondItsLimitIsRefusedBeforeItIsWhole()
    {
        var body = Raw(Encoded("gzip", new byte[50_000_000]));
        body.Headers.ContentEncoding.Add("gzip");
        var before = GC.GetTotalAllocatedBytes();
        await (await service.Client.SendAsync(ExplainRoute, body)).ProblemAsync(413, "payload-too-large");
        Assert.True(GC.GetTotalAllocatedBytes() - before < 20_000_000);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task AnswersInTextGoOutAsTheCallerTakesThemAndImagesAsTheyAre(string encoding)
    {
        foreach (var (query, expected) in new[] { ("?format=json", encoding), ("?format=png", ""), ("?alpha=9", encoding) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, ExplainRoute + query) { Content = Raw(TestImages.Png) };
            request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue(encoding));
            using var answer = await service.Client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(expected, string.Join(',', answer.Content.Headers.ContentEncoding));
            var bytes = await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
            if (expected.Length > 0)
                Assert.Equal('{', (char)Decoded(encoding, bytes)[0]);
        }
    }

    [Theory]
    [InlineData("{0}", Base64Form.Usual)]
    [InlineData("{0}", Base64Form.OfAddresses)]
    [InlineData("{0}", Base64Form.OfAddressesPadded)]
    [InlineData("{0}", Base64Form.InLines)]
    [InlineData("{0}", Base64Form.OfAddressesInLines)]
    [InlineData("data:image/png;base64,{0}", Base64Form.Usual)]
    [InlineData("data:;base64,{0}", Base64Form.OfAddresses)]
    public async Task Base64MayBeThatOfAddressesOrADataUrl(string pattern, Base64Form form)
    {
        // Bytes whose base64 has both characters that the alphabets do not share.
        var image = Enumerable
            .Range(0, 100)
            .Select(seed => TestImages.Make(17, 13, ImageFormat.Png, seed + 1))
            .First(file => Convert.ToBase64String(file) is var text && text.Contains('+') && text.Contains('/') && text.EndsWith('='));
        var text = JsonSerializer.Serialize(pattern.Replace("{0}", Written(image, form), StringComparison.Ordinal), Plain)[1..^1];
        var (expected, escaped) = (await LogitsAsync(ExplainRoute + "?format=json", Raw(image)), text.Replace("/", "\\/"));
        foreach (var written in new[] { text, escaped })
        {
            Assert.Equal(expected, await LogitsAsync(ExplainRoute + "?format=json", Json($$$"""{"image":{"b64":"{{{written}}}"}}""")));
            foreach (
                var (path, json) in new[]
                {
                    ("/v1/models/tiny:predict", $$$"""{"instances":[{"b64":"{{{written}}}"}]}"""),
                    ("/v1/models/tiny:predict", $$$"""{"instances":[{"image_bytes":{"b64":"{{{written}}}"}},{"data":"{{{written}}}"}]}"""),
                    ("/v1/models/tiny:explain", $$$"""{"instances":[{"image":{"b64":"{{{written}}}"}}]}"""),
                    (
                        "/v2/models/tiny/infer",
                        $$$"""{"inputs":[{"name":"image","shape":[1],"datatype":"BYTES","data":["{{{written}}}"]}]}"""
                    ),
                    (
                        "/v2/models/tiny/explain",
                        $$$"""{"inputs":[{"name":"image","shape":[1],"datatype":"BYTES","data":["{{{written}}}"]}]}"""
                    ),
                    ("/predictions/tiny", $$$"""{"image":{"b64":"{{{written}}}"}}"""),
                    ("/explanations/tiny", $$$"""{"image":{"b64":"{{{written}}}"}}"""),
                }
            )
            {
                using var answer = await service.Client.SendAsync(path, Json(json));
                Assert.True(
                    answer.IsSuccessStatusCode,
                    path + await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)
                );
            }
        }
    }

    /// <summary>A way to write base64.</summary>
    public enum Base64Form
    {
        Usual,
        OfAddresses,
        OfAddressesPadded,
        InLines,
        OfAddressesInLines,
    }

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static string Written(byte[] image, Base64Form form)
    {
        var usual = Convert.ToBase64String(image);
        var ofAddresses = usual.Replace('+', '-').Replace('/', '_').TrimEnd('=');
        return form switch
        {
            Base64Form.Usual => usual,
            Base64Form.OfAddresses => ofAddresses,
            Base64Form.OfAddressesPadded => ofAddresses + usual[ofAddresses.Length..],
            Base64Form.InLines => string.Join("\r\n", usual.Chunk(76).Select(line => new string(line))) + "\n",
            _ => string.Join('\n', ofAddresses.Chunk(76).Select(line => new string(line))),
        };
    }

    [Theory]
    [InlineData("data:image/png,abc")]
    [InlineData("data:image/png;base64")]
    [InlineData("data:image/png;base64,%%")]
    [InlineData("-+AA")]
    [InlineData("abcde")]
    public async Task WhatIsNoBase64IsCalledThat(string text)
    {
        var problem = await (await service.Client.SendAsync(ExplainRoute, Json($$$"""{"image":{"b64":"{{{text}}}"}}"""))).ProblemAsync(
            400,
            "invalid-request"
        );
        Assert.Equal("image.b64 is not valid base64.", problem.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task AListInJsonIsAListWithCommas()
    {
        var answer = await service.Client.SendAsync(
            "/api/v1/models/tiny/compare",
            Json(
                TestImages.Png,
                """{"methods":["gradcam","layercam"],"include":["map"],"target":[1,"top:2"],"format":["json"],"clip":[1,99]}"""
            )
        );
        var explanations = (await answer.JsonAsync()).GetProperty("explanations").EnumerateArray().ToArray();
        Assert.Equal(["gradcam", "layercam"], explanations.Select(e => e.GetProperty("method").GetString()).Distinct());
        Assert.All(explanations, e => Assert.False(e.TryGetProperty("boxes", out _)));
        foreach (var wrong in new[] { """["map","boxes,image"]""", """["map",["boxes"]]""", """["map",null]""", """[{}]""" })
        {
            var refused = await service.Client.SendAsync(ExplainRoute, Json(TestImages.Png, $$"""{"include":{{wrong}}}"""));
            await refused.ProblemAsync(400, "invalid-parameter");
        }
    }

    [Fact]
    public async Task FieldsWithoutAValueSayNothing()
    {
        var expected = await LogitsAsync(ExplainRoute + "?format=json&target=1", Raw(TestImages.Png));
        Assert.Equal(
            expected,
            await LogitsAsync(
                ExplainRoute + "?format=json&method=&alpha=&target=",
                Form(TestImages.Png, fields: [("target", "1"), ("samples", ""), ("clip", " "), ("layer", "")])
            )
        );
        Assert.Equal(
            HttpStatusCode.OK,
            (await service.Client.SendAsync("/v1/models/tiny:predict?target=", Raw(TestImages.Png, "image/png"))).StatusCode
        );
    }

    [Theory]
    [InlineData("picture", 40)]
    [InlineData("upload", 900_000)]
    public async Task AFileOfAnUnknownNameIsToldHowPartsAreCalled(string name, int length)
    {
        using var form = new MultipartFormDataContent
        {
            { new ByteArrayContent(new byte[length]), name, "a.png" },
            { new StringContent("1"), "target" },
        };
        var problem = await (await service.Client.SendAsync(ExplainRoute, form)).ProblemAsync(400, "invalid-request");
        Assert.Contains(
            $"The form has a file called '{name}'; name the part of the image image, file or data",
            problem.GetProperty("detail").GetString(),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("""{"image":{"b64":"AAAA"},,}""", "line 1, byte 25")]
    [InlineData("{\n\"image\":{\"b64\":\"AAAA\"} x", "line 2, byte 24")]
    public async Task BrokenJsonSaysWhere(string json, string place)
    {
        var problem = await (await service.Client.SendAsync(ExplainRoute, Json(json))).ProblemAsync(400, "invalid-request");
        Assert.EndsWith($"{place}.", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    private async Task<string> LogitsAsync(string path, HttpContent body)
    {
        using var answer = await service.Client.SendAsync(path, body);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return JsonSerializer.Serialize((await answer.JsonAsync()).GetProperty("explanations"));
    }

    private static byte[] Encoded(string encoding, byte[] bytes)
    {
        using var written = new MemoryStream();
        using (
            Stream encoder = encoding switch
            {
                "gzip" => new GZipStream(written, CompressionMode.Compress, leaveOpen: true),
                "deflate" => new ZLibStream(written, CompressionMode.Compress, leaveOpen: true),
                "br" => new BrotliStream(written, CompressionMode.Compress, leaveOpen: true),
                _ => new BufferedStream(written),
            }
        )
        {
            encoder.Write(bytes);
            encoder.Flush();
            if (encoding.Length == 0)
                return written.ToArray();
        }
        return written.ToArray();
    }

    private static byte[] Decoded(string encoding, byte[] bytes)
    {
        using var read = new MemoryStream(bytes);
        using Stream decoder =
            encoding == "gzip" ? new GZipStream(read, CompressionMode.Decompress) : new BrotliStream(read, CompressionMode.Decompress);
        using var whole = new MemoryStream();
        decoder.CopyTo(whole);
        return whole.ToArray();
    }
}
