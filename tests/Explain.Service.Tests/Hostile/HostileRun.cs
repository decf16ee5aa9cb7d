using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Explain.Testing;

namespace Explain.Service.Tests.Hostile;

/// <summary>
/// Sends hostile requests to a service and finds what is wrong with its answers, and with what it answers to others afterwards.
/// </summary>
internal sealed class HostileRun(Uri address)
{
    private readonly Dictionary<(Seed Seed, int Image), byte[]> _right = [];

    /// <summary>What went wrong.</summary>
    public ConcurrentQueue<string> Bad { get; } = [];

    /// <summary>How many answers had which status; 0 for a connection closed without one.</summary>
    public ConcurrentDictionary<int, int> Statuses { get; } = [];

    /// <summary>How many intact requests were answered as at first.</summary>
    public int Compared { get; private set; }

    /// <summary>The command line of a service with the models that the seeds ask for; what it keeps is kept beside them.</summary>
    public static string[] Settings(string directory) =>
        [
            $"--models={Path.Combine(directory, "models")}",
            $"--Explain:Store:Directory={Path.Combine(directory, "store")}",
            "--Explain:Store:Pictures=true",
            "--Explain:Store:Maps=true",
            "--Explain:DemoModel=false",
            "--Explain:OpenAdmin=true",
            "--Serilog:MinimumLevel:Default=Warning",
        ];

    /// <summary>Writes the models that the seeds ask for.</summary>
    public static void WriteModels(string directory)
    {
        directory = Path.Combine(directory, "models");
        TinyModels.Write(directory);
        foreach (
            var (name, net) in new[]
            {
                ("segmentation", TinyNets.Segmentation()),
                ("embedding", TinyNets.Embedding()),
                ("caption", TinyNets.Caption()),
                ("vqa", TinyNets.Vqa()),
                ("policy", TinyNets.PolicyAndValue()),
                ("spare", TinyNets.Embedding()),
            }
        )
        {
            File.WriteAllBytes(
                Path.Combine(Directory.CreateDirectory(Path.Combine(directory, name)).FullName, "model.onnx"),
                net.ToBytes()
            );
        }

        File.WriteAllLines(Path.Combine(directory, "segmentation", "labels.txt"), ["sky", "road", "house"]);
    }

    /// <summary>Sends every seed as it is and keeps the answers.</summary>
    public async Task BeginAsync()
    {
        foreach (var (seed, index) in Seeds.All.Select((seed, index) => (seed, index)))
        {
            var image = index % SeedImages.All.Count;
            var answer = await HostileAnswer.SendAsync(address, seed.Make(SeedImages.All[image]));
            if (answer.Status != 200)
                Bad.Enqueue($"the intact {seed.Name}: status {answer.Status}: {System.Text.Encoding.UTF8.GetString(answer.Body)}");
            else if (seed.Steady)
                _right[(seed, image)] = Lasting(answer);
        }
    }

    /// <summary>Sends hostile requests, a few at a time.</summary>
    public Task SendAsync(int seed, int first, int count) =>
        Parallel.ForEachAsync(Enumerable.Range(first, count), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (number, _) =>
            await OneAsync(MutatorTable.Make(seed, number))
        );

    /// <summary>Sends the seeds again: they must be answered as before.</summary>
    public async Task CompareAsync()
    {
        foreach (var ((seed, image), right) in _right)
        {
            var answer = await HostileAnswer.SendAsync(address, seed.Make(SeedImages.All[image]));
            if (answer.Status != 200 || !Lasting(answer).AsSpan().SequenceEqual(right))
                Bad.Enqueue($"the intact {seed.Name} is answered otherwise than before: status {answer.Status}");
            else
                Compared++;
        }
    }

    private async Task OneAsync(HostileRequest request)
    {
        try
        {
            var answer = await HostileAnswer.SendAsync(address, request);
            Statuses.AddOrUpdate(answer.Status, 1, (_, n) => n + 1);
            if (Verdict.Of(request, answer) is { } wrong)
                Bad.Enqueue($"{request.Name}: {wrong}");
        }
        catch (Exception e) when (e is TimeoutException or JsonException or InvalidOperationException or KeyNotFoundException)
        {
            Bad.Enqueue($"{request.Name}: {e.GetType().Name}: {e.Message}");
        }
    }

    private static byte[] Lasting(HostileAnswer answer)
    {
        if (
            answer["Content-Type"]?.StartsWith("application/json", StringComparison.Ordinal) != true
            || JsonNode.Parse(answer.Body) is not JsonObject document
        )
        {
            return answer.Body;
        }

        document.Remove("timings");
        return JsonSerializer.SerializeToUtf8Bytes(document);
    }
}
