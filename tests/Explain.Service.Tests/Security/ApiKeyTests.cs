using System.Text.RegularExpressions;
using Explain.Service.Security;
using Microsoft.Extensions.Configuration;

namespace Explain.Service.Tests.Security;

/// <summary>Keys: how they are sent, made, and refused.</summary>
public sealed partial class ApiKeyTests(SecuredService service) : IClassFixture<SecuredService>
{
    [Theory]
    [InlineData("X-Api-Key", "{0}")]
    [InlineData("x-api-key", "{0}")]
    [InlineData("Authorization", "Bearer {0}")]
    [InlineData("authorization", "bearer   {0} ")]
    public async Task AKeyComesInEitherHeader(string header, string form) =>
        Assert.Equal(
            200,
            (int)
                (
                    await GetAsync("/api/v1/methods", header, form.Replace("{0}", SecuredService.FullKey, StringComparison.Ordinal))
                ).StatusCode
        );

    [Theory]
    [InlineData("X-Api-Key", "", "Send a key in X-Api-Key, or a key or token as Authorization: Bearer.")]
    [InlineData("Authorization", "Basic ZXhrX2Z1bGw6", "Send a key in X-Api-Key, or a key or token as Authorization: Bearer.")]
    [InlineData("Authorization", "exk_full", "Send a key in X-Api-Key, or a key or token as Authorization: Bearer.")]
    [InlineData("Authorization", "Bearer", "Send a key in X-Api-Key, or a key or token as Authorization: Bearer.")]
    [InlineData("X-Api-Key", "EXK_FULL", "This key is not known.")]
    [InlineData("X-Api-Key", "exk_ful", "This key is not known.")]
    [InlineData("X-Api-Key", "exk_full2", "This key is not known.")]
    [InlineData("X-Api-Key", "exk_expired", "This key has expired.")]
    [InlineData("Authorization", "Bearer exk_expired", "This key has expired.")]
    public async Task WhatIsNoKeyIsRefusedWithTheReason(string header, string value, string reason)
    {
        var response = await GetAsync("/api/v1/methods", header, value);
        var problem = await response.ProblemAsync(401, "unauthenticated");
        Assert.Equal(reason, problem.GetProperty("detail").GetString());
        Assert.Equal(["Bearer", "ApiKey"], response.Headers.WwwAuthenticate.Select(h => h.Scheme));
    }

    [Fact]
    public async Task TheHashIsNoKey()
    {
        var hash = ApiKey.FormatHash(ApiKey.HashOf(SecuredService.FullKey));
        await (await GetAsync("/api/v1/methods", "X-Api-Key", hash)).ProblemAsync(401, "unauthenticated");
        await (await GetAsync("/api/v1/methods", "X-Api-Key", hash.Split(':')[1])).ProblemAsync(401, "unauthenticated");
    }

    [Fact]
    public async Task TwoKeysAreRefused()
    {
        using var request = SecuredService.Request(HttpMethod.Get, "/api/v1/methods", SecuredService.FullKey);
        request.Headers.Add("x-api-key", [SecuredService.UnknownKey]);
        await (await service.Client.SendAsync(request, TestContext.Current.CancellationToken)).ProblemAsync(401, "unauthenticated");
    }

    [Fact]
    public async Task AMissingScopeIsNamedWithThoseThatThereAre()
    {
        var response = await GetAsync("/api/v1/methods", "X-Api-Key", SecuredService.KeyOf("explain"));
        var problem = await response.ProblemAsync(403, "forbidden");
        Assert.Equal("'only-explain' lacks the scope models:read; it has explain.", problem.GetProperty("detail").GetString());
        Assert.Equal(
            "realm=\"explain-service\", error=\"insufficient_scope\", scope=\"models:read\"",
            Assert.Single(response.Headers.WwwAuthenticate).Parameter
        );
    }

    [Fact]
    public async Task RefusalsOfTheOpenInferenceProtocolHaveItsShape()
    {
        var stranger = await service.Client.SendAsync("/v2/models/tiny", null, method: HttpMethod.Get);
        Assert.Equal(401, (int)stranger.StatusCode);
        Assert.Equal(
            "Send a key in X-Api-Key, or a key or token as Authorization: Bearer.",
            (await stranger.JsonAsync()).GetProperty("error").GetString()
        );
        var other = await GetAsync("/v2/models/tiny", "X-Api-Key", SecuredService.KeyOf("predict"));
        Assert.Equal(403, (int)other.StatusCode);
        Assert.Equal(
            "'only-predict' lacks the scope models:read; it has predict.",
            (await other.JsonAsync()).GetProperty("error").GetString()
        );
    }

    [Fact]
    public void ANewKeyIsPrintedOnceWithASettingThatKnowsIt()
    {
        var (first, second) = (New("front-end"), New("front-end"));
        var (key, hash) = (KeyLine().Match(first).Groups[1].Value, HashLine().Match(first).Groups[1].Value);
        Assert.Equal(1, first.Split(key).Length - 1);
        Assert.NotEqual(key, KeyLine().Match(second).Groups[1].Value);
        var settings = new ConfigurationBuilder().AddInMemoryCollection(
            new Dictionary<string, string?>
            {
                ["Explain:ApiKeys:0:Name"] = "front-end",
                ["Explain:ApiKeys:0:Hash"] = hash,
                ["Explain:ApiKeys:0:Scopes"] = "explain",
            }
        );
        var known = new ApiKeys(ServiceSettings.Read(settings.Build(), out _).Security);
        Assert.Equal("front-end", known.Find(key)?.Name);
        Assert.Null(known.Find(key + "="));
        Assert.Contains("\"Scopes\":[\"explain\",\"predict\",\"models:read\"]", first, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--new-api-key")]
    [InlineData("--new-api-key", "a", "b")]
    [InlineData("--new-api-key", "a b")]
    public void ANewKeyNeedsOneName(params string[] args)
    {
        using var errors = new StringWriter();
        Assert.Equal(2, NewApiKey.Handle(args, TextWriter.Null, errors));
        Assert.Equal("--new-api-key takes one name; allowed: 1 to 64 letters, digits, '.', '_' and '-'", errors.ToString().Trim());
    }

    private static string New(string name)
    {
        using var output = new StringWriter();
        Assert.Equal(0, NewApiKey.Handle(["--new-api-key", name], output, TextWriter.Null));
        return output.ToString();
    }

    private async Task<HttpResponseMessage> GetAsync(string path, string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        Assert.True(request.Headers.TryAddWithoutValidation(header, value));
        return await service.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    [GeneratedRegex("Key, shown this once: (exk_[A-Za-z0-9_-]{43})\n")]
    private static partial Regex KeyLine();

    [GeneratedRegex("\"Hash\":\"(sha256:[0-9a-f]{64})\"")]
    private static partial Regex HashLine();
}
