using System.Numerics.Tensors;
using Explain.Kernels.Sampling;

namespace Explain.Kernels.LinearAlgebra;

/// <summary>Feature maps in double precision, each with its own mean over the pixels taken away.</summary>
/// <param name="Values">Row-major [channels, area].</param>
/// <param name="Channels">Number of maps.</param>
/// <param name="Area">Pixels of a map.</param>
internal readonly record struct CenteredMaps(double[] Values, int Channels, int Area)
{
    /// <summary>NaN counts as 0. A constant map becomes exactly zero: the sum of equal floats is exact in double precision.</summary>
    public static CenteredMaps Of(ReadOnlySpan<float> maps, int channels, int area)
    {
        var centered = new double[maps.Length];
        for (var i = 0; i < maps.Length; i++)
            centered[i] = float.IsNaN(maps[i]) ? 0 : maps[i];
        for (var channel = 0; channel < channels; channel++)
        {
            var map = centered.AsSpan(channel * area, area);
            TensorPrimitives.Subtract(map, TensorPrimitives.Sum<double>(map) / area, map);
        }
        return new CenteredMaps(centered, channels, area);
    }

    /// <summary>False where a map held an infinity.</summary>
    public bool IsFinite => double.IsFinite(TensorPrimitives.SumOfMagnitudes<double>(Values));

    public ReadOnlySpan<double> this[int channel] => Values.AsSpan(channel * Area, Area);

    /// <summary>
    /// Adds up <c>map[c] * (map[c] . vector)</c>, one pass over the maps: the product with the Gram matrix of the pixels, [area, area],
    /// without that matrix.
    /// </summary>
    public void MultiplyGram(ReadOnlySpan<double> vector, Span<double> product)
    {
        product.Clear();
        for (var channel = 0; channel < Channels; channel++)
            TensorPrimitives.MultiplyAdd(this[channel], TensorPrimitives.Dot(this[channel], vector), product, product);
    }

    /// <summary>The sum of the maps, [area].</summary>
    public double[] Sum()
    {
        var sum = new double[Area];
        for (var channel = 0; channel < Channels; channel++)
            TensorPrimitives.Add(sum, this[channel], sum);
        return sum;
    }

    /// <summary>A sum of the maps with fixed random weights, [area]: points in no special direction of the space they span.</summary>
    public double[] RandomMix()
    {
        var (random, sum) = (new RandomStream(seed: 0), new double[Area]);
        for (var channel = 0; channel < Channels; channel++)
            TensorPrimitives.MultiplyAdd(this[channel], random.NextGaussian(), sum, sum);
        return sum;
    }
}
