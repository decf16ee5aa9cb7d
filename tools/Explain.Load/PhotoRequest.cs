using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using Explain.Engine.Images;

namespace Explain.Load;

/// <summary>A photograph, what is asked of it, and the fastest answer so far.</summary>
internal sealed class PhotoRequest
{
    private static readonly (int Width, int Height)[] Sizes = [(224, 224), (720, 720), (1920, 1279)];

    // csharpier-ignore
    private static readonly (string Name, string Query)[] Answers =
    [
        ("JSON", "format=json"), ("heat map PNG", "render=heatmap"), ("overlay PNG", "format=png"), ("overlay JPEG", "format=jpeg"),
        ("overlay WebP", "format=webp"), ("layer", "render=layer"),
    ];

    private readonly byte[] _image;
    private readonly string _path;

    private PhotoRequest(string model, (int Width, int Height) size, byte[] image, string answer, string query)
    {
        (_image, _path) = (image, $"/api/v1/models/{model}/explain?{query}");
        (Picture, Answer) = ($"{size.Width}×{size.Height}", answer);
    }

    /// <summary>The size of the picture.</summary>
    public string Picture { get; }

    /// <summary>The kind of answer.</summary>
    public string Answer { get; }

    /// <summary>Milliseconds of the fastest answer.</summary>
    public double Best { get; private set; } = double.PositiveInfinity;

    /// <summary>Milliseconds of its stages.</summary>
    public Dictionary<string, double> Stages { get; private set; } = [];

    /// <summary>Its length.</summary>
    public int Bytes { get; private set; }

    /// <summary>Every kind of answer for a photograph in every size, sent as JPEG.</summary>
    /// <param name="model">The model.</param>
    /// <param name="photograph">Path of a picture.</param>
    public static IReadOnlyList<PhotoRequest> All(string model, string photograph)
    {
        var codec = new VipsImageCodec();
        var photo = codec.Decode(File.ReadAllBytes(photograph), long.MaxValue);
        return
        [
            .. Sizes.SelectMany(size =>
            {
                var image = codec.Encode(Resampler.Resize(photo, size.Width, size.Height, Interpolation.Lanczos), ImageFormat.Jpeg);
                return Answers.Select(a => new PhotoRequest(model, size, image, a.Name, a.Query));
            }),
        ];
    }

    /// <summary>Asks.</summary>
    /// <returns>What <c>Server-Timing</c> says, and the length of the answer.</returns>
    public async Task<(string Timing, int Bytes)> AskAsync(HttpClient client)
    {
        using var content = new ByteArrayContent(_image);
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
