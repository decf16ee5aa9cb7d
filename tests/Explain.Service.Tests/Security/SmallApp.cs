using Explain.Service.Requests;
using Explain.Service.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Explain.Service.Tests.Security;

/// <summary>The service's own security, in the service's order, around three routes, on real sockets.</summary>
internal sealed class SmallApp : IAsyncDisposable
{
    public const string Admin = "/v2/repository/models/any/load";
    public const string Metrics = "/metrics";

    private readonly WebApplication _app;
    private readonly HttpClient _client = new();

    private SmallApp(WebApplication app)
    {
        _app = app;
    }

    /// <summary>The addresses it listens on, the admin's last.</summary>
    public IReadOnlyList<string> Addresses => [.. _app.Urls];

    public static Task<SmallApp> StartAsync(params (string Key, string Value)[] settings) =>
        StartAsync("--urls=http://127.0.0.1:0", settings);

    public static async Task<SmallApp> StartAsync(string address, IEnumerable<(string Key, string Value)> settings)
    {
        var builder = WebApplication.CreateSlimBuilder([address]);
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create($"Explain:{s.Key}", (string?)s.Value)));
        var security = ServiceSettings.Read(builder.Configuration, out var problems).Security;
        Assert.Empty(problems);
        builder.AddAdminPort(security);
        builder.Services.AddSecurity(security);
        var app = builder.Build();
        app.UseMiddleware<ProblemMiddleware>();
        app.UseSecurity(security);
        app.MapPost(Admin, () => "loaded").RequireScope(Scope.ModelsAdmin);
        app.MapPost("/scope", () => "done").RequireScope(Scope.Explain);
        app.MapPost("/forgotten", () => "done");
        app.MapGet(Metrics, () => "metric 1").OpenToScrapers(security);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new SmallApp(app);
    }

    public Task<HttpResponseMessage> PostAsync(string path, string? key = null, int address = 0) =>
        SendAsync(SecuredService.Request(HttpMethod.Post, Addresses[address] + path, key));

    public Task<HttpResponseMessage> GetAsync(string path, string? key = null, int address = 0) =>
        SendAsync(SecuredService.Request(HttpMethod.Get, Addresses[address] + path, key));

    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
    {
        using (request)
            return await _client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }
}
