using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Explain.Service.Tests.Hostile;

/// <summary>A request that is answered with 200, as a function of the image it holds.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Steady">Whether the same request always gets the same bytes, but for timings.</param>
/// <param name="Make">Makes it; an image is ignored by those that hold none.</param>
internal sealed record Seed(string Name, bool Steady, Func<byte[], HostileRequest> Make);

/// <summary>Requests of every route of every protocol, in every form of body.</summary>
internal static class Seeds
{
    private const string Json = "application/json";
    private const string Bytes = "application/octet-stream";
    private const string Item = "\"name\":\"x\",\"shape\":[1,3,16,16],\"datatype\":\"FP32\"";

    private static readonly string Numbers = string.Join(
        ',',
        Enumerable.Range(0, 768).Select(i => (i % 17 / 16f).ToString("R", CultureInfo.InvariantCulture))
    );

    private const string Drift = "/api/v1/explanations/drift?model=tiny&method=gradcam&from=2026-01-01T00:00:00Z&target=1";

    // They list a model that is loaded and unloaded meanwhile, or timings.
    private static readonly string[] Changing =
    [
        "/v1/models",
        "/v2/models",
        "/api/v1/models",
        "/api/v1/models/tiny",
        "/api/v1/explanations?limit=2",
        Drift,
        "/healthz/live",
        "/healthz/ready",
        "/healthz/startup",
        "/v2/models/tiny/stats",
        "/api/v1/admin-actions?limit=3",
    ];

    // csharpier-ignore
    public static IReadOnlyList<Seed> All { get; } =
    [
        .. Native(), .. Targets(), .. KServe(), .. OpenInference(), .. TorchServe(),
        .. new[]
        {
            "/", "/v1/models", "/v1/models/tiny", "/v2", "/v2/models", "/v2/models/tiny", "/v2/models/tiny/versions/1", "/v2/models/tiny/ready", "/v2/models/tiny/config", "/v2/models/tiny/stats", "/api/v1/admin-actions?limit=3", "/v2/health/live", "/v2/health/ready", "/ping",
            "/api/v1/models", "/api/v1/models/tiny", "/api/v1/models/tiny/labels", "/api/v1/methods", "/api/v1/colormaps", "/api/v1/samples", "/api/v1/explanations?limit=2", Drift, "/api/v1/explanations?id=01a2082b5ac6797781be56aac25fc3d5", "/api/v1/explanations?model=nobody&method=gradcam&target=1&from=2026-01-01T00:00:00Z&to=2027-01-01&after=MDFhMjA4MmI1YWM2Nzk3NzgxYmU1NmFhYzI1ZmMzZDU&limit=9",
             "/healthz/live", "/healthz/ready", "/healthz/startup",
        }.Select(path => new Seed($"GET {path}", !Changing.Contains(path), _ => new HostileRequest { Name = path, Verb = "GET", Target = path })),
    ];

    private static IEnumerable<Seed> Native()
    {
        foreach (
            var way in new[]
            {
                "explain?format=png",
                "explain?format=json",
                "explain?format=npy&method=layercam&target=1",
                "explain?format=webp&render=mask&size=64x48&colormap=viridis",
                "explain?format=png&render=boxes&boxes=wsolevaluation&threshold=0.3",
                "explain?format=json&include=boxes,masks,polygons&boxes=largest&threshold=percentile:90",
                "explain?format=jpeg&method=saliency&clip=1,99&alpha=0.3",
                "explain?format=json&method=hirescam&target=top:2&include=map,boxes,image,channels",
                "explain?method=gradcam%2B%2B&sign=both&render=heatmap",
                "explain?format=json&method=smoothgrad&samples=4&seed=3",
                "explain?format=json&method=rise&samples=8",
                "explain?format=json&method=occlusion&window=4&stride=4",
                "compare?format=json&methods=gradcam,hirescam,eigencam",
                "compare?format=png&layers=features&target=0,1",
                "compare?format=json&methods=gradcam,layercam,smoothgrad,scorecam,lime,kernelshap&target=top:3&samples=40",
                "explain?format=json&method=rise&samples=2000&target=top:3",
                "predict?top=2",
            }
        )
        {
            yield return Post($"/api/v1/models/tiny/{way}", Bytes, image => image);
        }

        yield return Post("/api/v1/models/tiny/explain", "multipart/form-data; boundary=edge", image =>
            Form(("image\"; filename=\"a.png", image), ("target", Text("1")), ("format", Text("json")))
        );
        yield return Post("/api/v1/models/tiny/predict", "multipart/form-data; boundary=\"edge\"", image =>
            Form(("top", Text("2")), ("file", image))
        );
        yield return Post("/api/v1/models/tiny/explain", Json, image =>
            Text(
                $$$"""{"image":{"b64":"{{{Base64(image)}}}"},"parameters":"""
                    + """{"target":"red","format":"json","method":"xgradcam","alpha":0.4,"seed":5}}"""
            )
        );
        yield return Post("/api/v1/models/tiny/compare", Json, image =>
            Text(
                $$$"""{"image":{"b64":"{{{Base64(image)}}}"},"parameters":"""
                    + """{"methods":"gradcam,layercam","target":"0,2","format":"json"}}"""
            )
        );
        yield return new Seed("POST explain gzip", true, image => Compressed("/api/v1/models/tiny/explain?format=json", Bytes, image));
        yield return new Seed("POST infer gzip", true, _ =>
            Compressed("/v2/models/tiny/infer", Json, Text($$"""{"id":"a","inputs":[{{{Item}},"data":[{{Numbers}}]}]}"""))
        );
        yield return Post("/api/v1/models/tiny/compare", Json, image =>
            Text(
                $$$"""{"image":{"b64":"data:image/png;base64,{{{Base64(image)}}}"},"parameters":"""
                    + """{"methods":["gradcam","layercam"],"target":[0,"top:2"],"include":["map","boxes"],"format":"json"}}"""
            )
        );
        yield return Post(
            "/api/v1/models/tiny/estimate?method=rise",
            Json,
            _ => Text("""{"parameters":{"samples":20,"target":1}}"""),
            steady: false
        );
    }

