using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace Explain.Service.Tests;

/// <summary>The service with a directory of tiny models, all loaded.</summary>
public sealed class Service : IAsyncLifetime
{
    private readonly string _models = Directory.CreateTempSubdirectory("explain-models-").FullName;
    private readonly Dictionary<string, string> _settings = new()
    {
        ["DemoModel"] = "false",
        ["Device"] = "cpu",
        ["MaxImageBytes"] = "1000000",
        ["Cache:SizeBytes"] = "0",
        ["Store"] = "none",
        ["Log:Format"] = "json",
    };
    private readonly Action<IServiceCollection>? _services;
    private Host? _host;

    public Service()
    {
        TinyModels.Write(_models);
    }

    internal Service(params (string Key, string Value)[] settings)
        : this()
    {
        foreach (var (key, value) in settings)
            _settings[key] = value;
    }

    internal Service(Action<IServiceCollection> services, params (string Key, string Value)[] settings)
        : this(settings)
    {
        _services = services;
    }

    public HttpClient Client { get; private set; } = null!;

    public string Models => _models;

    public IServiceProvider Services => _host!.Services;

    public async ValueTask InitializeAsync()
    {
        _host = new Host(_models, _settings, _services);
        Client = _host.CreateClient();
        await Wait.UntilAsync(
            async () => (await Client.GetAsync("/healthz/startup")).StatusCode == HttpStatusCode.OK,
            "the models are loaded"
        );
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
            await _host.DisposeAsync();
        Directory.Delete(_models, recursive: true);
    }

    private sealed class Host(string models, Dictionary<string, string> settings, Action<IServiceCollection>? services)
        : WebApplicationFactory<Program>
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.UseSetting("Serilog:MinimumLevel:Default", "Fatal");
            builder.UseSetting("Explain:ModelsDirectory", models);
            foreach (var (key, value) in settings)
                builder.UseSetting($"Explain:{key}", value);
            if (services is not null)
                builder.ConfigureTestServices(services);
        }
    }
}

/// <summary>Requests and answers, in a few words.</summary>
internal static class Requests
{
    public const string ExplainRoute = "/api/v1/models/tiny/explain";

    public static HttpContent Raw(byte[] bytes, string type = "application/octet-stream")
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        return content;
    }

    public static HttpContent Form(byte[] image, string part = "image", string file = "a.png", params (string Name, string Value)[] fields)
    {
        var form = new MultipartFormDataContent { { new ByteArrayContent(image), part, file } };
        foreach (var (name, value) in fields)
            form.Add(new StringContent(value), name);
        return form;
    }

    public static HttpContent Json(string json) => new StringContent(json, System.Text.Encoding.UTF8, "application/json");

    public static HttpContent Json(byte[] image, string parameters = "{}") =>
        Json($$"""{"image":{"b64":"{{Convert.ToBase64String(image)}}"},"parameters":{{parameters}}}""");

    public static async Task<HttpResponseMessage> SendAsync(
        this HttpClient client,
        string path,
        HttpContent? content,
        string? accept = null,
        HttpMethod? method = null
    )
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Post, path) { Content = content };
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage response) =>
        JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).RootElement;

    /// <summary>Checks that an answer is a problem of this status and slug, and returns it.</summary>
    public static async Task<JsonElement> ProblemAsync(this HttpResponseMessage response, int status, string slug)
    {
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True((int)response.StatusCode == status, $"{(int)response.StatusCode}: {text[..Math.Min(text.Length, 400)]}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = JsonDocument.Parse(text).RootElement;
        Assert.EndsWith(slug, problem.GetProperty("type").GetString(), StringComparison.Ordinal);
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        Assert.Equal(response.Headers.GetValues("X-Request-Id").Single(), problem.GetProperty("requestId").GetString());
        Assert.DoesNotContain(" at Explain.", text, StringComparison.Ordinal);
        return problem;
    }
}
