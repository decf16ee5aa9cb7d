using System.Text.Json.Nodes;

namespace Explain.Service.Tests.Security;

/// <summary>Tokens of an issuer that the service asks for its keys over HTTP.</summary>
public sealed class TokenTests(SecuredService service) : IClassFixture<SecuredService>
{
    private const string Reads = "/api/v1/methods";

    [Fact]
    public async Task AGoodTokenIsTaken() => Assert.Equal(200, (int)(await GetAsync(service.Issuer.Token("models:read"))).StatusCode);

    [Fact]
    public async Task ScopesMayBeAnArray() =>
        Assert.Equal(200, (int)(await GetAsync(service.Issuer.Token(new JsonArray("explain", "models:read")))).StatusCode);

    [Fact]
    public async Task ScopesOfOthersAreNoScopes()
    {
        var problem = await (await GetAsync(service.Issuer.Token("openid Models:Read models:read2"))).ProblemAsync(403, "forbidden");
        Assert.Equal("'somebody' lacks the scope models:read; it has none.", problem.GetProperty("detail").GetString());
    }

    // csharpier-ignore
    public static TheoryData<string, string> BadTokens => new()
    {
        { "another audience", "The token is for another audience." },
        { "no audience", "The token is for another audience." },
        { "another issuer", "The token is from another issuer." },
        { "expired", "The token has expired." },
        { "without end", "The token has no end (exp)." },
        { "of the future", "The token is not valid yet." },
        { "without subject", "The token names no subject (sub)." },
        { "unsigned", "The token's signature is not valid." },
        { "signed with the public key", "The token's signature is not valid." },
        { "forged", "The token's signature is not valid." },
        { "changed", "The token's signature is not valid." },
        { "cut", "The token's signature is not valid." },
        { "nonsense", "The token is not valid." },
    };

    [Theory]
    [MemberData(nameof(BadTokens))]
    public async Task ABadTokenIsRefusedWithTheReason(string kind, string reason)
    {
        var response = await GetAsync(Bad(kind));
        var problem = await response.ProblemAsync(401, "unauthenticated");
        Assert.Equal(reason, problem.GetProperty("detail").GetString());
        Assert.Contains(response.Headers.WwwAuthenticate, h =>
            h is { Scheme: "Bearer", Parameter: var p } && p!.Contains("error=\"invalid_token\"", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task AKeyWinsOverATokenBesideIt()
    {
        using var request = SecuredService.Request(HttpMethod.Get, Reads, SecuredService.UnknownKey, service.Issuer.Token("models:read"));
        await (await service.Client.SendAsync(request, TestContext.Current.CancellationToken)).ProblemAsync(401, "unauthenticated");
    }

    [Fact]
    public async Task WithoutItsIssuerTheServiceSaysThatTokensCannotBeCheckedAndKeysGoOn()
    {
        await using var gone = await TokenIssuer.StartAsync();
        var (address, token) = (gone.Address, gone.Token("models:read"));
        await gone.DisposeAsync();
        await using var alone = new Service([
            .. SecuredService.Key(0, "a", "exk_a", "models:read"),
            ("Jwt:Authority", address),
            ("Jwt:Audience", TokenIssuer.Audience),
            ("Jwt:RequireHttpsMetadata", "false"),
        ]);
        await alone.InitializeAsync();

        using var withToken = SecuredService.Request(HttpMethod.Get, Reads, token: token);
        var refused = await alone.Client.SendAsync(withToken, TestContext.Current.CancellationToken);
        await refused.ProblemAsync(503, "identity-unavailable");
        Assert.NotNull(refused.Headers.RetryAfter);
        using var withKey = SecuredService.Request(HttpMethod.Get, Reads, "exk_a");
        Assert.Equal(200, (int)(await alone.Client.SendAsync(withKey, TestContext.Current.CancellationToken)).StatusCode);
        using var probe = SecuredService.Request(HttpMethod.Get, "/healthz/ready", token: token);
        Assert.Equal(200, (int)(await alone.Client.SendAsync(probe, TestContext.Current.CancellationToken)).StatusCode);
    }

    private string Bad(string kind)
    {
        var (issuer, now) = (service.Issuer, DateTimeOffset.UtcNow);
        var good = issuer.Token("models:read");
        return kind switch
        {
            "another audience" => issuer.Token("models:read", c => c["aud"] = "somebody-else"),
            "no audience" => issuer.Token("models:read", c => c.Remove("aud")),
            "another issuer" => issuer.Token("models:read", c => c["iss"] = "https://issuer.example.org"),
            "expired" => issuer.Expired("models:read"),
            "without end" => issuer.Token("models:read", c => c.Remove("exp")),
            "of the future" => issuer.Token("models:read", c => c["nbf"] = now.AddMinutes(10).ToUnixTimeSeconds()),
            "without subject" => issuer.Token("models:read", c => c.Remove("sub")),
            "unsigned" => issuer.Unsigned("models:read"),
            "signed with the public key" => issuer.SignedWithThePublicKey("models:read"),
            "forged" => issuer.Forged("models:read"),
            "changed" => $"{good.Split('.')[0]}.{issuer.Token("models:read models:admin").Split('.')[1]}.{good.Split('.')[2]}",
            "cut" => good[..(good.LastIndexOf('.') + 1)],
            "nonsense" => "eyJ.eyJ.eyJ",
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
    }

    private async Task<HttpResponseMessage> GetAsync(string token)
    {
        using var request = SecuredService.Request(HttpMethod.Get, Reads, token: token);
        return await service.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
