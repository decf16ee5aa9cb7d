using Explain.Demo;
using Explain.Service.Problems;
using Explain.Service.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Explain.Service.Models;

/// <summary>The sample images of the demo model.</summary>
/// <param name="Samples">File names with what they show and where.</param>
public sealed record SamplesDocument(IReadOnlyList<DemoSample> Samples);

/// <summary>Sample images, so that the first request needs no file.</summary>
internal static class SamplesApi
{
    public static IEndpointRouteBuilder MapSamples(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/samples").WithTags("Discovery").RequireScope(Scope.ModelsRead);
        group
            .MapGet("/", List)
            .WithName("listSamples")
            .WithSummary("The sample images")
            .WithDescription("Names of the images and the objects they show.");
        group
            .MapGet("/{file}", Get)
            .WithName("getSample")
            .WithSummary("A sample image")
            .WithDescription("The PNG file.")
            .Produces<Stream>(200, "image/png")
            .WithMetadata(new Fails([]) { NotFound = true });
        return routes;
    }

    private static Ok<SamplesDocument> List() => TypedResults.Ok(new SamplesDocument(DemoAssets.Samples));

    private static Results<FileStreamHttpResult, NotFound> Get(string file) =>
        DemoAssets.Samples.Any(s => s.File == file) && DemoAssets.Open($"samples/{file}") is { } image
            ? TypedResults.Stream(image, "image/png")
            : TypedResults.NotFound();
}
