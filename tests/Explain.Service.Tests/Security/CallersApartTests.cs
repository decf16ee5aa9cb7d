using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Explain.Service.Security;
using Explain.Service.Tests.AuditTrail;
using Explain.Testing;
using Microsoft.AspNetCore.WebUtilities;
using static Explain.Service.Tests.Requests;

namespace Explain.Service.Tests.Security;

/// <summary>Callers know nothing of each other: rows, images, cached answers, models.</summary>
public sealed class CallersApartTests : IAsyncLifetime
{
    private const string Route = AuditTrailRequests.Route;
    private const string Everything = "explain,predict,models:read";
    private readonly TemporaryFolder _folder = new();
    private TokenIssuer _issuer = null!;
    private Service _service = null!;

    public async ValueTask InitializeAsync()
    {
        _issuer = await TokenIssuer.StartAsync();
        _service = new Service([
            .. SecuredService.Key(0, "ann", "exk_ann", Everything),
            .. SecuredService.Key(1, "bob", "exk_bob", Everything),
            .. SecuredService.Key(2, "auditor", "exk_auditor", Everything + ",audit:read"),
            .. SecuredService.Key(3, "operator", "exk_operator", "audit:read,audit:delete,models:admin"),
            .. SecuredService.Key(4, "limited", "exk_limited", string.Join(',', Scopes.Names)),
            ("ApiKeys:4:Models", "oth*,absent"),
            ("Jwt:Authority", _issuer.Address),
            ("Jwt:Audience", TokenIssuer.Audience),
            ("Jwt:ModelsClaim", "models"),
            ("Jwt:RequireHttpsMetadata", "false"),
            ("Store", "sqlite"),
            ("Store:Directory", _folder.Path),
            ("Store:Pictures", "true"),
            ("Cache:SizeBytes", "1000000"),
        ]);
        await _service.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        await _issuer.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task CallersSeeTheirOwnRowsAndAuditorsAll()
    {
        // Subject and key have the same name.
        var token = _issuer.Token("explain", c => (c["sub"], c["models"]) = ("ann", "*"));
        string[] links =
        [
            (await SendAsync(HttpMethod.Post, ExplainRoute, "exk_ann")).Link(),
            (await SendAsync(HttpMethod.Post, ExplainRoute, "exk_bob")).Link(),
            (await SendAsync(HttpMethod.Post, ExplainRoute, null, token)).Link(),
        ];
        await UntilWrittenAsync(3);

        foreach (var (key, bearer, own) in new[] { ("exk_ann", null, 0), ("exk_bob", null, 1), ((string?)null, token, 2) })
        {
            Assert.Equal([links[own]], await ListAsync("", key, bearer));
            for (var other = 0; other < links.Length; other++)
            {
                foreach (var path in new[] { links[other], links[other] + "/image" })
                {
                    var answer = await SendAsync(HttpMethod.Get, path, key, bearer);
                    Assert.Equal(other == own ? HttpStatusCode.OK : HttpStatusCode.NotFound, answer.StatusCode);
                }
            }
        }
        Assert.Equal(links.Reverse(), await ListAsync("", "exk_auditor"));
        Assert.Equal([links[2], links[0]], await ListAsync("?caller=ann", "exk_auditor"));
        Assert.Equal([links[0]], await ListAsync("?caller=ann&callerKind=key", "exk_auditor"));
        Assert.Equal([links[0]], await ListAsync("?caller=ann", "exk_ann"));
        await (await SendAsync(HttpMethod.Get, Route + "?caller=ann", "exk_bob")).ProblemAsync(403, "forbidden");
        var row = await (await SendAsync(HttpMethod.Get, links[2], "exk_auditor")).JsonAsync();
        Assert.Equal(("ann", "token", _issuer.Address), (Text(row, "caller"), Text(row, "callerKind"), Text(row, "callerIssuer")));
    }

    [Fact]
    public async Task TheCacheDoesNotTellThatAnotherSentTheSameImage()
    {
        foreach (var (key, expected) in new[] { ("exk_ann", "miss"), ("exk_bob", "miss"), ("exk_ann", "hit"), ("exk_bob", "hit") })
        {
            var answer = await SendAsync(HttpMethod.Post, ExplainRoute, key);
            Assert.Equal(expected, answer.Headers.GetValues("X-Cache").Single());
        }
    }

    [Theory]
    [InlineData("GET", "/api/v1/models/{0}")]
    [InlineData("GET", "/api/v1/models/{0}/labels")]
    [InlineData("POST", "/api/v1/models/{0}/explain")]
    [InlineData("POST", "/api/v1/models/{0}/compare")]
    [InlineData("POST", "/api/v1/models/{0}/predict")]
    [InlineData("POST", "/api/v1/models/{0}/estimate")]
    [InlineData("GET", "/v1/models/{0}")]
    [InlineData("POST", "/v1/models/{0}:predict")]
    [InlineData("POST", "/v1/models/{0}:explain")]
    [InlineData("GET", "/v2/models/{0}")]
    [InlineData("GET", "/v2/models/{0}/versions/1/ready")]
    [InlineData("POST", "/v2/models/{0}/infer")]
    [InlineData("POST", "/v2/models/{0}/versions/1/explain")]
    [InlineData("POST", "/v2/repository/models/{0}/unload")]
    [InlineData("POST", "/predictions/{0}")]
    [InlineData("PUT", "/explanations/{0}/1")]
    public async Task AModelThatIsNotTheirsIsForbiddenWhetherItIsThereOrNot(string verb, string path)
    {
        foreach (var model in new[] { "tiny", "nothing" })
        {
            var address = path.Replace("{0}", model, StringComparison.Ordinal);
            var answer = await SendAsync(new HttpMethod(verb), address, "exk_limited");
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
            Assert.Contains(
                $"'limited' may not use '{model}'; allowed: oth*, absent.",
                await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
                StringComparison.Ordinal
            );
        }
        var absent = await SendAsync(new HttpMethod(verb), path.Replace("{0}", "absent", StringComparison.Ordinal), "exk_limited");
        Assert.Equal(HttpStatusCode.NotFound, absent.StatusCode);
        Assert.DoesNotContain(
            "tiny",
            await absent.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("GET", "/api/v1/models")]
    [InlineData("GET", "/v1/models")]
    [InlineData("GET", "/v2/models")]
    [InlineData("POST", "/v2/repository/index")]
    public async Task ListsOfModelsNameTheCallersOwn(string verb, string path)
    {
        foreach (
            var (key, token, expected) in new[]
            {
                ("exk_limited", null, "other"),
                (null, _issuer.Token("models:read", c => c["models"] = new JsonArray("tiny")), "tiny"),
                ((string?)null, _issuer.Token("models:read"), "none"),
            }
        )
        {
            using var request = SecuredService.Request(new HttpMethod(verb), path, key, token);
            var text = await (await _service.Client.SendAsync(request, TestContext.Current.CancellationToken)).Content.ReadAsStringAsync(
                TestContext.Current.CancellationToken
            );
            Assert.Equal(expected == "other", text.Contains("\"other\"", StringComparison.Ordinal));
            Assert.Equal(expected == "tiny", text.Contains("\"tiny\"", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task WhatIsDeletedTakesItsImagesAlongAndLeavesThoseThatOthersShow()
    {
        var ann = (await SendAsync(HttpMethod.Post, ExplainRoute, "exk_ann")).Link();
        var alone = (await SendAsync(HttpMethod.Post, ExplainRoute + "?colormap=turbo", "exk_ann")).Link();
        var bob = (await SendAsync(HttpMethod.Post, ExplainRoute, "exk_bob")).Link();
        await UntilWrittenAsync(3);

        await (await SendAsync(HttpMethod.Delete, Route + "?caller=ann", "exk_auditor")).ProblemAsync(403, "forbidden");
        await (await SendAsync(HttpMethod.Delete, Route + "?model=tiny", "exk_operator")).ProblemAsync(400, "invalid-parameter");
        await (await SendAsync(HttpMethod.Delete, Route + "?caller=ann&limit=1", "exk_operator")).ProblemAsync(400, "invalid-parameter");
        var deleted = await (await SendAsync(HttpMethod.Delete, Route + "?caller=ann&callerKind=key", "exk_operator")).JsonAsync();
        Assert.Equal(2, deleted.GetProperty("deleted").GetInt32());
        Assert.Equal([bob], await ListAsync("", "exk_auditor"));
        foreach (var gone in new[] { ann, alone })
            Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Get, gone + "/image", "exk_auditor")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Get, bob + "/image", "exk_bob")).StatusCode);

        var digest = Text((await (await SendAsync(HttpMethod.Get, bob, "exk_bob")).JsonAsync()).GetProperty("image"), "digest");
        deleted = await (await SendAsync(HttpMethod.Delete, Route + $"?imageDigest={digest}", "exk_operator")).JsonAsync();
        Assert.Equal(1, deleted.GetProperty("deleted").GetInt32());
        Assert.Empty(await ListAsync("", "exk_auditor"));
    }

    [Fact]
    public async Task WhatOperatorsDoIsWrittenDownWithWhatCameOfIt()
    {
        await SendAsync(HttpMethod.Post, "/v2/repository/models/other/unload", "exk_operator");
        await SendAsync(HttpMethod.Post, "/v2/repository/models/nothing/load", "exk_operator");
        await SendAsync(HttpMethod.Delete, Route + "?caller=nobody", "exk_operator");
        JsonElement[] actions = [];
        await Wait.UntilAsync(
            async () =>
            {
                var answer = await (await SendAsync(HttpMethod.Get, "/api/v1/admin-actions", "exk_auditor")).JsonAsync();
                actions = [.. answer.GetProperty("actions").EnumerateArray()];
                return actions.Length == 3;
            },
            "three actions are written down"
        );
        Assert.Equal(
            [("delete", "caller=nobody"), ("load", "nothing"), ("unload", "other")],
            actions.Select(a => (Text(a, "action"), Text(a, "subject")))
        );
        Assert.Equal(("done", "done"), (Text(actions[0], "outcome"), Text(actions[2], "outcome")));
        Assert.StartsWith("there is no model 'nothing'", Text(actions[1], "outcome"), StringComparison.Ordinal);
        Assert.All(actions, a => Assert.Equal(("operator", "key"), (Text(a, "caller"), Text(a, "callerKind"))));
        await (await SendAsync(HttpMethod.Get, "/api/v1/admin-actions", "exk_ann")).ProblemAsync(403, "forbidden");
        var page = await (await SendAsync(HttpMethod.Get, "/api/v1/admin-actions?limit=2", "exk_auditor")).JsonAsync();
        page = await (
            await SendAsync(HttpMethod.Get, $"/api/v1/admin-actions?limit=2&after={Text(page, "after")}", "exk_auditor")
        ).JsonAsync();
        Assert.Equal("unload", Text(Assert.Single(page.GetProperty("actions").EnumerateArray()), "action"));
    }

    [Fact]
    public async Task ASignedLinkShowsOneExplanationWithoutAKeyUntilItExpires()
    {
        var own = (await SendAsync(HttpMethod.Post, ExplainRoute, "exk_ann")).Link();
        var other = (await SendAsync(HttpMethod.Post, ExplainRoute, "exk_bob")).Link();
        await UntilWrittenAsync(2);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Post, other + "/link", "exk_ann")).StatusCode);
        await (await SendAsync(HttpMethod.Post, own + "/link?seconds=0", "exk_ann")).ProblemAsync(400, "invalid-parameter");
        await (await SendAsync(HttpMethod.Post, own + "/link?second=9", "exk_ann")).ProblemAsync(400, "invalid-parameter");

