using Microsoft.AspNetCore.Mvc.ApiExplorer;

namespace Explain.Service.OpenApi;

/// <summary>
/// Names of operations, after which clients name their methods: the endpoint's own, with the verb where one endpoint answers several.
/// </summary>
internal static class OperationNames
{
    /// <summary>The name; null for an endpoint without one.</summary>
    public static string? Of(ApiDescription description)
    {
        var metadata = description.ActionDescriptor.EndpointMetadata;
        var name = metadata.OfType<IEndpointNameMetadata>().LastOrDefault()?.EndpointName;
        var verbs = metadata.OfType<IHttpMethodMetadata>().LastOrDefault()?.HttpMethods ?? [];
        return name is null || verbs.Count < 2 || description.HttpMethod == verbs[0]
            ? name
            : $"{name}{char.ToUpperInvariant(description.HttpMethod![0])}{description.HttpMethod[1..].ToLowerInvariant()}";
    }
}
