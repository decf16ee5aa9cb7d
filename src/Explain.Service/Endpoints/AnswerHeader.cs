using System.Globalization;

namespace Explain.Service.Endpoints;

/// <summary>The headers of answers that are the service's own.</summary>
internal static class AnswerHeader
{
    // Proxies take 4 or 8 kB of all headers together.
    private const int LongestList = 1000;

    public const string RequestId = "X-Request-Id";
    public const string Id = "X-Explain-Id";
    public const string Model = "X-Explain-Model";
    public const string ModelDigest = "X-Explain-Model-Sha256";
    public const string Method = "X-Explain-Method";
    public const string Layer = "X-Explain-Layer";
    public const string Target = "X-Explain-Target";
    public const string Score = "X-Explain-Score";
    public const string Partial = "X-Explain-Partial";
    public const string Cache = "X-Cache";
    public const string Explanation = "X-Explanation";
    public const string ServerTiming = "Server-Timing";

    /// <summary>The length of the JSON in a body of the Open Inference Protocol, when tensors follow it; of requests, too.</summary>
    public const string JsonLength = "Inference-Header-Content-Length";

    /// <summary>Of an answer that was in the cache.</summary>
    public const string Hit = "hit";

    /// <summary>Of one that was not.</summary>
    public const string Miss = "miss";

    /// <summary>The value of <see cref="Cache"/>.</summary>
    public static string CacheState(bool hit) => hit ? Hit : Miss;

    /// <summary>
    /// A list as a header's value, separated by commas: as many values as fit into a kilobyte, and how many more there are. All of them are
    /// in JSON.
    /// </summary>
    public static string Listed(IEnumerable<string> values)
    {
        var all = values.ToArray();
        var (fitting, length) = (0, -1);
        while (fitting < all.Length && length + 1 + all[fitting].Length <= LongestList)
            length += 1 + all[fitting++].Length;
        var shown = string.Join(',', all[..fitting]);
        return fitting == all.Length ? shown : string.Create(CultureInfo.InvariantCulture, $"{shown}; and {all.Length - fitting} more");
    }

    /// <summary>Those of explanations, with their meaning.</summary>
    // csharpier-ignore
    public static IReadOnlyList<(string Name, string Meaning)> Table { get; } =
    [
        (RequestId, "Id of this request, as in the log"),
        (Id, "Digest of image, model and parameters"),
        (Model, "Name of the model"),
        (ModelDigest, "SHA-256 of the model: of its file, followed by the files of its weights"),
        (Method, "Method id"),
        (Layer, "Target layer"),
        (Target, "index;label for each target, comma separated, labels percent-encoded; of a long list the first kilobyte and how many more"),
        (Score, "What was differentiated"),
        (Partial, "Only when a deadline came first: done/all samples for each target, comma separated"),
        (Cache, "hit or miss; missing when nothing is cached"),
        (Explanation, "Path at which this answer's facts are kept, where explanations are written down"),
        (ServerTiming, "Milliseconds in each stage"),
    ];
}