        var link = await (await SendAsync(HttpMethod.Post, own + "/link?seconds=100", "exk_ann")).JsonAsync();
        var (facts, image) = (Text(link, "explanation")!, Text(link, "picture")!);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Get, facts)).StatusCode);
        var shown = await SendAsync(HttpMethod.Get, image);
        Assert.Equal("image/png", shown.Content.Headers.ContentType?.MediaType);
        Assert.InRange(shown.Headers.CacheControl!.MaxAge!.Value.TotalSeconds, 1, 100);
        var view = Text(link, "view")!;
        Assert.StartsWith(own.Replace(Route, "/view", StringComparison.Ordinal) + "?expires=", view, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Get, view)).StatusCode);
        foreach (var (name, path) in new[] { ("facts", own), ("picture", own + "/image") })
        {
            var asked = QueryHelpers.ParseQuery(view[view.IndexOf('?', StringComparison.Ordinal)..]);
            var signed = $"{path}?expires={asked["expires"]}&signature={asked[name]}";
            Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Get, signed)).StatusCode);
        }

        var query = image[image.IndexOf('?', StringComparison.Ordinal)..];
        foreach (
            var wrong in new[]
            {
                own + query,
                other + "/image" + query,
                Route + query,
                "/api/v1/models" + query,
                image.Replace("expires=", "expires=9", StringComparison.Ordinal),
                image[..^3],
                image + "&expires=1",
                own + "/image",
                own + "/image?signature=",
            }
        )
        {
            await (await SendAsync(HttpMethod.Get, wrong)).ProblemAsync(401, "unauthenticated");
        }
        await (await SendAsync(HttpMethod.Post, ExplainRoute + query)).ProblemAsync(401, "unauthenticated");

        var brief = Text(await (await SendAsync(HttpMethod.Post, own + "/link?seconds=1", "exk_ann")).JsonAsync(), "explanation")!;
        await Wait.UntilAsync(
            async () => (await SendAsync(HttpMethod.Get, brief)).StatusCode == HttpStatusCode.Unauthorized,
            "the link has expired"
        );
    }

    private async Task UntilWrittenAsync(int count) =>
        await Wait.UntilAsync(async () => (await ListAsync("", "exk_auditor")).Length == count, $"{count} explanations are written down");

    private async Task<string[]> ListAsync(string query, string? key, string? token = null)
    {
        var answer = await SendAsync(HttpMethod.Get, Route + query, key, token);
        return answer.StatusCode == HttpStatusCode.OK
            ? [.. (await answer.JsonAsync()).GetProperty("explanations").EnumerateArray().Select(r => $"{Route}/{Text(r, "id")}")]
            : [];
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod verb, string path, string? key = null, string? token = null)
    {
        using var request = SecuredService.Request(verb, path, key, token);
        var takesImage = verb == HttpMethod.Post && !path.Contains("/link", StringComparison.Ordinal);
        if (takesImage && !path.StartsWith("/v2/", StringComparison.Ordinal))
            request.Content = Raw(TestImages.Png);
        return await _service.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
