using Explain.Engine.Vocabulary;
using Explain.Kernels.Images;

namespace Explain.Engine.Images;

/// <summary>What a render is drawn on.</summary>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Painted">The pixels that the model saw; no other gets a colour.</param>
/// <param name="Window">The part of the map that lies over them, in cells.</param>
internal readonly record struct Canvas(int Width, int Height, PixelRect Painted, SourceWindow Window)
{
    /// <summary>Measures the canvas.</summary>
    public static Canvas Of(RenderSize size, Geometry geometry, SaliencyMap map) =>
        size.Canvas switch
        {
            RenderCanvas.Original => OnImage(geometry, map),
            RenderCanvas.Exact => OnImage(geometry.ScaledTo(size.Width, size.Height), map),
            RenderCanvas.Input => OnInput(geometry.InputWidth, geometry.InputHeight, map),
            RenderCanvas.Map => OnInput(map.Width, map.Height, map),
            _ => throw new ArgumentOutOfRangeException(nameof(size)),
        };

    /// <summary>The image below the colours; a copy that may be drawn on.</summary>
    public RgbImage Image(RenderCanvas kind, Geometry geometry, RgbImage original)
    {
        var source = kind is RenderCanvas.Input or RenderCanvas.Map
            ? InputCanvas.Draw(original, geometry, Interpolation.Bilinear)
            : original;
        var image = Resampler.Resize(source, Width, Height, Interpolation.Bilinear);
        return ReferenceEquals(image, original) ? original with { Pixels = [.. original.Pixels] } : image;
    }

    /// <summary>Black.</summary>
    public RgbImage Empty() => new(Width, Height, new byte[checked(Width * Height * 3)]);

    private static Canvas OnImage(Geometry geometry, SaliencyMap map) =>
        new(geometry.ImageWidth, geometry.ImageHeight, geometry.Region, geometry.MapWindow(geometry.Region, map.Width, map.Height));

    private static Canvas OnInput(int width, int height, SaliencyMap map) =>
        new(width, height, new PixelRect(0, 0, width, height), new SourceWindow(0, 0, map.Height, map.Width));
}
