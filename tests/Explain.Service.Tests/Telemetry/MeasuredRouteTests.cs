using Explain.Service.Telemetry;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Explain.Service.Tests.Telemetry;

/// <summary>Which routes are measured.</summary>
public sealed class MeasuredRouteTests(Service service) : IClassFixture<Service>
{
    private static readonly string[] Administration = ["/load", "/unload", "/reload"];

    [Theory]
    [InlineData("explain", "native", "explain")]
    [InlineData("compare", "native", "compare")]
    [InlineData("predict", "native", "predict")]
    [InlineData("estimate", "native", "estimate")]
    [InlineData("v2Explain", "open-inference", "explain")]
    public void RoutesThatComputeAreMeasured(string name, string protocol, string operation) =>
        Assert.Equal(new MeasuredRoute(protocol, operation), MeasuredRoute.Of(Endpoints.Single(e => Name(e) == name)));

    [Fact]
    public void RoutesThatOnlyReadAreNot() =>
        Assert.All(Endpoints.Where(e => e.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains("POST") != true), e =>
            Assert.Null(MeasuredRoute.Of(e))
        );

    [Fact]
    public void EveryRouteThatIsPostedAPictureOrATensorForAModelIsMeasured() =>
        Assert.All(
            Endpoints.Where(e =>
                e.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains("POST") == true
                && e.RoutePattern.GetParameter("model") is not null
                && !IsAdministration(e)
            ),
            e => Assert.True(MeasuredRoute.Of(e) is not null, $"{e.RoutePattern.RawText} is not measured: see the tables of MeasuredRoute")
        );

    private IEnumerable<RouteEndpoint> Endpoints =>
        service.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    private static string? Name(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName;

    private static bool IsAdministration(RouteEndpoint endpoint) =>
        Administration.Any(end => endpoint.RoutePattern.RawText!.EndsWith(end, StringComparison.Ordinal));
}
