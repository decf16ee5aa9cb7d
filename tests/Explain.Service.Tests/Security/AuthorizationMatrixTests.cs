using System.Net;
using System.Text.RegularExpressions;
using Explain.Service.Security;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Explain.Service.Tests.Security;

/// <summary>Who may call what: every route of the running service with every kind of caller.</summary>
public sealed partial class AuthorizationMatrixTests(SecuredService service) : IClassFixture<SecuredService>
{
    private const string AnyVerb = "ANY";
    private const string Named = "{model:regex(^[A-Za-z0-9][A-Za-z0-9._-]{{0,127}}$)}";

    /// <summary>Every route with the scope it takes; null for everybody. A new route needs a line here.</summary>
    // csharpier-ignore
    private static readonly Dictionary<string, Scope?> Table = new()
    {
        ["POST /api/v1/models/{model}/explain"] = Scope.Explain,
        ["POST /api/v1/models/{model}/compare"] = Scope.Explain,
        ["POST /api/v1/models/{model}/estimate"] = Scope.Explain,
        ["POST /api/v1/models/{model}/predict"] = Scope.Predict,
        ["GET /api/v1/models"] = Scope.ModelsRead,
        ["GET /api/v1/models/{model}"] = Scope.ModelsRead,
        ["GET /api/v1/models/{model}/labels"] = Scope.ModelsRead,
        ["PUT /api/v1/models/{model}"] = Scope.ModelsAdmin,
        ["DELETE /api/v1/models/{model}"] = Scope.ModelsAdmin,
        ["GET /api/v1/methods"] = Scope.ModelsRead,
        ["GET /api/v1/colormaps"] = Scope.ModelsRead,
        ["GET /api/v1/samples"] = Scope.ModelsRead,
        ["GET /api/v1/samples/{file}"] = Scope.ModelsRead,
        ["GET /api/v1/explanations"] = Scope.Explain,
        ["GET /api/v1/explanations/drift"] = Scope.AuditRead,
        ["GET /api/v1/explanations/{id}"] = Scope.Explain,
        ["GET /api/v1/explanations/{id}/image"] = Scope.Explain,
        ["POST /api/v1/explanations/{id}/link"] = Scope.Explain,
        ["DELETE /api/v1/explanations"] = Scope.AuditDelete,
        ["GET /api/v1/admin-actions"] = Scope.AuditRead,
        ["GET /v2"] = Scope.ModelsRead,
        ["GET /v2/models/{model}"] = Scope.ModelsRead,
        ["GET /v2/models/{model}/ready"] = Scope.ModelsRead,
        ["GET /v2/models/{model}/config"] = Scope.ModelsRead,
        ["GET /v2/models/{model}/stats"] = Scope.ModelsRead,
        ["GET /v2/models/{model}/versions/{version}/config"] = Scope.ModelsRead,
        ["GET /v2/models/{model}/versions/{version}/stats"] = Scope.ModelsRead,
        ["POST /v2/models/{model}/explain"] = Scope.Explain,
        ["GET /v2/models"] = Scope.ModelsRead,
        ["POST /v2/models/{model}/infer"] = Scope.Predict,
        ["GET /v2/models/{model}/versions/{version}"] = Scope.ModelsRead,
        ["GET /v2/models/{model}/versions/{version}/ready"] = Scope.ModelsRead,
        ["POST /v2/models/{model}/versions/{version}/infer"] = Scope.Predict,
        ["POST /v2/models/{model}/versions/{version}/explain"] = Scope.Explain,
        ["POST /v2/repository/index"] = Scope.ModelsRead,
        ["POST /v2/repository/models/{model}/load"] = Scope.ModelsAdmin,
        ["POST /v2/repository/models/{model}/unload"] = Scope.ModelsAdmin,
        ["GET /v1/models"] = Scope.ModelsRead,
        [$"GET /v1/models/{Named}"] = Scope.ModelsRead,
        [$"POST /v1/models/{Named}:predict"] = Scope.Predict,
        [$"POST /v1/models/{Named}:explain"] = Scope.Explain,
        ["POST /predictions/{model}"] = Scope.Predict,
        ["PUT /predictions/{model}"] = Scope.Predict,
        ["POST /predictions/{model}/{version}"] = Scope.Predict,
        ["PUT /predictions/{model}/{version}"] = Scope.Predict,
        ["POST /explanations/{model}"] = Scope.Explain,
        ["PUT /explanations/{model}"] = Scope.Explain,
        ["POST /explanations/{model}/{version}"] = Scope.Explain,
        ["PUT /explanations/{model}/{version}"] = Scope.Explain,
        ["GET "] = null,
        ["GET /assets/{file}"] = null,
        ["GET /view/{id}"] = null,
        ["GET /explain-map.js"] = null,
        ["GET /docs/{**address}"] = null,
        ["GET /ping"] = null,
        ["ANY /metrics"] = null,
        ["GET /v2/health/live"] = null,
        ["GET /v2/health/ready"] = null,
        ["GET /healthz/live"] = null,
        ["GET /healthz/ready"] = null,
        ["GET /healthz/startup"] = null,
    };

    public static TheoryData<string> Routes => [.. Table.Keys];

