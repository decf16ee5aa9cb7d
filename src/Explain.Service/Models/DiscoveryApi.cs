using Explain.Engine.Methods.Probing;
using Explain.Engine.Methods.Tables;
using Explain.Kernels.Images;
using Explain.Service.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Explain.Service.Models;

/// <summary>The methods there are.</summary>
/// <param name="Methods">In the order in which they should be offered.</param>
public sealed record MethodsDocument(IReadOnlyList<MethodInfo> Methods);

/// <summary>The colour maps there are.</summary>
/// <param name="Colormaps">In the order in which they should be offered.</param>
public sealed record ColorMapsDocument(IReadOnlyList<ColorMapDocument> Colormaps);

/// <summary>A colour map.</summary>
/// <param name="Name">Name in the API.</param>
/// <param name="Summary">What it looks like and is for.</param>
/// <param name="Diverging">Whether its middle stands for zero.</param>
/// <param name="Colors">256 colours, #rrggbb, from the smallest value to the largest.</param>
public sealed record ColorMapDocument(string Name, string Summary, bool Diverging, IReadOnlyList<string> Colors);

/// <summary>What can be asked for.</summary>
internal static class DiscoveryApi
{
    public static IEndpointRouteBuilder MapDiscovery(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1").WithTags("Discovery").RequireScope(Scope.ModelsRead);
        group
            .MapGet("/methods", Methods)
            .WithName("listMethods")
            .WithSummary("The methods")
            .WithDescription("Every method with its meaning, paper and cost class.");
        group
            .MapGet("/colormaps", ColorMaps)
            .WithName("listColormaps")
            .WithSummary("The colour maps")
            .WithDescription("Every colour map with its meaning and its colours.");
        return routes;
    }

    private static Ok<MethodsDocument> Methods() => TypedResults.Ok(new MethodsDocument(MethodTable.All));

    private static Ok<ColorMapsDocument> ColorMaps() => TypedResults.Ok(new ColorMapsDocument([.. ColorMap.Names.Select(Describe)]));

    private static ColorMapDocument Describe(string name) =>
        ColorMap.TryGet(name, out var map)
            ? new(map.Name, map.Summary, map.IsDiverging, [.. map.Rgb.ToArray().Chunk(3).Select(c => $"#{Convert.ToHexStringLower(c)}")])
            : throw new InvalidOperationException($"no colour map '{name}'");
}
