using Microsoft.AspNetCore.Http;

namespace Explain.Service.Tests.Security;

/// <summary>A service that nobody gave keys.</summary>
public sealed class OpenModeTests(Service service) : IClassFixture<Service>
{
    [Theory]
    [InlineData("/api/v1/methods")]
    [InlineData("/v2/models/tiny")]
    [InlineData("/healthz/live")]
    public async Task EverybodyMayCall(string path)
    {
        Assert.Equal(200, (int)(await service.Client.SendAsync(path, null, method: HttpMethod.Get)).StatusCode);
        using var withKey = SecuredService.Request(HttpMethod.Get, path, SecuredService.UnknownKey);
        Assert.Equal(200, (int)(await service.Client.SendAsync(withKey, TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task AdminRoutesAreClosedAndSayHowToOpenThem()
    {
        await using var app = await SmallApp.StartAsync();
        using var response = await app.PostAsync(SmallApp.Admin);
        Assert.Equal(403, (int)response.StatusCode);
        var error = (await response.JsonAsync()).GetProperty("error").GetString();
        Assert.Contains("Explain:ApiKeys", error, StringComparison.Ordinal);
        Assert.Contains("Explain:OpenAdmin", error, StringComparison.Ordinal);
        using var scope = await app.PostAsync("/scope");
        Assert.Equal(StatusCodes.Status200OK, (int)scope.StatusCode);
    }

    [Fact]
    public async Task AdminRoutesAreOpenWhenTheSettingSaysSo()
    {
        await using var app = await SmallApp.StartAsync(("OpenAdmin", "true"));
        using var response = await app.PostAsync(SmallApp.Admin);
        Assert.Equal(StatusCodes.Status200OK, (int)response.StatusCode);
    }
}
