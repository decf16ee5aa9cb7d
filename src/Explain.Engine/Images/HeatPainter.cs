using System.Buffers;
using System.Numerics.Tensors;
using Explain.Engine.Vocabulary;
using Explain.Kernels.Images;

namespace Explain.Engine.Images;

/// <summary>Draws on one row of the painted part.</summary>
/// <param name="values">The enlarged map over the row.</param>
/// <param name="row">The row's pixels, RGB.</param>
internal delegate void PaintRow(ReadOnlySpan<float> values, Span<byte> row);

/// <summary>What the renders share: a map scaled for its colours, and the walk over the painted rows.</summary>
internal static class HeatPainter
{
    private const int SamplesAtOnce = 1 << 16;

    /// <summary>The colours for these options.</summary>
    /// <exception cref="ExplainException"><see cref="ExplainError.InvalidParameter"/>: there is no colour map of that name.</exception>
    public static ColorMap Colors(RenderOptions options)
    {
        if (!ColorMap.TryGet(options.ColorMap, out var colors))
        {
            throw new ExplainException(
                ExplainError.InvalidParameter,
                $"There is no colour map '{options.ColorMap}'.",
                new Dictionary<string, string[]>
                {
                    ["colormap"] = [$"'{options.ColorMap}' is none of {string.Join(", ", ColorMap.Names)}."],
                }
            );
        }
        return options.Sign == Sign.Both && !colors.IsDiverging && ColorMap.TryGet("coolwarm", out var diverging) ? diverging : colors;
    }

    /// <summary>
    /// The map in 0..1 as <paramref name="colors"/> wants it, at its own resolution; null for a constant map, which has nothing to show.
    /// </summary>
    public static float[]? Unit(SaliencyMap map, RenderOptions options, ColorMap colors)
    {
        var unit = options.Sign == Sign.Both ? [.. map.Values] : Positive(map);
        if (options.Clip is { Absolute: true } scale)
            return Fixed(unit, scale, options, colors);
        if (options.Clip is { } clip)
            Normalize.Clamp(unit, Normalize.Percentile(unit, clip.Low), Normalize.Percentile(unit, clip.High), unit);
        var range = options.Sign == Sign.Both ? Normalize.Signed(unit, unit) : Normalize.MinMax(unit, unit);
        if (range.IsConstant || !range.IsFinite)
            return null;
        if (colors.IsDiverging)
            Normalize.SignedToUnit(unit, unit);
        return unit;
    }

    // A scale that is the same for every image shows a constant map too; for signed values zero stays in the middle.
    private static float[] Fixed(float[] values, Clip scale, RenderOptions options, ColorMap colors)
    {
        Normalize.Clamp(values, scale.Low, scale.High, values);
        var (low, span) =
            options.Sign == Sign.Both ? (0, Math.Max(Math.Abs(scale.Low), Math.Abs(scale.High))) : (scale.Low, scale.High - scale.Low);
        TensorPrimitives.Subtract(values, low, values);
        TensorPrimitives.Divide(values, span, values);
        if (colors.IsDiverging)
            Normalize.SignedToUnit(values, values);
        return values;
    }

    /// <summary>The map without its negative values.</summary>
    public static float[] Positive(SaliencyMap map)
    {
        var positive = new float[map.Values.Length];
        TensorPrimitives.Max(map.Values, 0f, positive);
        return positive;
    }

    /// <summary>Enlarges a map over the painted part of a canvas, some rows at a time, and draws each row.</summary>
    public static void Paint(float[] values, SaliencyMap map, Canvas canvas, Span<byte> pixels, PaintRow paint)
    {
        var (painted, window) = (canvas.Painted, canvas.Window);
        var most = Math.Clamp(SamplesAtOnce / painted.Width, 1, painted.Height);
        var band = ArrayPool<float>.Shared.Rent(most * painted.Width);
        for (var top = 0; top < painted.Height; top += most)
        {
            var rows = Math.Min(most, painted.Height - top);
            var step = window.Height / painted.Height;
            var part = window with { Y = window.Y + top * step, Height = rows * step };
            Upsample.Bilinear(values, map.Height, map.Width, part, band.AsSpan(0, rows * painted.Width), rows, painted.Width);
            for (var row = 0; row < rows; row++)
            {
                var start = ((painted.Y + top + row) * canvas.Width + painted.X) * 3;
                paint(band.AsSpan(row * painted.Width, painted.Width), pixels.Slice(start, painted.Width * 3));
            }
        }
        ArrayPool<float>.Shared.Return(band);
    }
}
