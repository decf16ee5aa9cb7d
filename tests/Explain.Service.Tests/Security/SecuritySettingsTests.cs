using Microsoft.Extensions.Configuration;

namespace Explain.Service.Tests.Security;

/// <summary>Wrong settings stop the start, and show no secret.</summary>
public sealed class SecuritySettingsTests
{
    private const string Secret = "exk_do-not-show-me";
    private static readonly string Hash = "sha256:" + new string('a', 64);

    [Fact]
    public void AKeyIsReadAsItIsWritten()
    {
        var settings = Read(
            out var problems,
            ("ApiKeys:0:Name", "ci"),
            ("ApiKeys:0:Hash", Hash.ToUpperInvariant()),
            ("ApiKeys:0:Scopes:0", "explain"),
            ("ApiKeys:0:Scopes:1", "models:read"),
            ("ApiKeys:0:RequestsPerMinute", "60"),
            ("ApiKeys:0:ExpiresAt", "2027-01-31T12:00:00+02:00")
        );
        Assert.Empty(problems);
        var key = Assert.Single(settings.Security.Keys);
        Assert.Equal(
            ("ci", 60, new DateTimeOffset(2027, 1, 31, 10, 0, 0, TimeSpan.Zero)),
            (key.Name, key.RequestsPerMinute, key.ExpiresAt)
        );
        Assert.Equal([Explain.Service.Security.Scope.Explain, Explain.Service.Security.Scope.ModelsRead], key.Scopes);
        Assert.False(settings.Security.IsOpen);
    }

    [Theory]
    [InlineData(
        "ApiKeys:0:Hash",
        Secret,
        "Explain:ApiKeys:0:Hash = (not shown) is not allowed; allowed: sha256: and the 64 hexadecimal digits of a key's SHA-256, as "
            + "--new-api-key NAME prints them"
    )]
    [InlineData(
        "ApiKeys:0:Key",
        Secret,
        "Explain:ApiKeys:0:Key = (not shown) is no setting; allowed: Name, Hash, Scopes, Models, RequestsPerMinute, ExpiresAt"
    )]
    [InlineData("ApiKeys", Secret, "Explain:ApiKeys = (not shown) is not allowed; allowed: a list of objects")]
    [InlineData(
        "ApiKeys:0:Name",
        "a b",
        "Explain:ApiKeys:0:Name = 'a b' is not allowed; allowed: 1 to 64 letters, digits, '.', '_' and '-'"
    )]
    [InlineData(
        "ApiKeys:0:Scopes",
        "explain,admin",
        "Explain:ApiKeys:0:Scopes = 'admin' is not allowed; allowed: explain, predict, models:read, models:admin, audit:read, audit:delete"
    )]
    [InlineData(
        "ApiKeys:0:Scopes",
        "",
        "Explain:ApiKeys:0:Scopes = '' is not allowed; allowed: explain, predict, models:read, models:admin, audit:read, audit:delete"
    )]
    [InlineData(
        "ApiKeys:0:RequestsPerMinute",
        "many",
        "Explain:ApiKeys:0:RequestsPerMinute = 'many' is not allowed; allowed: a whole number from 0 to 1000000"
    )]
    [InlineData(
        "ApiKeys:0:ExpiresAt",
        "soon",
        "Explain:ApiKeys:0:ExpiresAt = 'soon' is not allowed; allowed: a moment like 2027-01-31T00:00:00Z"
    )]
    [InlineData(
        "OpenAdmin",
        "true",
        "Explain:OpenAdmin = 'true' is not allowed; allowed: false, or none of ApiKeys, ApiKeysFile and Jwt: where callers are "
            + "known, admin routes take a scope"
    )]
    [InlineData(
        "CorsOrigins",
        "dashboard.example.org",
        "Explain:CorsOrigins = 'dashboard.example.org' is not allowed; allowed: origins like https://dashboard.example.org, with no "
            + "path, or * for all"
    )]
    [InlineData(
        "CorsOrigins",
        "https://dashboard.example.org/",
        "Explain:CorsOrigins = 'https://dashboard.example.org/' is not allowed; allowed: origins like https://dashboard.example.org, "
            + "with no path, or * for all"
    )]
    [InlineData(
        "FrameAncestors",
        "https://a.example.org; script-src *",
        "Explain:FrameAncestors = 'https://a.example.org; script-src *' is not allowed; allowed: origins like "
            + "https://dashboard.example.org, with no path, or * for all"
    )]
    [InlineData("AdminPort", "70000", "Explain:AdminPort = '70000' is not allowed; allowed: a whole number from 0 to 65535")]
    [InlineData("Jwt", Secret, "Explain:Jwt = 'exk_do-not-show-me' is not allowed; allowed: an object")]
    [InlineData(
        "Jwt:Authority",
        "https://issuer.example.org",
        "Explain:Jwt:Audience = '' is not allowed; allowed: the audience that tokens for this service name"
    )]
    public void AWrongSettingIsNamedWithWhatIsAllowed(string key, string value, string line)
    {
        Read(out var problems, [.. Good().Where(s => !s.Key.StartsWith(key, StringComparison.Ordinal)), (key, value)]);
        Assert.Equal([line], problems);
    }

    [Theory]
    [InlineData("http://issuer.example.org", "true", "an address that begins with https://, or http:// with RequireHttpsMetadata = false")]
    [InlineData("issuer.example.org", "false", "an address that begins with https:// or http://")]
    public void AnIssuerIsReachedByHttpsUnlessTheSettingSaysOtherwise(string authority, string https, string allowed)
    {
        Read(out var problems, ("Jwt:Authority", authority), ("Jwt:Audience", "a"), ("Jwt:RequireHttpsMetadata", https));
        Assert.Equal([$"Explain:Jwt:Authority = '{authority}' is not allowed; allowed: {allowed}"], problems);
    }

    [Fact]
    public void NamesAndKeysAreThereOnce()
    {
        Read(out var problems, [.. Good(), ("ApiKeys:1:Name", "good"), ("ApiKeys:1:Hash", Hash), ("ApiKeys:1:Scopes", "explain")]);
        Assert.Equal(2, problems.Count);
        Assert.Contains("'good' is there 2 times", problems[0], StringComparison.Ordinal);
        Assert.Contains("each hash once", problems[1], StringComparison.Ordinal);
        Assert.All(problems, p => Assert.DoesNotContain(Hash, p, StringComparison.Ordinal));
    }

    [Fact]
    public void WithoutKeysAndIssuerTheServiceIsOpen()
    {
        Assert.True(Read(out var problems).Security.IsOpen);
        Assert.Empty(problems);
        Assert.False(Read(out _, ("Jwt:Authority", "https://issuer.example.org"), ("Jwt:Audience", "a")).Security.IsOpen);
    }

    private static (string Key, string Value)[] Good() =>
        [("ApiKeys:0:Name", "good"), ("ApiKeys:0:Hash", Hash), ("ApiKeys:0:Scopes", "explain")];

    private static ServiceSettings Read(out IReadOnlyList<string> problems, params (string Key, string Value)[] settings) =>
        ServiceSettings.Read(
            new ConfigurationBuilder()
                .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create($"Explain:{s.Key}", (string?)s.Value)))
                .Build(),
            out problems
        );
}