    [Fact]
    public void TheTableNamesEveryRouteOfTheServiceAndNoOther() =>
        Assert.Equal(Table.Keys.Order(StringComparer.Ordinal), Endpoints().Select(e => e.Route).Order(StringComparer.Ordinal));

    [Fact]
    public void EveryRouteSaysWhoMayCallIt()
    {
        foreach (var (route, endpoint) in Endpoints())
        {
            var scopes = endpoint.Metadata.OfType<RequiredScope>().Select(r => r.Scope).Distinct().ToArray();
            var everybody = endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null;
            Assert.True(
                scopes.Length == (everybody ? 0 : 1),
                $"{route}: say RequireScope once, or OpenToAll; it has the scopes [{string.Join(", ", scopes)}] and "
                    + $"is{(everybody ? "" : " not")} open to all"
            );
        }
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task EveryCallerGetsWhatTheirScopesSay(string route)
    {
        var scope = Table[route];
        var (verb, path) = (route.Split(' ')[0], Example(route.Split(' ')[1]));
        foreach (var (caller, key, token, has) in Callers())
        {
            var expected =
                scope is not { } needed ? 0
                : has is null ? 401
                : has.Contains(needed) ? 0
                : 403;
            using var request = SecuredService.Request(verb == AnyVerb ? HttpMethod.Get : new HttpMethod(verb), path, key, token);
            using var response = await service.Client.SendAsync(request, TestContext.Current.CancellationToken);
            var status = (int)response.StatusCode;
            Assert.True(
                expected > 0 ? status == expected : status is (not (401 or 403) and < 500) or 503,
                $"{route} answers {caller} {status}, not {(expected > 0 ? expected : "what anybody gets")}"
            );
            if (expected == 0)
                continue;
            Assert.Contains("json", response.Content.Headers.ContentType?.MediaType, StringComparison.Ordinal);
            Assert.NotEmpty(response.Headers.WwwAuthenticate);
            Assert.NotEmpty((await response.JsonAsync()).EnumerateObject());
        }
    }

    [Theory]
    [InlineData("/nothing")]
    [InlineData("/api/v1/models/tiny/nothing")]
    [InlineData("/api/v1/models/tiny/explain")]
    public async Task StrangersLearnNothingOfAddresses(string path)
    {
        using var request = SecuredService.Request(HttpMethod.Get, path);
        await (await service.Client.SendAsync(request, TestContext.Current.CancellationToken)).ProblemAsync(401, "unauthenticated");
    }

    [Theory]
    [InlineData("predict", HttpStatusCode.Forbidden)]
    [InlineData("predict explain", HttpStatusCode.OK)]
    public async Task AnExplanationAmongTheOutputsOfARunTakesTheScopeToExplain(string scopes, HttpStatusCode status)
    {
        using var request = SecuredService.Request(HttpMethod.Post, "/v2/models/other/infer", null, service.Issuer.Token(scopes));
        request.Content = Requests.Json(
            """{"inputs":[{"name":"image","shape":[1],"datatype":"BYTES","data":"""
                + $$$"""["{{{Convert.ToBase64String(TestImages.Png)}}}"]}],"outputs":[{"name":"map"}]}"""
        );
        using var response = await service.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(status, response.StatusCode);
        if (status == HttpStatusCode.Forbidden)
            Assert.Equal("the output 'map' takes the scope explain", (await response.JsonAsync()).GetProperty("error").GetString());
    }

    // What they send and the scopes they have; null for those that are nobody.
    private IEnumerable<(string Caller, string? Key, string? Token, Scope[]? Has)> Callers()
    {
        yield return ("without a key", null, null, null);
        yield return ("with a wrong key", SecuredService.UnknownKey, null, null);
        yield return ("with an expired key", SecuredService.ExpiredKey, null, null);
        yield return ("with an expired token", null, service.Issuer.Expired(string.Join(' ', Scopes.Names)), null);
        yield return ("with a token without scopes", null, service.Issuer.Token(""), []);
        foreach (var scope in Enum.GetValues<Scope>())
        {
            yield return ($"with a key for {scope}", SecuredService.KeyOf(scope.Name()), null, [scope]);
            yield return ($"with a key for {scope} as bearer", null, SecuredService.KeyOf(scope.Name()), [scope]);
            yield return ($"with a token for {scope}", null, service.Issuer.Token(scope.Name()), [scope]);
            yield return (
                $"with a token for all but {scope}",
                null,
                service.Issuer.Token(string.Join(' ', Scopes.Names.Except([scope.Name()]))),
                [.. Enum.GetValues<Scope>().Except([scope])]
            );
        }
    }

    private IEnumerable<(string Route, Endpoint Endpoint)> Endpoints() =>
        from endpoint in service.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        from verb in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [AnyVerb]
        select ($"{verb} {endpoint.RoutePattern.RawText!.TrimEnd('/')}", (Endpoint)endpoint);

    private static string Example(string pattern) => RouteParameter().Replace(pattern, "tiny");

    [GeneratedRegex(@"\{model:regex\(.*?\)\}|\{[^{}]*\}")]
    private static partial Regex RouteParameter();
}
