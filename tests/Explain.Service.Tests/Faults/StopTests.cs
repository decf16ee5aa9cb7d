using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Explain.Testing;
using static Explain.Service.Tests.Requests;

namespace Explain.Service.Tests.Faults;

/// <summary>A service that is told to stop, that is killed, and clients that never finish, on real sockets.</summary>
public sealed partial class StopTests : IDisposable
{
    private static readonly string B64 = Convert.ToBase64String(TestImages.Png);

    // csharpier-ignore
    private static readonly (string Path, Func<HttpContent> Body)[] Asks =
    [
        ("/api/v1/models/slow/explain?format=npy&method=rise&samples=40", () => Raw(TestImages.Png)),
        ("/v1/models/slow:explain", () => Json($$$"""{"instances":[{"b64":"{{{B64}}}"}],"parameters":{"method":"rise","samples":40}}""")),
        ("/v2/models/slow/explain", () => Json($$$"""{"id":"1","inputs":[{"name":"image","shape":[1],"datatype":"BYTES","data":["{{{B64}}}"]}],"parameters":{"method":"rise","samples":40}}""")),
        ("/explanations/slow?method=rise&samples=40", () => Raw(TestImages.Png)),
    ];

    private readonly TemporaryFolder _models = new();

    public StopTests()
    {
        TinyModels.WriteSlow(_models.Path);
    }

    public void Dispose() => _models.Dispose();

    [Fact]
    public async Task WhatWasAcceptedIsAnsweredRightAndThenTheServiceEnds()
    {
        const int Requests = 45;
        await using var service = await StartAsync();
        var alone = await Task.WhenAll(Asks.Select(a => AskAsync(service, a)));
        var asked = Enumerable.Range(0, Requests).Select(n => AskAsync(service, Asks[n % Asks.Length])).ToArray();
        await UntilAcceptedAsync(service, Asks.Length + Requests);
        Assert.True(asked.Count(a => a.IsCompleted) < Requests / 2, "most were answered before the service was told to stop");

        Assert.Equal(0, await service.TerminateAsync());
        var answers = await Task.WhenAll(asked);
        Assert.All(answers.Select((answer, n) => (answer, n)), a => Assert.Equal(alone[a.n % Asks.Length], a.answer));
        await Assert.ThrowsAsync<HttpRequestException>(() =>
            service.Client.GetAsync("/healthz/live", TestContext.Current.CancellationToken)
        );
    }

    [Fact]
    public async Task AServiceThatWasKilledAnswersAfterItsNextStartAsBefore()
    {
        await using var service = await StartAsync();
        var before = await AskAsync(service, Asks[0]);
        var pending = service.Client.SendAsync($"{Asks[0].Path}000", Asks[0].Body());
        await service.KillAsync();
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => pending);
        await using var again = await StartAsync();
        Assert.Equal(before, await AskAsync(again, Asks[0]));
    }

    [Fact]
    public async Task ClientsWhoNeverFinishTakeNoPlaceFromOthers()
    {
        await using var service = await StartAsync("--Explain:QueueLimit=1");
        var slow = new List<TcpClient>();
        try
        {
            for (var n = 0; n < 50; n++)
            {
                var client = new TcpClient("127.0.0.1", service.Address.Port);
                slow.Add(client);
                await client
                    .GetStream()
                    .WriteAsync(
                        Encoding.ASCII.GetBytes(
                            "POST /api/v1/models/slow/explain HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\nContent-Length: "
                                + $"{(n % 2 == 0 ? 500_000 : 0)}\r\n{(n % 2 == 0 ? "\r\nPNG" : "")}"
                        ),
                        TestContext.Current.CancellationToken
                    );
            }
            for (var n = 0; n < 3; n++)
                await AskAsync(service, Asks[0]);
        }
        finally
        {
            foreach (var client in slow)
                client.Dispose();
        }
    }

    private Task<ServiceProcess> StartAsync(params string[] settings) =>
        ServiceProcess.StartAsync(
            typeof(Program).Assembly.Location,
            [
                $"--models={_models.Path}",
                "--Explain:DemoModel=false",
                "--Explain:Cache:SizeBytes=0",
                "--Explain:Store=none",
                "--Explain:MaxConcurrentRuns=1",
                "--Explain:MaxBatch=1",
                "--Explain:RequestTimeoutSeconds=600",
                .. settings,
            ]
        );

    private static async Task<string> AskAsync(ServiceProcess service, (string Path, Func<HttpContent> Body) ask)
    {
        var response = await service.Client.SendAsync(ask.Path, ask.Body());
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return Convert.ToHexString(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    // Asked of the service itself: what it has accepted, whether answered by now or not.
    private static Task UntilAcceptedAsync(ServiceProcess service, int requests) =>
        Wait.UntilAsync(
            async () =>
            {
                var metrics = await service.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
                return Accepted().Matches(metrics).Sum(m => int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture)) >= requests;
            },
            "the requests are accepted"
        );

    [GeneratedRegex(
        @"^http_server_(?:active_requests|request_duration_seconds_count)\{.*http_request_method=""POST"".*\} (\d+)",
        RegexOptions.Multiline
    )]
    private static partial Regex Accepted();
}
