namespace Explain.Testing;

/// <summary>A tensor as tests see it: every element type as float64.</summary>
/// <param name="Shape">Extents.</param>
/// <param name="Values">Values, the last axis fastest.</param>
public sealed record Tensor(long[] Shape, double[] Values)
{
    /// <summary>The values in single precision.</summary>
    public float[] Floats => Array.ConvertAll(Values, v => (float)v);

    /// <summary>Random normal values that float32 holds exactly.</summary>
    public static Tensor Normal(long[] shape, int seed)
    {
        var random = new Random(seed);
        return new Tensor(
            shape,
            [
                .. Enumerable
                    .Range(0, Size(shape))
                    .Select(_ =>
                        (double)(float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()))
                    ),
            ]
        );
    }

    /// <summary>Evenly spaced values between the bounds in random order: all different, none 0, and all exact in float32.</summary>
    public static Tensor Spread(long[] shape, double low, double high, int seed)
    {
        var size = Size(shape);
        var values = Enumerable.Range(0, size).Select(k => (double)(float)(low + (high - low) * (k + 0.3) / size)).ToArray();
        new Random(seed).Shuffle(values);
        return new Tensor(shape, values);
    }

    /// <summary>A tensor of given values.</summary>
    public static Tensor Of(long[] shape, params double[] values) => new(shape, values);

    /// <summary>The same tensor with one value moved.</summary>
    public Tensor Moved(int index, double by)
    {
        var values = (double[])Values.Clone();
        values[index] += by;
        return this with { Values = values };
    }

    /// <summary>Σ this · other.</summary>
    public double Dot(Tensor other) => Values.Zip(other.Values, (a, b) => a * b).Sum();

    /// <summary>The largest difference in units of the largest value of <paramref name="expected"/>.</summary>
    public double DistanceTo(Tensor expected)
    {
        if (!Shape.SequenceEqual(expected.Shape))
        {
            throw new ArgumentException(
                $"shape [{string.Join(", ", Shape)}] instead of [{string.Join(", ", expected.Shape)}]",
                nameof(expected)
            );
        }

        if (Values.Length == 0)
            return 0;
        var largest = expected.Values.Max(Math.Abs);
        return Values.Zip(expected.Values, (a, b) => double.IsFinite(a) ? Math.Abs(a - b) : double.PositiveInfinity).Max()
            / (largest > 0 ? largest : 1);
    }

    private static int Size(long[] shape) => (int)shape.Aggregate(1L, (a, b) => a * b);
}
