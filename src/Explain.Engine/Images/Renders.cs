using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Images;

/// <summary>
/// Draws a map. Its values (below 0 set to 0 unless signed) are scaled to 0..1 over the whole map, enlarged bilinearly over the part of the
/// image that the model saw, and coloured. What the model did not see keeps its pixels in an overlay and is black elsewhere. A constant map
/// has nothing to show: its overlay is the plain image, everything else is black.
/// </summary>
/// <param name="map">Raw map over the whole input.</param>
/// <param name="geometry">Where the input lies on the image.</param>
/// <param name="picture">The decoded image; not changed.</param>
/// <param name="options">Colours, regions, size.</param>
/// <param name="cancellation">Stops it in the middle.</param>
/// <returns>What was drawn; it may be the original. Few colours are numbered.</returns>
public delegate Raster Render(SaliencyMap map, Geometry geometry, Picture picture, RenderOptions options, CancellationToken cancellation);

/// <summary>Every way to draw a map, by its name in the API.</summary>
public static class Renders
{
    /// <summary>The one that is transparent.</summary>
    public const string Layer = "layer";

    private static readonly FrozenDictionary<string, Render> All = new Dictionary<string, Render>
    {
        ["overlay"] = OverlayRender.Draw,
        ["heatmap"] = HeatmapRender.Draw,
        ["mask"] = MaskRender.Draw,
        ["boxes"] = BoxesRender.Draw,
        [Layer] = LayerRender.Draw,
    }.ToFrozenDictionary();

    /// <summary>What can be asked for.</summary>
    public static IReadOnlyCollection<string> Names => All.Keys;

    /// <summary>Finds a render.</summary>
    public static bool TryGet(string name, [NotNullWhen(true)] out Render? render) => All.TryGetValue(name, out render);
}
