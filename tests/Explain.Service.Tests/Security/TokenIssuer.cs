using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Explain.Service.Tests.Security;

/// <summary>An issuer of tokens as the service meets them: discovery document and keys over HTTP, tokens signed by hand.</summary>
internal sealed class TokenIssuer : IAsyncDisposable
{
    public const string Audience = "explain-service";
    private const string KeyId = "key-1";

    private readonly RSA _key = RSA.Create(2048);
    private readonly WebApplication _app;

    private TokenIssuer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.MapGet("/.well-known/openid-configuration", () => Results.Json(new { issuer = Address, jwks_uri = $"{Address}/keys" }));
        _app.MapGet("/keys", () => Results.Json(
                new
                {
                    keys = new[]
                    {
                        new
                        {
                            kty = "RSA",
                            use = "sig",
                            alg = "RS256",
                            kid = KeyId,
                            n = Text(Public.Modulus!),
                            e = Text(Public.Exponent!),
                        },
                    },
                }
            ));
    }

    public string Address => _app.Urls.Single();

    private RSAParameters Public => _key.ExportParameters(includePrivateParameters: false);

    public static async Task<TokenIssuer> StartAsync()
    {
        var issuer = new TokenIssuer();
        await issuer._app.StartAsync(TestContext.Current.CancellationToken);
        return issuer;
    }

    /// <summary>A good token, changed as wished.</summary>
    public string Token(JsonNode scope, Action<JsonObject>? change = null) => Signed(Header("RS256"), Claims(scope, change), Sign);

    /// <summary>One that was good until some minutes ago.</summary>
    public string Expired(JsonNode scope) =>
        Token(scope, c =>
            (c["nbf"], c["exp"]) = (
                DateTimeOffset.UtcNow.AddHours(-1).ToUnixTimeSeconds(),
                DateTimeOffset.UtcNow.AddMinutes(-5).ToUnixTimeSeconds()
            )
        );

    /// <summary>One that nobody signed.</summary>
    public string Unsigned(JsonNode scope) => Signed(Header("none"), Claims(scope), _ => []);

    /// <summary>One that is signed with what everybody knows: the public key, taken for a shared secret.</summary>
    public string SignedWithThePublicKey(JsonNode scope) =>
        Signed(Header("HS256"), Claims(scope), data =>
            HMACSHA256.HashData(Encoding.ASCII.GetBytes(_key.ExportSubjectPublicKeyInfoPem()), data)
        );

    /// <summary>One of somebody who has another key and calls it by the same name.</summary>
    public string Forged(JsonNode scope) => Forged(Header("RS256"), Claims(scope));

    /// <summary>The same, with word of where that key is.</summary>
    public string ForgedWithKeysAt(string header, string address)
    {
        var forged = Header("RS256");
        (forged["kid"], forged[header]) = ("key-2", address);
        return Forged(forged, Claims("models:read"));
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _key.Dispose();
    }

    private static JsonObject Header(string algorithm) =>
        new()
        {
            ["alg"] = algorithm,
            ["typ"] = "JWT",
            ["kid"] = KeyId,
        };

    private JsonObject Claims(JsonNode scope, Action<JsonObject>? change = null)
    {
        var now = DateTimeOffset.UtcNow;
        var claims = new JsonObject
        {
            ["iss"] = Address,
            ["aud"] = Audience,
            ["sub"] = "somebody",
            ["scope"] = scope,
            ["iat"] = now.ToUnixTimeSeconds(),
            ["nbf"] = now.AddMinutes(-1).ToUnixTimeSeconds(),
            ["exp"] = now.AddHours(1).ToUnixTimeSeconds(),
        };
        change?.Invoke(claims);
        return claims;
    }

    private static string Forged(JsonObject header, JsonObject claims)
    {
        using var other = RSA.Create(2048);
        return Signed(header, claims, data => other.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    private byte[] Sign(byte[] data) => _key.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    private static string Signed(JsonObject header, JsonObject claims, Func<byte[], byte[]> sign)
    {
        var content = $"{Text(Encoding.UTF8.GetBytes(header.ToJsonString()))}.{Text(Encoding.UTF8.GetBytes(claims.ToJsonString()))}";
        return $"{content}.{Text(sign(Encoding.ASCII.GetBytes(content)))}";
    }

    private static string Text(byte[] bytes) => Base64Url.EncodeToString(bytes);
}
