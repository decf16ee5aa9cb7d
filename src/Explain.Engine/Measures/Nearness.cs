using System.Numerics.Tensors;

namespace Explain.Engine.Measures;

/// <summary>
/// Max-sensitivity (Yeh et al. 2019, section 3, as Captum's <c>sensitivity_max</c>): how much the map of an image differs at most from that
/// of images close by.
/// </summary>
internal static class Nearness
{
    /// <summary>Images close by.</summary>
    public const int Count = 10;

    private const double Radius = 0.02;

    // Streams of the seed that nothing else uses.
    private const ulong Streams = 2UL << 32;

    /// <summary>The image with noise that is even in -0.02..0.02.</summary>
    public static void Fill(Measurement of, int number, Span<float> values)
    {
        var random = of.Random(Streams + (ulong)number);
        of.Input.CopyTo(values);
        for (var i = 0; i < values.Length; i++)
            values[i] += (float)(Radius * (2 * random.NextDouble() - 1));
    }

    /// <summary>Largest change as a share of the map's norm, a map of zeros' taken for 1; null where no others can be explained.</summary>
    public static double? Sensitivity(Measurement of)
    {
        var (map, norm) = (of.Map.Values, TensorPrimitives.Norm<float>(of.Map.Values));
        return of.Map.IsRepeatable
            ? of.Again(Pictures.Nearby).Max(m => TensorPrimitives.Distance<float>(m.Values, map)) / (norm == 0 ? 1.0 : norm)
            : null;
    }
}
