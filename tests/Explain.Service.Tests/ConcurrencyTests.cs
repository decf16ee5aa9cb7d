using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Explain.Engine.Images;
using Explain.Engine.Telemetry;
using Explain.Service.Limits;
using Microsoft.Extensions.DependencyInjection;
using static Explain.Service.Tests.Requests;

namespace Explain.Service.Tests;

/// <summary>Many requests at once.</summary>
public sealed class ConcurrencyTests
{
    [Fact]
    public async Task AHundredMixedRequestsAtOnceGiveTheBytesOfTheSameRequestsOneByOne()
    {
        await using var service = new Service();
        await service.InitializeAsync();
        string[] methods = ["gradcam", "layercam", "cam"];
        var images = Enumerable.Range(0, 10).Select(i => TestImages.Make(40 + i, 30 + 2 * i, ImageFormat.Png, seed: i + 3)).ToArray();
        var requests = Enumerable
            .Range(0, 100)
            .Select(i =>
                (
                    $"/api/v1/models/{(i % 2 == 0 ? "tiny" : "other")}/explain?method={methods[i % 3]}"
                        + $"&format={(i % 4 < 2 ? "png" : "json")}&target={i % 3}",
                    images[i % 10]
                )
            )
            .ToArray();

        var alone = new List<string>();
        foreach (var (path, image) in requests)
            alone.Add(await AnswerAsync(service, path, image));
        var together = await Task.WhenAll(requests.Select(r => Task.Run(() => AnswerAsync(service, r.Item1, r.Item2))));
        Assert.Equal(alone, together);
        Assert.True(alone.Distinct().Count() > 50);
    }

    [Fact]
    public async Task WithoutRoomARequestIsRefusedAtOnceAndServedLater()
    {
        await using var service = new Service(("MaxConcurrentRuns", "1"), ("MaxBatch", "1"), ("QueueLimit", "0"));
        await service.InitializeAsync();
        using (
            await service
                .Services.GetRequiredService<AdmissionGate>()
                .EnterAsync("tiny", RunContext.Alone(TestContext.Current.CancellationToken))
        )
        {
            foreach (var path in new[] { ExplainRoute, "/api/v1/models/tiny/predict" })
            {
                var refused = await service.Client.SendAsync(path, Raw(TestImages.Png));
                await refused.ProblemAsync(503, "overloaded");
                Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter?.Delta);
            }
            Assert.Equal(
                HttpStatusCode.ServiceUnavailable,
                (await service.Client.SendAsync("/v2/models/tiny/explain", Json("{}"))).StatusCode
            );
            Assert.Equal(HttpStatusCode.OK, (await service.Client.SendAsync("/healthz/ready", null, method: HttpMethod.Get)).StatusCode);
        }
        Assert.Equal(HttpStatusCode.OK, (await service.Client.SendAsync(ExplainRoute, Raw(TestImages.Png))).StatusCode);
    }

    [Fact]
    public async Task ARequestThatWaitsTooLongPassesItsDeadline()
    {
        await using var service = new Service(
            ("MaxConcurrentRuns", "1"),
            ("MaxBatch", "1"),
            ("QueueLimit", "5"),
            ("RequestTimeoutSeconds", "1")
        );
        await service.InitializeAsync();
        using var held = await service
            .Services.GetRequiredService<AdmissionGate>()
            .EnterAsync("tiny", RunContext.Alone(TestContext.Current.CancellationToken));
        await (await service.Client.SendAsync(ExplainRoute, Raw(TestImages.Png))).ProblemAsync(504, "deadline-exceeded");
    }

    // The time an answer took differs from one to the next; everything else must not.
    private static async Task<string> AnswerAsync(Service service, string path, byte[] image)
    {
        var response = await service.Client.SendAsync(path, Raw(image));
        var bytes = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, Encoding.UTF8.GetString(bytes));
        if (response.Content.Headers.ContentType?.MediaType != "application/json")
            return Convert.ToHexString(bytes);
        var json = JsonNode.Parse(bytes)!.AsObject();
        Assert.True(json.Remove("timings"));
        return json.ToJsonString();
    }
}
