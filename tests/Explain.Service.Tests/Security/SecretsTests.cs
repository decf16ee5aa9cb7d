using System.Diagnostics;
using System.Text;
using Explain.Testing;

namespace Explain.Service.Tests.Security;

/// <summary>The program, started as it is and told to log everything, writes down no key and no token.</summary>
public sealed class SecretsTests
{
    private const string Right = "exk_right-3b1f0c9d",
        Wrong = "exk_wrong-9a7e2d41",
        Basic = "cGFzczpleGtfYmFzaWM";

    [Fact]
    public async Task NeitherRightNorWrongKeysAreInAnythingThatTheProgramWrites()
    {
        await using var issuer = await TokenIssuer.StartAsync();
        var (token, forged) = (issuer.Token("models:read"), issuer.Forged("models:read"));
        var url = $"http://127.0.0.1:{Ports.Free()}";
        var output = new StringBuilder();
        using var service = Start(
            output,
            [
                $"--urls={url}",
                "--Serilog:MinimumLevel:Default=Verbose",
                "--Serilog:MinimumLevel:Override:Microsoft.AspNetCore=Verbose",
                .. Settings([
                    .. SecuredService.Key(0, "right", Right, "explain,models:read"),
                    ("Jwt:Authority", issuer.Address),
                    ("Jwt:Audience", TokenIssuer.Audience),
                    ("Jwt:RequireHttpsMetadata", "false"),
                ]),
            ]
        );
        try
        {
            using var client = new HttpClient { BaseAddress = new Uri(url) };
            await ReadyAsync(client);
            foreach (
                var (status, header, value) in new[]
                {
                    (200, "X-Api-Key", Right),
                    (200, "Authorization", $"Bearer {Right}"),
                    (200, "Authorization", $"Bearer {token}"),
                    (401, "X-Api-Key", Wrong),
                    (401, "Authorization", $"Bearer {Wrong}"),
                    (401, "Authorization", $"Bearer {forged}"),
                    (401, "Authorization", $"Basic {Basic}"),
                    (401, "Cookie", Wrong),
                }
            )
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/methods");
                request.Headers.TryAddWithoutValidation(header, value);
                using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
                Assert.Equal(status, (int)response.StatusCode);
                var told = response + await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
                foreach (var secret in new[] { Right, Wrong, Basic, token, forged })
                    Assert.DoesNotContain(secret, told, StringComparison.Ordinal);
            }
        }
        finally
        {
            service.Kill();
        }
        await service.WaitForExitAsync(TestContext.Current.CancellationToken);
        var written = output.ToString();
        Assert.Contains("/api/v1/methods", written, StringComparison.Ordinal);
        Assert.Contains("This key is not known.", written, StringComparison.Ordinal);
        foreach (var secret in new[] { Right, Wrong, Basic, token, forged, token.Split('.')[1], forged.Split('.')[2] })
            Assert.DoesNotContain(secret, written, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnOpenServiceSaysSoLoudly()
    {
        var url = $"http://127.0.0.1:{Ports.Free()}";
        var output = new StringBuilder();
        using var service = Start(output, [$"--urls={url}"]);
        try
        {
            using var client = new HttpClient { BaseAddress = new Uri(url) };
            await ReadyAsync(client);
        }
        finally
        {
            service.Kill();
        }
        await service.WaitForExitAsync(TestContext.Current.CancellationToken);
        var warning = Assert.Single(output.ToString().Split('\n'), line => line.Contains("THIS SERVICE IS OPEN", StringComparison.Ordinal));
        Assert.Contains("WRN]", warning, StringComparison.Ordinal);
        Assert.Contains(
            "everything of explain, predict, models:read, audit:read, as often as they like; admin routes are refused",
            warning,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("DataProtection", output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("XML encryptor", output.ToString(), StringComparison.Ordinal);
    }

    private static IEnumerable<string> Settings(IEnumerable<(string Key, string Value)> settings) =>
        settings.Select(s => $"--Explain:{s.Key}={s.Value}");

    private static async Task ReadyAsync(HttpClient client)
    {
        for (var tries = 0; ; tries++)
        {
            Assert.True(tries < 600, "the program is not ready after a minute");
            try
            {
                using var response = await client.GetAsync("/healthz/ready", TestContext.Current.CancellationToken);
                if (response.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // Nobody listens yet.
            }
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    private static Process Start(StringBuilder output, string[] args)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Program).Assembly.Location, .. args])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.Environment.Remove("ASPNETCORE_URLS");
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Add(line.Data);
        process.ErrorDataReceived += (_, line) => Add(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;

        void Add(string? line)
        {
            lock (output)
                output.AppendLine(line);
        }
    }
}
