using Explain.Engine.Vocabulary;

namespace Explain.Engine.Images;

/// <summary>White where the regions are, black elsewhere; a constant map has nothing to show. Sign and clipping play no part.</summary>
internal static class MaskRender
{
    private static readonly Palette BlackAndWhite = new([0, 0, 0, 255, 255, 255]);

    public static Raster Draw(SaliencyMap map, Geometry geometry, Picture picture, RenderOptions options, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var canvas = options.Size.On(geometry, map);
        var shown = map.Min < map.Max ? options.Regions : [];
        return new Raster(canvas.ImageWidth, canvas.ImageHeight, 1, RegionShapes.Mask(shown.Select(r => r.Region), canvas), BlackAndWhite);
    }
}
