using System.Diagnostics;
using System.Net;
using Explain.Testing;

namespace Explain.Deploy.Tests;

/// <summary>What <c>deploy/smoke.sh</c> says when there is nothing to check.</summary>
public sealed class SmokeTests
{
    [Theory]
    [InlineData("http://127.0.0.1:{free}", "nothing listens there")]
    [InlineData("http://127.0.0.1:{free}/", "smoke: http://127.0.0.1:{free}: nothing listens there")]
    [InlineData("http://no-such-host.invalid", "there is no such host")]
    [InlineData("http://127.0.0.1:{web}/", "404 instead of 200: http://127.0.0.1:{web}/healthz/live")]
    public async Task WhereThereIsNoServiceItSaysSoAtOnce(string url, string expected)
    {
        using var web = new HttpListener();
        var (free, other) = ($"{Ports.Free()}", $"{Ports.Free()}");
        web.Prefixes.Add($"http://127.0.0.1:{other}/");
        web.Start();
        var answering = AnswerAsync(web);

        var (code, errors) = await RunAsync(Filled(url));

        web.Stop();
        await answering;
        Assert.Equal(1, code);
        Assert.Contains(Filled(expected), errors, StringComparison.Ordinal);

        string Filled(string text) =>
            text.Replace("{free}", free, StringComparison.Ordinal).Replace("{web}", other, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Errors)> RunAsync(string url)
    {
        using var smoke = Process.Start(
            new ProcessStartInfo(Repository.PathOf("deploy", "smoke.sh"), [url])
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            }
        )!;
        // It would wait a minute for a service that is not ready.
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        var errors = await smoke.StandardError.ReadToEndAsync(patience.Token);
        await smoke.WaitForExitAsync(patience.Token);
        return (smoke.ExitCode, errors);
    }

    private static async Task AnswerAsync(HttpListener web)
    {
        try
        {
            while (true)
            {
                var context = await web.GetContextAsync();
                context.Response.StatusCode = 404;
                context.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // Stopped.
        }
    }
}
