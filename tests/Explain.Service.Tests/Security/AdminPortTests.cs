using System.Globalization;
using Explain.Testing;

namespace Explain.Service.Tests.Security;

/// <summary>Admin routes and metrics, with a port of their own and without.</summary>
public sealed class AdminPortTests
{
    private const string Key = "exk_admin";

    [Fact]
    public async Task OnItsOwnPortAloneTheAdminIsReachedWhateverHostIsNamed()
    {
        var port = Ports.Free().ToString(CultureInfo.InvariantCulture);
        await using var app = await SmallApp.StartAsync([("AdminPort", port), .. SecuredService.Key(0, "admin", Key, "models:admin")]);
        Assert.Equal($"http://127.0.0.1:{port}", app.Addresses[1]);
        Assert.Equal(200, (int)(await app.PostAsync(SmallApp.Admin, Key, address: 1)).StatusCode);
        Assert.Equal(404, (int)(await app.PostAsync(SmallApp.Admin, Key)).StatusCode);
        var pretending = SecuredService.Request(HttpMethod.Post, app.Addresses[0] + SmallApp.Admin, Key);
        pretending.Headers.Host = $"127.0.0.1:{port}";
        Assert.Equal(404, (int)(await app.SendAsync(pretending)).StatusCode);
        Assert.Equal(401, (int)(await app.PostAsync(SmallApp.Admin, address: 1)).StatusCode);
        Assert.Equal(200, (int)(await app.GetAsync(SmallApp.Metrics, address: 1)).StatusCode);
        Assert.Equal(404, (int)(await app.GetAsync(SmallApp.Metrics, Key)).StatusCode);
    }

    [Theory]
    [InlineData("--urls=http://127.0.0.1:PORT")]
    [InlineData("--urls=http://127.0.0.1:PORT;http://[::1]:0")]
    [InlineData("--http_ports=PORT")]
    [InlineData("--Kestrel:Endpoints:Own:Url=http://127.0.0.1:PORT")]
    public async Task HoweverTheServiceIsToldWhereToListenTheAdminsPortIsBesideIt(string address)
    {
        var (port, admin) = (Ports.Free(), Ports.Free());
        await using var app = await SmallApp.StartAsync(
            address.Replace("PORT", port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal),
            [("AdminPort", admin.ToString(CultureInfo.InvariantCulture)), .. SecuredService.Key(0, "admin", Key, "models:admin")]
        );
        Assert.Equal(
            200,
            (int)(await app.SendAsync(SecuredService.Request(HttpMethod.Post, $"http://127.0.0.1:{admin}{SmallApp.Admin}", Key))).StatusCode
        );
        Assert.Equal(
            404,
            (int)(await app.SendAsync(SecuredService.Request(HttpMethod.Post, $"http://127.0.0.1:{port}{SmallApp.Admin}", Key))).StatusCode
        );
    }

    [Fact]
    public async Task WithoutOneTheAdminsScopeDecides()
    {
        await using var app = await SmallApp.StartAsync([
            .. SecuredService.Key(0, "admin", Key, "models:admin"),
            .. SecuredService.Key(1, "other", "exk_other", "explain,predict,models:read"),
        ]);
        Assert.Equal(200, (int)(await app.PostAsync(SmallApp.Admin, Key)).StatusCode);
        Assert.Equal(403, (int)(await app.PostAsync(SmallApp.Admin, "exk_other")).StatusCode);
        Assert.Equal(401, (int)(await app.PostAsync(SmallApp.Admin)).StatusCode);
        Assert.Equal(403, (int)(await app.PostAsync("/scope", Key)).StatusCode);
    }

    [Fact]
    public async Task ARouteThatForgotToSayWhoMayCallIsClosedToStrangers()
    {
        await using var app = await SmallApp.StartAsync([.. SecuredService.Key(0, "a", Key, "explain")]);
        Assert.Equal(401, (int)(await app.PostAsync("/forgotten")).StatusCode);
    }

    [Theory]
    [InlineData("true", 200)]
    [InlineData("false", 401)]
    public async Task MetricsAreForEverybodyUnlessTheSettingSaysOtherwise(string open, int status)
    {
        await using var app = await SmallApp.StartAsync([("OpenMetrics", open), .. SecuredService.Key(0, "reader", Key, "models:read")]);
        Assert.Equal(status, (int)(await app.GetAsync(SmallApp.Metrics)).StatusCode);
        Assert.Equal(200, (int)(await app.GetAsync(SmallApp.Metrics, Key)).StatusCode);
    }
}
