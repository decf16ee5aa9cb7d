using System.Diagnostics;
using System.Globalization;

namespace Explain.Load;

/// <summary>
/// What answers cost in processor time when several clients ask at once, beside what decoding, preparing and the run alone cost then: by
/// turns, as both depend on what else the machine does.
/// </summary>
internal static class ThroughputTable
{
    private const int Turns = 5;

    private const int WarmUps = 4;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(1);

    /// <summary>Prints a table for each model.</summary>
    /// <param name="service">The service.</param>
    /// <param name="alone">The engine.</param>
    /// <param name="models">The models.</param>
    /// <param name="photograph">Path of a picture.</param>
    public static async Task<int> PrintAsync(ServiceProcess service, Alone alone, IReadOnlyList<string> models, string photograph)
    {
        var photos = Photo.All(photograph);
        foreach (var model in models)
        {
            var requests = PhotoRequest.All(model, photos);
            for (var turn = 0; turn < WarmUps; turn++)
            {
                await Task.WhenAll(alone.WorkAsync(model, Enumerable.Range(0, photos.Count), WarmUp), AskAsync(service, requests, WarmUp));
                // Under load the just-in-time compiler does not come to what it has in line.
                await Task.Delay(1000);
                await Leaving.UntilIdleAsync(service.Id, Stopwatch.GetTimestamp());
            }
            Console.WriteLine($"{model}: {Cost.Clients} clients; core-milliseconds of the service for an answer, and of the model alone");
            Console.WriteLine("| picture | answer | a second | core-ms | the model alone | of all |");
            Console.WriteLine("|---|---|---|---|---|---|");
            foreach (var (place, photo) in photos.Index())
            {
                PhotoRequest[] asked = [.. requests.Where(r => r.Picture == photo.Size)];
                var (least, costs) = (default(Cost), new Cost[asked.Length]);
                for (var turn = 0; turn < Turns; turn++)
                {
                    least += await alone.WorkAsync(model, [place], Turn);
                    foreach (var (n, request) in asked.Index())
                        costs[n] += await AskAsync(service, [request], Turn);
                }
                foreach (var (request, cost) in asked.Zip(costs))
                {
                    var numbers = string.Create(
                        CultureInfo.InvariantCulture,
                        $"{cost.Rate:F0} | {cost.Each:F1} | {least.Each:F1} | {least.Each / cost.Each:P0}"
                    );
                    Console.WriteLine($"| {request.Picture} | {request.Answer} | {numbers} |");
                }
            }
        }
        return 0;
    }

    private static Task<Cost> AskAsync(ServiceProcess service, IReadOnlyList<PhotoRequest> requests, TimeSpan time) =>
        Cost.OfAsync(time, () => service.Used, n => requests[n % requests.Count].AskAsync(service.Client));
}
