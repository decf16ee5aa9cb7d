using System.Diagnostics;
using System.Globalization;

namespace Explain.Load;

/// <summary>
/// What answers cost in processor time when several clients ask at once, and which stages it goes to: those are timed in a service that has
/// one processor and one client, where time and processor time are the same.
/// </summary>
internal static class ThroughputTable
{
    private const int Clients = 8;

    private const int WarmUp = 60;
    private const int Runs = 20;

    // Long enough for the just-in-time compiler to have finished.
    private static readonly TimeSpan WarmedUp = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan Asked = TimeSpan.FromSeconds(4);

    /// <summary>Prints a table for each model.</summary>
    /// <param name="service">The service.</param>
    /// <param name="narrow">The same with one processor.</param>
    /// <param name="models">The models.</param>
    /// <param name="photograph">A picture; it is scaled to the sizes and sent as JPEG.</param>
    public static async Task<int> PrintAsync(ServiceProcess service, ServiceProcess narrow, IReadOnlyList<string> models, string photograph)
    {
        foreach (var model in models)
        {
            var requests = PhotoRequest.All(model, photograph);
            for (var run = 0; run < WarmUp + Runs; run++)
            {
                foreach (var request in requests)
                    await request.TimeAsync(narrow.Client, kept: run >= WarmUp);
            }
            Console.WriteLine($"{model}: {Clients} clients; core-milliseconds of the service for an answer, and of its stages");
            Console.WriteLine($"| picture | answer | a second | core-ms | {string.Join(" | ", requests[0].Stages.Keys)} | the model's |");
            Console.WriteLine($"|{string.Concat(Enumerable.Repeat("---|", 5 + requests[0].Stages.Count))}");
            await AskAsync(service, requests, WarmedUp);
            foreach (var request in requests)
            {
                var (rate, cost) = await AskAsync(service, [request], Asked);
                double[] stages = [.. request.Stages.Values];
                var own = request.Stages["decode"] + request.Stages["preprocess"] + request.Stages["run"];
                var listed = string.Join(" | ", stages.Select(ms => ms.ToString("F1", CultureInfo.InvariantCulture)));
                Console.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"| {request.Picture} | {request.Answer} | {rate:F0} | {cost:F1} | {listed} | {own / cost:P0} |"
                    )
                );
            }
        }
        return 0;
    }

    private static async Task<(double Rate, double Milliseconds)> AskAsync(
        ServiceProcess service,
        IReadOnlyList<PhotoRequest> requests,
        TimeSpan time
    )
    {
        var (before, watch) = (service.Used, Stopwatch.StartNew());
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, Clients)
                .Select(async _ =>
                {
                    var count = 0;
                    for (; watch.Elapsed < time; count++)
                        await requests[count % requests.Count].AskAsync(service.Client);
                    return count;
                })
        );
        return (answers.Sum() / watch.Elapsed.TotalSeconds, (service.Used - before).TotalMilliseconds / answers.Sum());
    }
}