    private static IEnumerable<Seed> Targets()
    {
        Seed Of(string model, string target, string inputs = "{}") =>
            Post($"/api/v1/models/{model}/explain", Json, image =>
                Text(
                    $$$"""{"image":{"b64":"{{{Base64(image)}}}"},"parameters":{"format":"json","target":"""
                        + $$$"""{{{target.Replace("IMAGE", Base64(image), StringComparison.Ordinal)}}}},"inputs":{{{inputs}}}}"""
                )
            );
        yield return Of("segmentation", """{"output":"logits","index":[1],"region":"predicted"}""");
        yield return Of("segmentation", """{"output":"logits","index":["road"],"region":{"mask":[[1,0],[0,1]]}}""");
        yield return Of(
            "segmentation",
            """[{"output":"logits","index":[0],"region":{"mask":"IMAGE"}},{"output":"logits","index":[0,1,1]}]"""
        );
        yield return Of("embedding", """{"output":"embedding","similarTo":{"image":{"b64":"IMAGE"}}}""");
        yield return Of("embedding", """{"output":"embedding","similarTo":{"vector":[1,0,0,2.5,0,-1]}}""");
        yield return Of("caption", """{"output":"logits","tokens":[1,2,3]}""", """{"tokens":{"shape":[1,3],"data":[0,2,4]}}""");
        yield return Of("vqa", "1", """{"question":{"shape":[1,5],"data":[0.5,1,-1,0,2e-3]}}""");
        yield return Of("policy", """{"output":"value","index":[0]}""", """{"state":{"shape":[1,2],"data":[0.25,1]}}""");
    }

    private static IEnumerable<Seed> KServe()
    {
        foreach (var verb in new[] { "predict", "explain" })
        {
            yield return Post($"/v1/models/tiny:{verb}", Json, image =>
                Text($$$"""{"instances":[{"image":{"b64":"{{{Base64(image)}}}"}},{"data":"{{{Base64(image)}}}"}]}""")
            );
            var line = $"[{string.Join(',', Enumerable.Repeat("0,0.5,1,0.25", 4))}]";
            var plane = $"[{string.Join(',', Enumerable.Repeat(line, 16))}]";
            yield return Post($"/v1/models/tiny:{verb}", Json, _ =>
                Text($$$"""{"instances":[[{{{string.Join(',', Enumerable.Repeat(plane, 3))}}}]]}""")
            );
            yield return Post($"/v1/models/tiny:{verb}", "image/png", image => image);
        }
        yield return Post("/v1/models/tiny:explain?sign=both", Json, image =>
            Text(
                $$$"""{"signature_name":"serving_default","inputs":[{"b64":"{{{Base64(image)}}}","target":0},{"image_bytes":"""
                    + $$$"""{"b64":"{{{Base64(image)}}}"},"include":"image"}],"parameters":{"method":"layercam","target":"green"}}"""
            )
        );
    }

