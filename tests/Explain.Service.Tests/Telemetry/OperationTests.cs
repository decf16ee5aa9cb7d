using Explain.Service.Endpoints;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Explain.Service.Tests.Telemetry;

/// <summary>Which routes are measured.</summary>
public sealed class OperationTests(Service service) : IClassFixture<Service>
{
    private static readonly string[] Administration = ["/load", "/unload", "/reload"];

    [Theory]
    [InlineData("explain", "native", "explain")]
    [InlineData("compare", "native", "compare")]
    [InlineData("predict", "native", "predict")]
    [InlineData("estimate", "native", "estimate")]
    [InlineData("v2Explain", "open-inference", "explain")]
    public void RoutesThatComputeAreMeasured(string name, string protocol, string operation)
    {
        var metadata = Endpoints.Single(e => Name(e) == name).Metadata;
        Assert.Equal((protocol, operation), (metadata.GetMetadata<Protocol>()?.Name, metadata.GetMetadata<Operation>()?.Name));
    }

    [Fact]
    public void RoutesThatOnlyReadAreNot() =>
        Assert.All(Endpoints.Where(e => e.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains("POST") != true), e =>
            Assert.Null(e.Metadata.GetMetadata<Operation>())
        );

    [Fact]
    public void EveryRouteThatIsPostedAnImageOrATensorForAModelIsMeasured() =>
        Assert.All(
            Endpoints.Where(e =>
                e.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains("POST") == true
                && e.RoutePattern.GetParameter("model") is not null
                && !IsAdministration(e)
            ),
            e => Assert.True(IsMeasured(e.Metadata), $"{e.RoutePattern.RawText} is not measured: it needs a Protocol and an Operation")
        );

    private IEnumerable<RouteEndpoint> Endpoints =>
        service.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    private static string? Name(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName;

    private static bool IsMeasured(EndpointMetadataCollection metadata) =>
        metadata.GetMetadata<Protocol>() is not null && metadata.GetMetadata<Operation>() is not null;

    private static bool IsAdministration(RouteEndpoint endpoint) =>
        Administration.Any(end => endpoint.RoutePattern.RawText!.EndsWith(end, StringComparison.Ordinal));
}
