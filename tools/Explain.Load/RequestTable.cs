using System.Globalization;

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

    /// <summary>Prints a table for each model.</summary>
    /// <param name="client">Of the service.</param>
    /// <param name="models">The models.</param>
    /// <param name="photograph">A picture; it is scaled to the sizes and sent as JPEG.</param>
    public static async Task<int> PrintAsync(HttpClient client, IReadOnlyList<string> models, string photograph)
    {
        var photos = Photo.All(photograph);
        foreach (var model in models)
        {
            var cases = PhotoRequest.All(model, photos);
            for (var run = 0; run < WarmUp + Runs; run++)
            {
                foreach (var asked in cases)
                    await asked.TimeAsync(client, kept: run >= WarmUp);
            }
            Console.WriteLine($"{model}: milliseconds of the fastest of {Runs} requests, all kinds by turns");
            Console.WriteLine($"| picture | answer | all | {string.Join(" | ", cases[0].Stages.Keys)} | rest | kB |");
            Console.WriteLine($"|{string.Concat(Enumerable.Repeat("---|", 5 + cases[0].Stages.Count))}");
            foreach (var asked in cases)
            {
                // The rest is the way over the loopback device, both ways, and what belongs to no stage.
                double[] times = [asked.Best, .. asked.Stages.Values, asked.Best - asked.Stages.Values.Sum()];
                var listed = string.Join(" | ", times.Select(ms => ms.ToString("F1", CultureInfo.InvariantCulture)));
                Console.WriteLine($"| {asked.Picture} | {asked.Answer} | {listed} | {(asked.Bytes + 500) / 1000} |");
            }
        }
        return 0;
    }
}
