using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using Explain.Engine.Images;

namespace Explain.Load;

/// <summary>
/// Where the time of one request goes, from the first byte sent to the last byte read, for pictures of three sizes and every kind of
/// answer.
/// </summary>
internal static class RequestTable
{
    // Long enough for the just-in-time compiler to have finished.
    private const int WarmUp = 40;
    private const int Runs = 60;

    private static readonly (int Width, int Height)[] Sizes = [(224, 224), (720, 720), (1920, 1279)];

    // csharpier-ignore
    private static readonly (string Name, string Query)[] Answers =
    [
        ("JSON", "format=json"), ("heat map PNG", "render=heatmap"), ("overlay PNG", "format=png"), ("overlay JPEG", "format=jpeg"),
        ("overlay WebP", "format=webp"), ("layer", "render=layer"),
    ];

    /// <summary>Prints a table for each model.</summary>
    /// <param name="client">Of the service.</param>
    /// <param name="models">The models.</param>
    /// <param name="photograph">A picture; it is scaled to the sizes and sent as JPEG.</param>
    public static async Task<int> PrintAsync(HttpClient client, IReadOnlyList<string> models, string photograph)
    {
        var codec = new VipsImageCodec();
        var photo = codec.Decode(await File.ReadAllBytesAsync(photograph), long.MaxValue);
        var images = Sizes
            .Select(s => codec.Encode(Resampler.Resize(photo, s.Width, s.Height, Interpolation.Lanczos), ImageFormat.Jpeg))
            .ToArray();
        foreach (var model in models)
        {
            var cases = Sizes.SelectMany((size, i) => Answers.Select(a => new Case(model, size, images[i], a.Name, a.Query))).ToArray();
            for (var run = 0; run < WarmUp + Runs; run++)
            {
                foreach (var asked in cases)
                    await asked.AskAsync(client, kept: run >= WarmUp);
            }
            Console.WriteLine($"{model}: milliseconds of the fastest of {Runs} requests, all kinds by turns");
            Console.WriteLine($"| picture | answer | all | {string.Join(" | ", cases[0].Stages.Keys)} | rest | kB |");
            Console.WriteLine($"|{string.Concat(Enumerable.Repeat("---|", 5 + cases[0].Stages.Count))}");
            foreach (var asked in cases)
                Console.WriteLine(asked.Row());
        }
        return 0;
    }

    private sealed class Case(string model, (int Width, int Height) size, byte[] image, string name, string query)
    {
        private double _best = double.PositiveInfinity;
        private int _bytes;

        public Dictionary<string, double> Stages { get; private set; } = [];

        public async Task AskAsync(HttpClient client, bool kept)
        {
            using var content = new ByteArrayContent(image);
            content.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
            var watch = Stopwatch.StartNew();
            using var response = await client.PostAsync($"/api/v1/models/{model}/explain?{query}", content);
            var bytes = await response.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync();
            var time = watch.Elapsed.TotalMilliseconds;
            if (!kept || time >= _best)
                return;
            (_best, _bytes) = (time, bytes.Length);
            Stages = response
                .Headers.GetValues("Server-Timing")
                .Single()
                .Split(", ")
                .Select(s => s.Split(";dur="))
                .ToDictionary(s => s[0], s => double.Parse(s[1], CultureInfo.InvariantCulture));
        }

        // The rest is the way over the loopback device, both ways, and what belongs to no stage.
        public string Row()
        {
            double[] times = [_best, .. Stages.Values, _best - Stages.Values.Sum()];
            var listed = string.Join(" | ", times.Select(ms => ms.ToString("F1", CultureInfo.InvariantCulture)));
            return $"| {size.Width}×{size.Height} | {name} | {listed} | {(_bytes + 500) / 1000} |";
        }
    }
}
