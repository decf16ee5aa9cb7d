using System.Net;
using Explain.Engine.Telemetry;
using Explain.Service.Tests.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using static Explain.Service.Tests.Requests;

namespace Explain.Service.Tests.Faults;

/// <summary>Callers who leave: what was computed for them ends, and their place is the next one's.</summary>
public sealed class LeaveTests
{
    // Minutes of work: the next request is answered before all of it is done only if it ends with its caller.
    private const int Samples = 100_000;
    private static readonly string Endless = $"method=rise&samples={Samples}";
    private static readonly string B64 = Convert.ToBase64String(TestImages.Png);

    // csharpier-ignore
    public static TheoryData<string, string> Requests => new()
    {
        { $"/api/v1/models/slow/explain?{Endless}", "" },
        { "/v1/models/slow:explain", $$$"""{"instances":[{"b64":"{{{B64}}}"}],"parameters":{"method":"rise","samples":100000}}""" },
        { "/v2/models/slow/explain", $$$"""{"inputs":[{"name":"image","shape":[1],"datatype":"BYTES","data":["{{{B64}}}"]}],"parameters":{"method":"rise","samples":100000}}""" },
        { $"/explanations/slow?{Endless}", "" },
    };

    [Theory, MemberData(nameof(Requests))]
    public async Task ThePlaceOfACallerWhoLeftIsTheNextOnes(string path, string json)
    {
        await using var service = new Service(("MaxConcurrentRuns", "1"), ("MaxBatch", "1"), ("RequestTimeoutSeconds", "3600"));
        TinyModels.WriteSlow(service.Models);
        await service.InitializeAsync();
        using var leaving = new CancellationTokenSource();
        using var waitingLeaves = new CancellationTokenSource();
        using var spans = new Spans();
        var (trace, _, parent) = Spans.Parent();
        using var asked = new HttpRequestMessage(HttpMethod.Post, path) { Content = json.Length > 0 ? Json(json) : Raw(TestImages.Png) };
        asked.Headers.TryAddWithoutValidation("traceparent", parent);
        var computed = service.Client.SendAsync(asked, leaving.Token);
        await Wait.UntilAsync(() => Computed() > 0, "it is computed");
        var waiting = service.Client.PostAsync($"/api/v1/models/slow/explain?{Endless}&seed=1", Raw(TestImages.Png), waitingLeaves.Token);
        var next = service.Client.SendAsync("/api/v1/models/slow/explain", Raw(TestImages.Png));
        await Wait.UntilAsync(() => service.Services.GetRequiredService<QueueLengths>()["slow"] == 2, "the others wait");
        Assert.False(computed.IsCompleted);

        await waitingLeaves.CancelAsync();
        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => computed);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await Wait.UntilAsync(() => next.IsCompleted, "the next one is answered");
        Assert.Equal(HttpStatusCode.OK, (await next).StatusCode);
        var left = Computed();
        Assert.InRange(left, 1, Samples - 1);
        Assert.Equal(HttpStatusCode.OK, (await service.Client.SendAsync("/api/v1/models/slow/explain", Raw(TestImages.Png))).StatusCode);
        Assert.Equal(left, Computed());
        await Wait.UntilAsync(() => service.Services.GetRequiredService<QueueLengths>()["slow"] == 0, "nobody waits any more");

        int Computed() => spans.Ended(trace, "run").Sum(run => (int)run.GetTagItem("explain.rows")!);
    }
}