    private static IEnumerable<Seed> OpenInference()
    {
        foreach (var verb in new[] { "infer", "explain" })
        {
            yield return Post($"/v2/models/tiny/{verb}", Json, _ => Text($$"""{"id":"a","inputs":[{{{Item}},"data":[{{Numbers}}]}]}"""));
            yield return Post($"/v2/models/tiny/{verb}", Json, image =>
                Text(
                    """{"id":"a","inputs":[{"name":"image","shape":[1],"datatype":"BYTES","parameters":"""
                        + $$$"""{"content_type":"base64"},"data":["{{{Base64(image)}}}"]}],"outputs":[{"name":"heatmap"},"""
                        + """{"name":"logits","parameters":{"binary_data":true}}],"parameters":{"method":"hirescam","target":1}}"""
                )
            );
            yield return Tensors(
                $"/v2/models/tiny/{verb}",
                $$$"""{"id":"a","inputs":[{{{{Item}}},"parameters":{"binary_data_size":3072}}],"parameters":{"binary_data_output":true}}""",
                _ => Floats(768)
            );
            yield return Post($"/v2/models/tiny/versions/1/{verb}", Bytes, image => image, steady: false, length: 0);
        }
        yield return new Seed("V2 BYTES", true, image =>
        {
            byte[] elements = [.. Lengthened(image), .. Lengthened(image)];
            return Binary(
                "/v2/models/tiny/explain",
                """{"id":"a","inputs":[{"name":"image","shape":[2],"datatype":"BYTES","parameters":{"binary_data_size":"""
                    + $$$"""{{{elements.Length}}}}},{"name":"target","shape":[2],"datatype":"INT64","data":[2,0]}],"outputs":"""
                    + """[{"name":"map"},{"name":"score"}]}""",
                elements
            );
        });
        yield return Post("/v2/models/tiny/explain", Json, _ =>
            Text(
                $$$"""{"id":"a","inputs":[{{{{Item}}},"data":[{{{Numbers}}}]},{"name":"cotangent","shape":"""
                    + """[1,3],"datatype":"FP32","data":[0,1,-0.5]}],"outputs":[{"name":"gradients"},"""
                    + """{"name":"activations"}],"parameters":{"layer":"features"}}"""
            )
        );
        yield return Tensors(
            "/v2/models/vqa/explain",
            """{"id":"a","inputs":[{"name":"x","shape":[1,3,6,8],"datatype":"FP32","parameters":{"binary_data_size":576}},"""
                + """{"name":"question","shape":[1,5],"datatype":"FP32","parameters":{"binary_data_size":20}}],"parameters":"""
                + """{"target":1}}""",
            _ => Floats(149)
        );
        yield return Post("/v2/models/caption/infer", Json, image =>
            Text(
                $$$"""{"id":"a","inputs":[{"name":"image","shape":[1],"datatype":"BYTES","data":["{{{Base64(image)}}}"]},"""
                    + """{"name":"tokens","shape":[1,3],"datatype":"INT64","data":[0,2,4]}]}"""
            )
        );
        yield return Post("/v2/repository/index", Json, _ => Text("""{"ready":true}"""), steady: false);
        yield return Post("/v2/repository/models/spare/unload", Json, _ => Text("{}"), steady: false);
        yield return Post("/v2/repository/models/spare/load", Json, _ => Text("""{"parameters":{}}"""), steady: false);
    }

    private static IEnumerable<Seed> TorchServe() =>
        [
            Post("/predictions/tiny", "image/jpeg", image => image),
            Post("/explanations/tiny?method=gradcam&target=1", "application/x-www-form-urlencoded", image => image),
            Post("/explanations/tiny/1", "multipart/form-data; boundary=edge", image =>
                Form(("data", image), ("target", Text("2")), ("samples", Text("4")))
            ),
            Post("/predictions/tiny/1", "multipart/form-data; boundary=edge", image => Form(("data", image))),
        ];

    /// <summary>The bytes of a BYTES element.</summary>
    public static byte[] Lengthened(byte[] element) => [.. BitConverter.GetBytes((uint)element.Length), .. element];

    private static Seed Tensors(string path, string json, Func<byte[], byte[]> tensors) =>
        new($"POST {path} binary", true, image => Binary(path, json, tensors(image)));

    private static HostileRequest Binary(string path, string json, byte[] tensors) =>
        new()
        {
            Name = path,
            Verb = "POST",
            Target = path,
            Headers = [("Content-Type", Bytes), ("Inference-Header-Content-Length", $"{Text(json).Length}")],
            Body = [.. Text(json), .. tensors],
        };

    private static HostileRequest Compressed(string path, string type, byte[] body)
    {
        using var written = new MemoryStream();
        using (var gzip = new GZipStream(written, CompressionLevel.Fastest))
            gzip.Write(body);
        return new HostileRequest
        {
            Name = $"{path} gzip",
            Verb = "POST",
            Target = path,
            Headers = [("Content-Type", type), ("Content-Encoding", "gzip")],
            Body = written.ToArray(),
        };
    }

    private static Seed Post(string path, string type, Func<byte[], byte[]> body, bool steady = true, int? length = null) =>
        new($"POST {path} {type}", steady, image => new HostileRequest
        {
            Name = $"{path} {type}",
            Verb = "POST",
            Target = path,
            Headers =
            [
                ("Content-Type", type),
                .. length is { } header ? [("Inference-Header-Content-Length", $"{header}")] : Array.Empty<(string, string)>(),
            ],
            Body = body(image),
        });

    private static byte[] Form(params (string Name, byte[] Content)[] parts) =>
        [
            .. parts.SelectMany(p =>
                (byte[])[.. Text($"--edge\r\nContent-Disposition: form-data; name=\"{p.Name}\"\r\n\r\n"), .. p.Content, .. "\r\n"u8]
            ),
            .. "--edge--\r\n"u8,
        ];

    private static byte[] Floats(int count)
    {
        var bytes = new byte[count * sizeof(float)];
        for (var i = 0; i < count; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), i % 13 / 12f);
        return bytes;
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    private static string Base64(byte[] image) => Convert.ToBase64String(image);
}
