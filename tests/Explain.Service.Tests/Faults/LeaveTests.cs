using System.Net;
using Explain.Engine.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using static Explain.Service.Tests.Requests;

namespace Explain.Service.Tests.Faults;

/// <summary>Callers who leave: what was computed for them ends, and their place is the next one's.</summary>
public sealed class LeaveTests
{
    // Minutes of work: the next request is answered in the test's time only if it ends with its caller.
    private const string Endless = "method=rise&samples=100000";
    private static readonly string B64 = Convert.ToBase64String(Pictures.Png);

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
        var computed = service.Client.PostAsync(path, json.Length > 0 ? Json(json) : Raw(Pictures.Png), leaving.Token);
        await Task.Delay(200, TestContext.Current.CancellationToken);
        var waiting = service.Client.PostAsync($"/api/v1/models/slow/explain?{Endless}&seed=1", Raw(Pictures.Png), waitingLeaves.Token);
        var next = service.Client.SendAsync("/api/v1/models/slow/explain", Raw(Pictures.Png));
        await Wait.UntilAsync(() => service.Services.GetRequiredService<QueueLengths>()["slow"] == 2, "the others wait");
        Assert.False(computed.IsCompleted);

        await waitingLeaves.CancelAsync();
        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => computed);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(HttpStatusCode.OK, (await next.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken)).StatusCode);
        await Wait.UntilAsync(() => service.Services.GetRequiredService<QueueLengths>()["slow"] == 0, "nobody waits any more");
    }
}
