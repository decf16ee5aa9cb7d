namespace Explain.Engine.Measures;

/// <summary>Writes a picture.</summary>
/// <param name="of">What is measured.</param>
/// <param name="index">Which one, from 0.</param>
/// <param name="values">Receives it, shaped like one item of the input.</param>
internal delegate void PictureFill(Measurement of, int index, Span<float> values);

/// <summary>One kind of pictures that are made of the image and the map, for all measures that ask for it.</summary>
/// <param name="count">How many there are, by the convention and the number of pixels.</param>
/// <param name="fill">Makes one; the same for the same index.</param>
internal sealed class Pictures(Func<MeasureConvention, int, int> count, PictureFill fill)
{
    /// <summary>The image under the map.</summary>
    public static readonly Pictures Masked = new((_, _) => 1, (of, _, values) => of.Image.Through(of.Map.Heat, of.Behind, values));

    /// <summary>The image while the most important pixels go.</summary>
    public static readonly Pictures Deleted = new(Curve.Count, (of, i, values) => Curve.Fill(of, i, 1, values));

    /// <summary>What is behind the image while the most important pixels come.</summary>
    public static readonly Pictures Inserted = new(Curve.Count, (of, i, values) => Curve.Fill(of, i, 0, values));

    /// <summary>The image with its most, and its least, important pixels imputed.</summary>
    public static readonly Pictures Imputed = new((convention, _) => 2 * convention.Removed.Count, Road.Fill);

    /// <summary>The image with a random square hidden.</summary>
    public static readonly Pictures Squares = new((_, _) => RandomSquares.Count, RandomSquares.Fill);

    /// <summary>The image and a little noise.</summary>
    public static readonly Pictures Nearby = new((_, _) => Nearness.Count, Nearness.Fill);

    /// <summary>How many there are.</summary>
    /// <param name="convention">The convention.</param>
    /// <param name="pixels">Pixels of the model's input.</param>
    public int Count(MeasureConvention convention, int pixels) => count(convention, pixels);

    /// <summary>Makes one.</summary>
    public void Fill(Measurement of, int index, Span<float> values) => fill(of, index, values);
}
