using Explain.Service.Security;

namespace Explain.Service.Tests.Security;

/// <summary>The service with a key for each scope, an expired one, and an issuer of tokens.</summary>
public sealed class SecuredService : IAsyncLifetime
{
    /// <summary>A key that has every scope and has expired.</summary>
    public const string ExpiredKey = "exk_expired";

    /// <summary>A key that has every scope.</summary>
    public const string FullKey = "exk_full";

    /// <summary>A key that nobody configured.</summary>
    public const string UnknownKey = "exk_unknown";

    private Service? _service;

    internal TokenIssuer Issuer { get; private set; } = null!;

    public HttpClient Client => _service!.Client;

    public IServiceProvider Services => _service!.Services;

    public static string KeyOf(string scope) => $"exk_only_{scope}";

    public static IEnumerable<(string, string)> Key(int at, string name, string key, string scopes) =>
        [($"ApiKeys:{at}:Name", name), ($"ApiKeys:{at}:Hash", ApiKey.FormatHash(ApiKey.HashOf(key))), ($"ApiKeys:{at}:Scopes", scopes)];

    public static HttpRequestMessage Request(HttpMethod method, string path, string? key = null, string? token = null)
    {
        var request = new HttpRequestMessage(method, path);
        if (key is not null)
            request.Headers.Add("X-Api-Key", key);
        if (token is not null)
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        return request;
    }

    public async ValueTask InitializeAsync()
    {
        Issuer = await TokenIssuer.StartAsync();
        var every = string.Join(',', Scopes.Names);
        _service = new Service([
            .. Scopes.Names.SelectMany((scope, i) => Key(i, $"only-{scope.Replace(':', '-')}", KeyOf(scope), scope)),
            .. Key(10, "full", FullKey, every),
            .. Key(11, "expired", ExpiredKey, every),
            ("ApiKeys:11:ExpiresAt", "2026-01-01T00:00:00Z"),
            ("Jwt:Authority", Issuer.Address),
            ("Jwt:Audience", TokenIssuer.Audience),
            ("Jwt:RequireHttpsMetadata", "false"),
        ]);
        await _service.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_service is not null)
            await _service.DisposeAsync();
        await Issuer.DisposeAsync();
    }
}
