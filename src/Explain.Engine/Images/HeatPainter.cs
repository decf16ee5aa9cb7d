using System.Numerics.Tensors;
using Explain.Engine.Vocabulary;
using Explain.Kernels.Images;

namespace Explain.Engine.Images;

/// <summary>What the renders share: a map scaled for its colours, and the walk over the painted rows.</summary>
internal static class HeatPainter
{
    private const int PixelsAtOnce = 1 << 16;

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

    /// <summary>
    /// Enlarges a map over the painted part of a canvas, row by row, some rows at a time on every processor; rows come in any order.
    /// </summary>
    /// <param name="values">The map's values, scaled.</param>
    /// <param name="map">Its sides.</param>
    /// <param name="canvas">What is painted.</param>
    /// <param name="paint">Called with each row, counted from the top of the painted part; by several threads at once.</param>
    /// <param name="cancellation">Stops it between some rows.</param>
    public static void Paint(float[] values, SaliencyMap map, Canvas canvas, TakeRow paint, CancellationToken cancellation)
    {
        var painted = canvas.Painted;
        var rows = new BilinearRows(values, map.Height, map.Width, canvas.Window, painted.Height, painted.Width);
        var band = Math.Clamp(PixelsAtOnce / painted.Width, 1, painted.Height);
        var parallel = new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.For(0, (painted.Height + band - 1) / band, parallel, i =>
            rows.Each(i * band, Math.Min(band, painted.Height - i * band), paint)
        );
    }

    /// <summary>The colour of each painted pixel, by its number; 0 for the others.</summary>
    public static byte[] Entries(float[] unit, SaliencyMap map, Canvas canvas, CancellationToken cancellation)
    {
        var entries = new byte[checked(canvas.Width * canvas.Height)];
        Paint(
            unit,
            map,
            canvas,
            (y, values) =>
                ColorMap.Entries(values, entries.AsSpan((canvas.Painted.Y + y) * canvas.Width + canvas.Painted.X, values.Length)),
            cancellation
        );
        return entries;
    }
}
