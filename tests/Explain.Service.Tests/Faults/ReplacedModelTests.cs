using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using static Explain.Service.Tests.Requests;

namespace Explain.Service.Tests.Faults;

/// <summary>A model that is replaced while it answers: every answer is one model's from beginning to end.</summary>
public sealed class ReplacedModelTests
{
    private const int Swaps = 12;
    private static readonly string B64 = Convert.ToBase64String(TestImages.Png);

    /// <summary>One question in the words of each protocol, and the parts of the answer that tell one model from another.</summary>
    // csharpier-ignore
    private static readonly (string Path, Func<HttpContent> Body, Func<JsonElement, string> Facts)[] Asks =
    [
        ("/api/v1/models/m/explain?format=json&target=1", () => Raw(TestImages.Png), a => $"{a.GetProperty("model").GetProperty("sha256")}{a.GetProperty("predictions")}{a.GetProperty("explanations")}"),
        ("/api/v1/models/m/predict", () => Raw(TestImages.Png), a => $"{a.GetProperty("model").GetProperty("sha256")}{a.GetProperty("predictions")}"),
        ("/v1/models/m:explain", () => Json($$$"""{"instances":[{"b64":"{{{B64}}}"},{"b64":"{{{B64}}}","target":0}],"parameters":{"target":1}}"""), a => $"{a}"),
        ("/v2/models/m/infer", () => Json($$$"""{"inputs":[{"name":"image","shape":[1],"datatype":"BYTES","data":["{{{B64}}}"]}],"outputs":[{"name":"logits"},{"name":"map"},{"name":"heatmap"}]}"""), a => $"{a.GetProperty("outputs")}"),
        ("/v2/models/m/explain", () => Json($$$"""{"inputs":[{"name":"image","shape":[1],"datatype":"BYTES","data":["{{{B64}}}"]}],"parameters":{"target":0}}"""), a => $"{a.GetProperty("outputs")}"),
        ("/predictions/m", () => Raw(TestImages.Png), a => $"{a}"),
        ("/explanations/m?method=gradcam&target=1", () => Raw(TestImages.Png), a => $"{a}"),
    ];

    [Fact]
    public async Task UnderLoadNoAnswerIsAMixtureAndNoRequestFails()
    {
        await using var service = new Service(("OpenAdmin", "true"));
        TinyModels.Replace(service.Models, "m", seed: 1, ["a", "b", "c"]);
        await service.InitializeAsync();
        var known = new HashSet<string>[] { await AnswersAsync(service), [] };
        TinyModels.Replace(service.Models, "m", seed: 2, ["d", "e", "f"]);
        await LoadAsync(service, HttpStatusCode.OK);
        known[1] = await AnswersAsync(service);
        Assert.Empty(known[0].Intersect(known[1]));

        var (seen, over) = (new ConcurrentBag<string>(), false);
        var clients = Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(c =>
                    Task.Run(async () =>
                    {
                        for (var n = c; !Volatile.Read(ref over); n++)
                            seen.Add(await AnswerAsync(service, n % Asks.Length));
                    })
                )
        );
        for (var n = 0; n < Swaps; n++)
        {
            TinyModels.Replace(service.Models, "m", seed: 1 + n % 2, n % 2 == 0 ? ["a", "b", "c"] : ["d", "e", "f"]);
            await LoadAsync(service, HttpStatusCode.OK);
            var (before, tries) = (seen.Count, 0);
            while (seen.Count < before + 3 * Asks.Length && tries++ < 1000)
                await Task.Delay(10, TestContext.Current.CancellationToken);
        }
        Volatile.Write(ref over, true);
        await clients;

        Assert.All(seen, answer =>
            Assert.True(
                known[0].Contains(answer) || known[1].Contains(answer),
                $"neither model answers so: {answer[..Math.Min(answer.Length, 300)]}"
            )
        );
        Assert.All(known.SelectMany(k => k), answer =>
            Assert.True(seen.Contains(answer), $"one of the two models was never seen: {answer[..60]}")
        );
    }

    [Fact]
    public async Task AModelThatCannotBeLoadedLeavesTheOldOneAnswering()
    {
        await using var service = new Service(("OpenAdmin", "true"));
        TinyModels.Replace(service.Models, "m", seed: 1, ["a", "b", "c"]);
        await service.InitializeAsync();
        var before = await AnswersAsync(service);
        await File.WriteAllTextAsync(Path.Combine(service.Models, "m", "model.onnx"), "no model", TestContext.Current.CancellationToken);
        await LoadAsync(service, HttpStatusCode.ServiceUnavailable);
        Assert.Equal(before, await AnswersAsync(service));
    }

    private static async Task<HashSet<string>> AnswersAsync(Service service) =>
        [.. await Task.WhenAll(Enumerable.Range(0, Asks.Length).Select(n => AnswerAsync(service, n)))];

    private static async Task<string> AnswerAsync(Service service, int n)
    {
        var response = await service.Client.SendAsync(Asks[n].Path, Asks[n].Body());
        var answer = await response.JsonAsync();
        Assert.True(response.IsSuccessStatusCode, $"{Asks[n].Path}: {(int)response.StatusCode} {answer}");
        var digest = Assert.Single(response.Headers.GetValues("X-Explain-Model-Sha256"));
        return $"{n} {digest} {Asks[n].Facts(answer)}";
    }

    private static async Task LoadAsync(Service service, HttpStatusCode expected)
    {
        var response = await service.Client.SendAsync("/v2/repository/models/m/load", null);
        Assert.Equal(expected, response.StatusCode);
    }
}
