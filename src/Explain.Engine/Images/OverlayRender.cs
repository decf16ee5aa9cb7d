using System.Buffers;
using Explain.Engine.Vocabulary;
using Explain.Kernels.Images;

namespace Explain.Engine.Images;

/// <summary>The image with the colours mixed in.</summary>
internal static class OverlayRender
{
    public static Raster Draw(SaliencyMap map, Geometry geometry, Picture picture, RenderOptions options, CancellationToken cancellation)
    {
        var canvas = Canvas.Of(options.Size, geometry, map);
        var colors = HeatPainter.Colors(options);
        var original = picture.Whole;
        var bottom = canvas.Image(options.Size.Canvas, geometry, original);
        if (HeatPainter.Unit(map, options, colors) is not { } unit)
            return Raster.Of(bottom);

        // The original is not drawn on: each row is mixed into its place in a new image.
        var pixels = ReferenceEquals(bottom, original) ? GC.AllocateUninitializedArray<byte>(original.Pixels.Length) : bottom.Pixels;
        if (pixels != bottom.Pixels && !canvas.IsPainted)
            bottom.Pixels.CopyTo(pixels, 0);
        void Paint(int y, ReadOnlySpan<float> values)
        {
            var at = ((canvas.Painted.Y + y) * canvas.Width + canvas.Painted.X) * 3;
            var scratch = ArrayPool<byte>.Shared.Rent(4 * values.Length);
            var entries = scratch.AsSpan(0, values.Length);
            var heat = scratch.AsSpan(values.Length, 3 * values.Length);
            ColorMap.Entries(values, entries);
            colors.Paint(entries, heat);
            Blend.Over(bottom.Pixels.AsSpan(at, heat.Length), heat, options.Alpha, pixels.AsSpan(at, heat.Length));
            ArrayPool<byte>.Shared.Return(scratch);
        }
        HeatPainter.Paint(unit, map, canvas, Paint, cancellation);
        return new Raster(canvas.Width, canvas.Height, 3, pixels);
    }
}
