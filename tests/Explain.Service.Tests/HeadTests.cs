using System.Net;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using static Explain.Service.Tests.Requests;

namespace Explain.Service.Tests;

/// <summary>HEAD, wherever GET is answered.</summary>
public sealed class HeadTests(Service service) : IClassFixture<Service>
{
    [Fact]
    public async Task EveryGetHasAHeadWithTheSameStatusAndNoBody()
    {
        string[] paths =
        [
            .. service
                .Services.GetRequiredService<EndpointDataSource>()
                .Endpoints.OfType<RouteEndpoint>()
                .Where(e => e.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains("GET") != false)
                .Select(e => "/" + e.RoutePattern.RawText!.Trim('/'))
                .Select(path =>
                    path.Contains(":regex", StringComparison.Ordinal)
                        ? "/v1/models/tiny"
                        : path.Replace("{model}", "tiny", StringComparison.Ordinal)
                            .Replace("{version}", "1", StringComparison.Ordinal)
                            .Replace("{file}", "drop-and-arrow.png", StringComparison.Ordinal)
                ),
            "/docs/",
            "/docs/methods/gradcam.webp",
            "/swagger/index.html",
            "/swagger/v1/swagger.yaml",
        ];
        Assert.True(paths.Length > 15, "too few addresses");
        foreach (var path in paths)
        {
            using var whole = await service.Client.SendAsync(path, null, method: HttpMethod.Get);
            using var head = await service.Client.SendAsync(path, null, method: HttpMethod.Head);
            Assert.True(whole.StatusCode == head.StatusCode, $"{path}: {whole.StatusCode} to GET, {head.StatusCode} to HEAD");
            Assert.Equal(whole.Content.Headers.ContentType, head.Content.Headers.ContentType);
            Assert.Empty(await head.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task WhatOnlyTakesPostHasNoHead()
    {
        using var answer = await service.Client.SendAsync(ExplainRoute, null, method: HttpMethod.Head);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Equal(["POST"], answer.Content.Headers.Allow);
    }
}
