using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Explain.Demo;
using Explain.Engine.Images;

namespace Explain.Load;

/// <summary>A request and the answer it must get.</summary>
/// <param name="Path">Address.</param>
/// <param name="Image">Body.</param>
internal sealed record Ask(string Path, byte[] Image)
{
    /// <summary>What it answers when nothing else goes on.</summary>
    public JsonNode? Alone { get; set; }
}

/// <summary>
/// Requests of every kind: models, methods, targets, sizes of images, all answered as JSON so that every number can be compared.
/// </summary>
internal static class Workload
{
    // Of each price: without a gradient, with one, with the gradient of the image, with several passes, with an image in the answer.
    // csharpier-ignore
    private static readonly string[] Ways =
    [
        "method=gradcam", "method=cam", "method=layercam", "method=gradcam%2B%2B", "method=hirescam&target=top:3", "method=saliency", "method=guided-gradcam",
        "method=gradcam&target=0&score=probability", "method=gradcam&include=map,boxes,image", "method=eigencam",
    ];

    private static readonly double[] Sizes = [1, 0.5, 2.5];

    public static IReadOnlyList<Ask> Make(IReadOnlyList<string> models)
    {
        var codec = new VipsImageCodec();
        var images = DemoAssets
            .Samples.SelectMany(
                (sample, i) => Sizes.Select(size => Resized(codec, sample.File, size, i % 2 == 0 ? ImageFormat.Png : ImageFormat.Jpeg))
            )
            .ToArray();
        // No size of image stays with one model or one way.
        return
        [
            .. models.SelectMany(
                (model, m) =>
                    Ways.Select(
                        (way, w) => new Ask($"/api/v1/models/{model}/explain?format=json&{way}", images[(7 * m + 5 * w) % images.Length])
                    )
            ),
        ];
    }

    /// <summary>The models that are ready.</summary>
    public static async Task<IReadOnlyList<string>> ModelsAsync(HttpClient client) =>
        [
            .. JsonNode.Parse(await client.GetStringAsync("/api/v1/models"))!["models"]!
                .AsArray()
                .Where(m => m!["state"]!.GetValue<string>() == "ready")
                .Select(m => m!["name"]!.GetValue<string>()),
        ];

    /// <summary>The requests that are answered, with their answers; some models cannot do every method.</summary>
    public static async Task<IReadOnlyList<Ask>> AnsweredAloneAsync(HttpClient client, IReadOnlyList<Ask> asks)
    {
        foreach (var ask in asks)
            (_, _, ask.Alone) = await SendAsync(client, ask, CancellationToken.None);
        return [.. asks.Where(a => a.Alone is not null)];
    }

    /// <summary>Sends a request; null for an answer other than 200.</summary>
    public static async Task<(int Status, bool RetryAfter, JsonNode? Answer)> SendAsync(
        HttpClient client,
        Ask ask,
        CancellationToken cancellation
    )
    {
        using var content = new ByteArrayContent(ask.Image);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using var request = new HttpRequestMessage(HttpMethod.Post, ask.Path) { Content = content };
        using var response = await client.SendAsync(request, cancellation);
        var bytes = await response.Content.ReadAsByteArrayAsync(cancellation);
        return (
            (int)response.StatusCode,
            response.Headers.RetryAfter is not null,
            response.IsSuccessStatusCode ? JsonNode.Parse(bytes) : null
        );
    }

    /// <summary>
    /// How far an answer is from the one that the same request gets alone: the largest distance of two maps relative to the map, infinite
    /// when anything else differs.
    /// </summary>
    public static double Distance(JsonNode alone, JsonNode answer)
    {
        var (a, b) = (Facts(alone), Facts(answer));
        if (a.Count != b.Count)
            return double.PositiveInfinity;
        var worst = 0.0;
        foreach (var (key, value) in a)
        {
            if (!b.TryGetValue(key, out var other))
                return double.PositiveInfinity;
            if (value is double[] x && other is double[] y)
            {
                if (x.Length != y.Length)
                    return double.PositiveInfinity;
                var (difference, norm) = (0.0, 0.0);
                for (var i = 0; i < x.Length; i++)
                {
                    difference += (x[i] - y[i]) * (x[i] - y[i]);
                    norm += x[i] * x[i];
                }
                if (difference > 0)
                    worst = Math.Max(worst, Math.Sqrt(difference / Math.Max(norm, 1e-30)));
            }
            else if (!Equals(value, other))
            {
                return double.PositiveInfinity;
            }
        }
        return worst;
    }

    // Numbers in arrays are compared together; what may differ from one answer to the next is left out.
    private static Dictionary<string, object> Facts(JsonNode answer)
    {
        var facts = new Dictionary<string, object>();
        Walk(answer, "", facts);
        return facts;
    }

    private static void Walk(JsonNode? node, string path, Dictionary<string, object> facts)
    {
        switch (node)
        {
            case JsonObject o:
                foreach (var (name, value) in o.Where(p => p.Key is not ("timings" or "b64")))
                    Walk(value, $"{path}/{name}", facts);
                break;
            case JsonArray { Count: > 0 } a when a[0] is JsonValue v && v.GetValueKind() == JsonValueKind.Number:
                facts[path] = a.Select(n => n!.GetValue<double>()).ToArray();
                break;
            case JsonArray a:
                for (var i = 0; i < a.Count; i++)
                    Walk(a[i], $"{path}/{i}", facts);
                break;
            case JsonValue v when v.GetValueKind() == JsonValueKind.Number:
                facts[path] = new[] { v.GetValue<double>() };
                break;
            case not null:
                facts[path] = node.ToJsonString();
                break;
        }
    }

    private static byte[] Resized(VipsImageCodec codec, string sample, double factor, ImageFormat format)
    {
        using var stream = DemoAssets.Open($"samples/{sample}")!;
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        var image = codec.Decode(bytes.ToArray(), long.MaxValue);
        var (width, height) = ((int)(image.Width * factor), (int)(image.Height * factor));
        var pixels = new byte[width * height * 3];
        for (var at = 0; at < pixels.Length; at++)
        {
            var (y, x, c) = (at / 3 / width, at / 3 % width, at % 3);
            pixels[at] = image.Pixels[((int)(y / factor) * image.Width + (int)(x / factor)) * 3 + c];
        }
        return codec.Encode(new RgbImage(width, height, pixels), format);
    }
}
