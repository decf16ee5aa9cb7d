using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Explain.Testing;
using Microsoft.Extensions.Configuration;
using static Explain.Service.Tests.Requests;

namespace Explain.Service.Tests;

/// <summary>The service behind proxies, below a path, and with a certificate of its own; on real sockets.</summary>
public sealed class ProxyTests
{
    private static readonly string Assembly = typeof(Program).Assembly.Location;

    [Fact]
    public async Task LinksLeadBelowThePathThatANamedProxyCutsOff()
    {
        using var folder = new TemporaryFolder();
        await using var service = await StartAsync(folder, "--Explain:Proxies=10.0.0.0/8,127.0.0.1");
        using var request = Forwarded(HttpMethod.Post, "/api/v1/models/demo/explain");
        request.Content = Raw(TestImages.Png);
        using var answer = await service.Client.SendAsync(request, TestContext.Current.CancellationToken);
        var link = answer.Headers.GetValues("X-Explanation").Single();
        Assert.StartsWith("/explain/api/v1/explanations/", link, StringComparison.Ordinal);
        Assert.Contains("url: /explain\n", await TextAsync(service, Forwarded(HttpMethod.Get, "/swagger/v1/swagger.yaml")));
        Assert.Contains("url: /\n", await TextAsync(service, new HttpRequestMessage(HttpMethod.Get, "/swagger/v1/swagger.yaml")));
        Assert.Contains(
            $"curl -sS https://{service.Address.Authority}/explain/api/",
            await TextAsync(service, Forwarded(HttpMethod.Get, "/docs/"))
        );

        JsonElement row = default;
        await Wait.UntilAsync(
            async () =>
            {
                using var ask = Forwarded(HttpMethod.Get, link["/explain".Length..]);
                using var found = await service.Client.SendAsync(ask, TestContext.Current.CancellationToken);
                row = await found.JsonAsync();
                return found.StatusCode == HttpStatusCode.OK;
            },
            "the explanation is written down"
        );
        Assert.Equal(link + "/image", row.GetProperty("picture").GetString());
        using var sign = Forwarded(HttpMethod.Post, link["/explain".Length..] + "/link");
        using var signed = await service.Client.SendAsync(sign, TestContext.Current.CancellationToken);
        var picture = (await signed.JsonAsync()).GetProperty("picture").GetString()!;
        Assert.StartsWith(link + "/image?expires=", picture, StringComparison.Ordinal);
        using var shown = await service.Client.GetAsync(picture["/explain".Length..], TestContext.Current.CancellationToken);
        Assert.Equal("image/png", shown.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task AProxyThatNobodyNamedIsNotBelieved()
    {
        using var folder = new TemporaryFolder();
        await using var service = await StartAsync(folder, "--Explain:Proxies=10.0.0.7", "--Explain:RequestsPerMinute=1");
        Assert.Equal(200, await AskAsync(service, "192.0.2.1"));
        Assert.Equal(429, await AskAsync(service, "192.0.2.2"));
        Assert.Contains("url: /\n", await TextAsync(service, Forwarded(HttpMethod.Get, "/swagger/v1/swagger.yaml")));
    }

    [Fact]
    public async Task QuotasCountTheCallersBehindAProxyAndNotTheNamesTheyInvent()
    {
        using var folder = new TemporaryFolder();
        await using var service = await StartAsync(folder, "--Explain:Proxies=127.0.0.1,10.0.0.0/8", "--Explain:RequestsPerMinute=1");
        Assert.Equal(200, await AskAsync(service, "192.0.2.1"));
        Assert.Equal(200, await AskAsync(service, "192.0.2.2"));
        Assert.Equal(429, await AskAsync(service, "192.0.2.1"));
        // The caller wrote the first; the proxies the others.
        Assert.Equal(429, await AskAsync(service, "192.0.2.9, 192.0.2.1"));
        Assert.Equal(429, await AskAsync(service, "192.0.2.9, 192.0.2.1, 10.1.1.1"));
    }

    [Fact]
    public async Task AProxyThatPassesPathsOnAsTheyAreNeedsTheBase()
    {
        using var folder = new TemporaryFolder();
        await using var service = await StartAsync(folder, "--Explain:PathBase=/explain");
        foreach (var path in new[] { "/explain/api/v1/models", "/api/v1/models", "/explain/swagger/index.html", "/healthz/live" })
            Assert.Equal(HttpStatusCode.OK, (await service.Client.GetAsync(path, TestContext.Current.CancellationToken)).StatusCode);
        Assert.Contains(
            "url: /explain\n",
            await TextAsync(service, new HttpRequestMessage(HttpMethod.Get, "/explain/swagger/v1/swagger.yaml"))
        );
    }

    [Fact]
    public async Task ThePageIsBelowTheBaseAndSaysSoToWhoeverForgetsTheSlash()
    {
        using var folder = new TemporaryFolder();
        await using var service = await StartAsync(folder, "--Explain:PathBase=/explain");
        using var handler = new HttpClientHandler { AllowAutoRedirect = false };
        using var client = new HttpClient(handler) { BaseAddress = service.Client.BaseAddress };
        using var redirect = await client.SendAsync("/explain", null, "text/html", HttpMethod.Get);
        Assert.Equal((HttpStatusCode.Found, "/explain/"), (redirect.StatusCode, redirect.Headers.Location?.OriginalString));
        using var page = await client.SendAsync("/explain/", null, "text/html", HttpMethod.Get);
        Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task TheServersOwnSettingsServeWithACertificate()
    {
        using var folder = new TemporaryFolder();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var name = new CertificateRequest("CN=explain.example.org", key, HashAlgorithmName.SHA256);
        using var made = name.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var (certificate, secret, port) = (Path.Combine(folder.Path, "tls.crt"), Path.Combine(folder.Path, "tls.key"), Ports.Free());
        await File.WriteAllTextAsync(certificate, made.ExportCertificatePem(), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(secret, key.ExportPkcs8PrivateKeyPem(), TestContext.Current.CancellationToken);
        string[] settings =
        [
            $"--Kestrel:Endpoints:Https:Url=https://*:{port}",
            $"--Kestrel:Endpoints:Https:Certificate:Path={certificate}",
            $"--Kestrel:Endpoints:Https:Certificate:KeyPath={secret}",
        ];
        using var service = Process.Start(new ProcessStartInfo("dotnet", [Assembly, .. settings, "--Explain:Store=none"]))!;
        try
        {
            await Wait.UntilAsync(
                async () =>
                {
                    using var check = Process.Start(
                        new ProcessStartInfo("dotnet", [Assembly, "--health-check", "live", .. settings]) { RedirectStandardError = true }
                    )!;
                    await check.WaitForExitAsync(TestContext.Current.CancellationToken);
                    return check.ExitCode == 0;
                },
                "the service says over TLS that it lives"
            );
            using var handler = new HttpClientHandler
            {
                ServerCertificateCustomValidationCallback = (_, shown, _, _) => shown?.Thumbprint == made.Thumbprint,
            };
            using var client = new HttpClient(handler);
            var answer = await client.GetAsync(new Uri($"https://localhost:{port}/healthz/live"), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
        finally
        {
            service.Kill();
        }
    }

    [Theory]
    [InlineData("Proxies", "10.0.0.300")]
    [InlineData("Proxies", "10.0.0.0/99")]
    [InlineData("Proxies", "proxy.example.org")]
    [InlineData("PathBase", "explain")]
    [InlineData("PathBase", "/a b")]
    [InlineData("PathBase", "/")]
    public void WhatIsNoProxyAndNoPathIsRefused(string key, string value)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            new Dictionary<string, string?> { [$"Explain:{key}"] = value }
        );
        ServiceSettings.Read(configuration.Build(), out var problems);
        Assert.StartsWith($"Explain:{key} = '{value}' is not allowed; allowed: ", Assert.Single(problems), StringComparison.Ordinal);
    }

    private static Task<ServiceProcess> StartAsync(TemporaryFolder folder, params string[] settings) =>
        ServiceProcess.StartAsync(
            Assembly,
            [.. settings, "--Explain:Store:Kind=sqlite", $"--Explain:Store:Directory={folder.Path}", "--Explain:Store:Pictures=true"]
        );

    private static HttpRequestMessage Forwarded(HttpMethod verb, string path) =>
        new(verb, path)
        {
            Headers =
            {
                { "X-Forwarded-For", "192.0.2.1" },
                { "X-Forwarded-Prefix", "/explain" },
                { "X-Forwarded-Proto", "https" },
            },
        };

    private static async Task<int> AskAsync(ServiceProcess service, string callers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/methods") { Headers = { { "X-Forwarded-For", callers } } };
        using var answer = await service.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return (int)answer.StatusCode;
    }

    private static async Task<string> TextAsync(ServiceProcess service, HttpRequestMessage request)
    {
        using (request)
        {
            using var answer = await service.Client.SendAsync(request, TestContext.Current.CancellationToken);
            return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        }
    }
}
