using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;

namespace Explain.Load;

/// <summary>A photograph, what is asked of it, and the fastest answer so far.</summary>
internal sealed class PhotoRequest
{
    // csharpier-ignore
    private static readonly (string Name, string Query)[] Answers =
    [
        ("JSON", "format=json"), ("heat map PNG", "render=heatmap"), ("overlay PNG", "format=png"), ("overlay JPEG", "format=jpeg"),
        ("overlay WebP", "format=webp"), ("layer", "render=layer"),
    ];

    private readonly Photo _photo;
    private readonly string _path;

    private PhotoRequest(string model, Photo photo, string answer, string query)
    {
        (_photo, _path) = (photo, $"/api/v1/models/{model}/explain?{query}");
        Answer = answer;
    }

    /// <summary>The size of the picture.</summary>
    public string Picture => _photo.Size;

    /// <summary>The kind of answer.</summary>
    public string Answer { get; }

    /// <summary>Milliseconds of the fastest answer.</summary>
    public double Best { get; private set; } = double.PositiveInfinity;

    /// <summary>Milliseconds of its stages.</summary>
    public Dictionary<string, double> Stages { get; private set; } = [];

    /// <summary>Its length.</summary>
    public int Bytes { get; private set; }

    /// <summary>Every kind of answer for a photograph in every size.</summary>
    /// <param name="model">The model.</param>
    /// <param name="photos">The photograph.</param>
    public static IReadOnlyList<PhotoRequest> All(string model, IEnumerable<Photo> photos) =>
        [.. photos.SelectMany(photo => Answers.Select(a => new PhotoRequest(model, photo, a.Name, a.Query)))];

    /// <summary>Asks.</summary>
    /// <returns>What <c>Server-Timing</c> says, and the length of the answer.</returns>
    public async Task<(string Timing, int Bytes)> AskAsync(HttpClient client)
    {
        using var content = new ByteArrayContent(_photo.Fresh());
        content.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
        using var response = await client.PostAsync(_path, content);
        var bytes = await response.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync();
        return (response.Headers.GetValues("Server-Timing").Single(), bytes.Length);
    }

    /// <summary>Asks, and takes the time.</summary>
    /// <param name="client">Of the service.</param>
    /// <param name="kept">Whether it counts.</param>
    public async Task TimeAsync(HttpClient client, bool kept)
    {
        var watch = Stopwatch.StartNew();
        var (timing, bytes) = await AskAsync(client);
        var time = watch.Elapsed.TotalMilliseconds;
        if (!kept || time >= Best)
            return;
        (Best, Bytes) = (time, bytes);
        Stages = timing
            .Split(", ")
            .Select(s => s.Split(";dur="))
            .ToDictionary(s => s[0], s => double.Parse(s[1], CultureInfo.InvariantCulture));
    }
}
