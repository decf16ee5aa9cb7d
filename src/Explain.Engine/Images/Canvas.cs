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
    /// <summary>Whether every pixel gets a colour.</summary>
    public bool IsPainted => Painted == new PixelRect(0, 0, Width, Height);

    /// <summary>Measures the canvas.</summary>
    public static Canvas Of(RenderSize size, Geometry geometry, SaliencyMap map)
    {
        var (width, height) = size.Of(geometry, map);
        if (size.Canvas is RenderCanvas.Input or RenderCanvas.Map)
            return new(width, height, new PixelRect(0, 0, width, height), new SourceWindow(0, 0, map.Height, map.Width));
        var scaled = geometry.ScaledTo(width, height);
        return new(width, height, scaled.Region, scaled.MapWindow(scaled.Region, map.Width, map.Height));
    }

    /// <summary>The image below the colours; it may be the original.</summary>
    public RgbImage Image(RenderCanvas kind, Geometry geometry, RgbImage original)
    {
        var source = kind is RenderCanvas.Input or RenderCanvas.Map
            ? InputCanvas.Draw(original, geometry, Interpolation.Bilinear)
            : original;
        return Resampler.Resize(source, Width, Height, Interpolation.Bilinear);
    }

    /// <summary>Fills what gets no colour.</summary>
    /// <param name="samples">One a pixel.</param>
    /// <param name="value">What it gets.</param>
    public void FillOutside(Span<byte> samples, byte value)
    {
        for (var y = 0; y < Height; y++)
        {
            var row = samples.Slice(y * Width, Width);
            var seen = y >= Painted.Y && y < Painted.Y + Painted.Height;
            row[..(seen ? Painted.X : Width)].Fill(value);
            row[(seen ? Painted.X + Painted.Width : Width)..].Fill(value);
        }
    }
}
