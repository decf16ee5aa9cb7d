using System.Text.Json;
using Explain.Service.Security;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Explain.Service.Tests.Security;

/// <summary>The API document says who may call.</summary>
public sealed class DocumentTests(SecuredService service) : IClassFixture<SecuredService>
{
    [Fact]
    public async Task EveryOperationNamesItsScopeAndHowItRefuses()
    {
        var document = await (await service.Client.SendAsync("/swagger/v1/swagger.json", null, method: HttpMethod.Get)).JsonAsync();
        var schemes = document.GetProperty("components").GetProperty("securitySchemes");
        Assert.Equal(
            ("apiKey", "header", "X-Api-Key"),
            (Text(schemes, "ApiKey", "type"), Text(schemes, "ApiKey", "in"), Text(schemes, "ApiKey", "name"))
        );
        Assert.Equal(("http", "bearer"), (Text(schemes, "Bearer", "type"), Text(schemes, "Bearer", "scheme")));

        // The page for scrapers has no name and is not described.
        var scopes = service
            .Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.Where(e => e.Metadata.GetMetadata<IEndpointNameMetadata>() is not null)
            .ToDictionary(
                e => e.Metadata.GetMetadata<IEndpointNameMetadata>()!.EndpointName,
                e => e.Metadata.GetMetadata<RequiredScope>()?.Scope.Name()
            );
        var operations = document.GetProperty("paths").EnumerateObject().SelectMany(p => p.Value.EnumerateObject()).ToArray();
        Assert.NotEmpty(operations);
        Assert.Distinct(operations.Select(o => o.Value.GetProperty("operationId").GetString()));
        foreach (var operation in operations.Select(o => o.Value))
        {
            var name = operation.GetProperty("operationId").GetString()!;
            // An endpoint of two verbs is two operations.
            var scope = scopes[name.EndsWith("Put", StringComparison.Ordinal) ? name[..^"Put".Length] : name];
            var refusals = operation.GetProperty("responses").EnumerateObject().Select(r => r.Name).Intersect(["401", "403", "429"]);
            if (scope is null)
            {
                Assert.Equal(0, operation.GetProperty("security").GetArrayLength());
                Assert.Empty(refusals);
                continue;
            }
            Assert.Equal(
                ["""{"ApiKey":[]}""", """{"Bearer":[]}"""],
                operation.GetProperty("security").EnumerateArray().Select(r => JsonSerializer.Serialize(r))
            );
            Assert.EndsWith($"Scope: `{scope}`.", operation.GetProperty("description").GetString(), StringComparison.Ordinal);
            Assert.Equal(["401", "403", "429"], refusals);
        }
    }

    private static string? Text(JsonElement schemes, string scheme, string property) =>
        schemes.GetProperty(scheme).GetProperty(property).GetString();
}
