using Explain.Engine.Methods.Tables;
using Explain.Engine.Parameters;

namespace Explain.Service.Tests.Hostile;

/// <summary>What can be done to an address and to headers.</summary>
internal static class AddressMutators
{
    // csharpier-ignore
    private static readonly string[] Segments =
    [
        "..", ".", "", "%2e%2e", "%2f", "%5c", "%00", "%0d%0aX-Injected:1", "%ff%fe", "%c0%ae", "%u0041", "%", "%zz", "nobody", "broken", "flat", "norule", "TINY", "tiny%20", ":explain", "a:b:c", "%3Aexplain", "versions", "1", "-1", "99999999999999999999",
        "~", "*", "{model}", "$(id)", "';--", "<script>", "\u00e4", "%f0%9f%98%80", "con", "models", "explain",
    ];

    // csharpier-ignore
    private static readonly string[] Values =
    [
        "", "0", "-1", "1", "2", "1e9", "2026-02-30", "0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00", "NaN", "Infinity", "-0", "0x10", "2147483648", "99999999999999999999", "0.5", "1.0000001", "true", "none", "all", "input", "map", "original", "0x0", "1x1", "1x100000", "100000x100000", "99999x1", "-1x5",
        "5,95", "95,5", "0,100", "nan,nan", "1,2,3", "top:0", "top:2", "top:-1", "top:99999999999", "predicted,predicted", "predicted", "contrast:0", "contrast:99", "counterfactual", "features", "logits", "x", "conv", "red", "r", "%", "%00", "%ff", "%c0%ae", "+",
        "a%0d%0aX-Injected:%201", "%7B%22output%22:%22logits%22%7D", "%7B", "%5B%5D", "%5B1,2%5D", "%7B%22question%22:%7B%7D%7D", "\u00e9", "%F0%9F%98%80", "map,boxes,image,channels,faithfulness,features", "{}", ",", ",,,", "7", "64",
    ];

    private static readonly string[] Types =
    [
        "",
        "image/png",
        "image/*",
        "image/",
        "/",
        "application/json; charset=utf-16",
        "application/json; charset=\"",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "application/octet-stream;;",
        "application/cloudevents+json",
        "application/xml",
        "\u00fc/x",
        "a",
    ];

    // csharpier-ignore
    private static readonly (string Name, string[] Values)[] Headers =
    [
        ("Accept", ["", "*/*", "image/*", "text/html", "image/png;q=0", "*/*;q=nan", "application/json;q=0.5, image/webp", ";;;", "application/problem+json", "image/png, , ,", "\u00e4", "application/x-npy", "application/octet-stream"]),
        ("Content-Encoding", ["gzip", "identity", "br, gzip", ""]),
        ("X-Request-Id", ["mine", "\u00fc", "../..", "x y"]),
        ("Authorization", ["Bearer x", "Basic Og==", "Bearer", "ApiKey \u00ff", ""]),
        ("X-Api-Key", ["x", ""]),
        ("traceparent", ["00-00000000000000000000000000000000-0000000000000000-00", "00-ffffffffffffffffffffffffffffffff-ffffffffffffffff-01", "garbage", ""]),
        ("tracestate", ["=,=,=", "a=b"]),
        ("baggage", ["a=b;c,d=%ff", "="]),
        ("Origin", ["null", "http://x", "\u00ff"]),
        ("Host", ["", "a b", "[::1", "x:99999"]),
        ("Range", ["bytes=0-", "bytes=5-1"]),
        ("If-None-Match", ["*", "\"x\"", "W/"]),
        ("Transfer-Encoding", ["identity", "gzip"]),
        ("Expect", ["100-continue", "nothing"]),
        ("Cookie", ["a=b", "=;=;"]),
        ("X-Forwarded-For", ["::1, %00"]),
        ("Access-Control-Request-Method", ["POST"]),
        ("X-HTTP-Method-Override", ["DELETE"]),
    ];

    private static readonly string[] Verbs = ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "post", "FOO", "POST"];
    private static readonly string[] Names =
    [
        .. ParameterTable.All.Select(p => p.Name),
        "",
        "from",
        "to",
        "after",
        "limit",
        "label",
        "imageDigest",
        "caller",
        "colour",
        "METHOD",
        "method%00",
        "%ff",
        "a[b]",
        "target%5B%5D",
        "__proto__",
    ];

    /// <summary>Another path.</summary>
    public static HostileRequest Path(HostileRequest request, Random random)
    {
        var (path, query) = Split(request.Target);
        var segments = path.Split('/').ToList();
        // The first is empty: a path begins with a slash.
        var at = random.Next(1, segments.Count);
        switch (random.Next(4))
        {
            case 0:
                segments.Insert(at, Pick(Segments, random));
                break;
            case 1:
                segments[at] += Pick(Segments, random);
                break;
            case 2:
                segments.RemoveAt(at);
                break;
            default:
                segments[at] = Pick(Segments, random);
                break;
        }
        var changed = string.Join('/', segments);
        return request with { Target = (changed.StartsWith('/') ? changed : "/" + changed) + query, Astray = true };
    }

    /// <summary>Other parameters.</summary>
    public static HostileRequest Query(HostileRequest request, Random random)
    {
        var (path, query) = Split(request.Target);
        var pairs = query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).ToList();
        for (var times = random.Next(1, 4); times > 0; times--)
        {
            var name = Pick(Names, random);
            var value =
                name is "method" && random.Next(3) > 0 ? Pick([.. MethodTable.All.Select(m => m.Id)], random) : Pick(Values, random);
            switch (random.Next(4))
            {
                case 0 when pairs.Count > 0:
                    pairs.RemoveAt(random.Next(pairs.Count));
                    break;
                case 1 when pairs.Count > 0:
                    pairs.Add(pairs[random.Next(pairs.Count)]);
                    break;
                case 2 when random.Next(4) == 0:
                    pairs.Add(Pick(["=", "&&", "%", "a", "=b", "x=y=z", "%3d%26", new string('q', 3000), "\u00e4=\u00e4"], random));
                    break;
                default:
                    pairs.RemoveAll(p => p.StartsWith(name + "=", StringComparison.Ordinal));
                    pairs.Add($"{name}={value}");
                    break;
            }
        }
        return request with { Target = $"{path}?{string.Join('&', pairs)}" };
    }

    /// <summary>Other headers, or another verb.</summary>
    public static HostileRequest Header(HostileRequest request, Random random)
    {
        switch (random.Next(6))
        {
            case 0:
                return request with { Verb = Pick(Verbs, random) };
            case 1:
                return request.With("Content-Type", random.Next(6) == 0 ? null : Pick(Types, random));
            case 2:
                return request with
                {
                    Headers =
                    [
                        .. request.Headers,
                        .. Enumerable.Range(0, random.Next(1, 60)).Select(i => ($"X-{i}", new string('v', random.Next(200)))),
                    ],
                };
            case 3 when request.Headers.Count > 0:
                return request with { Headers = [.. request.Headers, request.Headers[random.Next(request.Headers.Count)]] };
            default:
                var (name, values) = Headers[random.Next(Headers.Length)];
                return request with { Headers = [.. request.Headers, (name, Pick(values, random))] };
        }
    }

    private static (string Path, string Query) Split(string target) =>
        target.IndexOf('?', StringComparison.Ordinal) is >= 0 and var at ? (target[..at], target[at..]) : (target, "");

    private static T Pick<T>(T[] items, Random random) => items[random.Next(items.Length)];
}
