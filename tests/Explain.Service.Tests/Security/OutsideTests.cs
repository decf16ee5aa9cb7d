using System.Net;
using System.Net.Sockets;
using static Explain.Service.Tests.Requests;

namespace Explain.Service.Tests.Security;

/// <summary>Nothing in a request makes the service reach for anything outside: no address is fetched, no path is followed.</summary>
public sealed class OutsideTests : IClassFixture<SecuredService>, IDisposable
{
    private readonly SecuredService _service;
    private readonly TcpListener _outside = new(IPAddress.Loopback, 0);

    public OutsideTests(SecuredService service)
    {
        _service = service;
        _outside.Start();
    }

    private string Address => $"http://127.0.0.1:{((IPEndPoint)_outside.LocalEndpoint).Port}/image.png";

    [Theory]
    [InlineData("""{"image":{"url":"ADDRESS"}}""")]
    [InlineData("""{"image":"ADDRESS"}""")]
    [InlineData("""{"image":{"b64":"ADDRESS"}}""")]
    [InlineData("""{"image_url":"ADDRESS"}""")]
    [InlineData("""{"image":{"b64":"iVBORw0KGgo="},"parameters":{"target":{"output":"logits","similarTo":{"image":{"url":"ADDRESS"}}}}}""")]
    public async Task AnAddressInTheBodyIsNoImage(string body)
    {
        using var request = SecuredService.Request(HttpMethod.Post, ExplainRoute, SecuredService.FullKey);
        request.Content = Json(body.Replace("ADDRESS", Address, StringComparison.Ordinal));
        using var response = await _service.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.InRange((int)response.StatusCode, 400, 422);
        Assert.False(_outside.Pending(), "somebody called");
    }

    [Fact]
    public async Task AnAddressInAFormIsNoImage()
    {
        using var request = SecuredService.Request(HttpMethod.Post, ExplainRoute, SecuredService.FullKey);
        request.Content = new MultipartFormDataContent { { new StringContent(Address), "image" } };
        await (await _service.Client.SendAsync(request, TestContext.Current.CancellationToken)).ProblemAsync(415, "unsupported-media-type");
        Assert.False(_outside.Pending(), "somebody called");
    }

    [Theory]
    [InlineData("jku")]
    [InlineData("x5u")]
    public async Task ATokenDoesNotSayWhereItsKeyIs(string header)
    {
        using var request = SecuredService.Request(
            HttpMethod.Get,
            "/api/v1/methods",
            token: _service.Issuer.ForgedWithKeysAt(header, Address)
        );
        await (await _service.Client.SendAsync(request, TestContext.Current.CancellationToken)).ProblemAsync(401, "unauthenticated");
        Assert.False(_outside.Pending(), "somebody called");
    }

    [Theory]
    [InlineData("/api/v1/models/..%2F..%2Fetc")]
    [InlineData("/api/v1/models/%2Fetc%2Fpasswd")]
    [InlineData("/api/v1/models/tiny%2F..%2Ftiny")]
    [InlineData("/api/v1/models/tiny%2F/labels")]
    [InlineData("/v2/models/..%2Ftiny")]
    public async Task ANameIsNoPath(string path)
    {
        using var request = SecuredService.Request(HttpMethod.Get, path, SecuredService.FullKey);
        using var response = await _service.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.True((int)response.StatusCode is 400 or 404, $"{path}: {response.StatusCode}");
    }

    public void Dispose() => _outside.Dispose();
}
