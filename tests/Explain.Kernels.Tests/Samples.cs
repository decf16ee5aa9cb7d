using CsCheck;

namespace Explain.Kernels.Tests;

/// <summary>Inputs that do not change from run to run, and the comparison that tells -0 from 0.</summary>
internal static class Samples
{
    /// <summary>Scalar, every vector width and its neighbours, the unrolled loops, and a long one.</summary>
    public static TheoryData<int> Lengths => [0, 1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 2048];

    public static TheoryData<int> LengthsAboveZero => [1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 2048];

    public static float[] Floats(int count, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() - 0.4f) * MathF.Pow(10, random.Next(-3, 4)))];
    }

    public static byte[] Bytes(int count, int seed = 1)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>The source of the OpenCV reference values: (7919 i mod 1009) / 1009.</summary>
    public static float[] Scattered(int count) => [.. Enumerable.Range(0, count).Select(i => i * 7919 % 1009 / 1009f)];

    /// <summary>Draws from a CsCheck generator that starts at a fixed seed, all draws included.</summary>
    public static IEnumerable<T> Draw<T>(Gen<T> gen, int count)
    {
        var random = new PCG(1, 20240607);
        for (var i = 0; i < count; i++)
            yield return gen.Generate(random, null, out _);
    }

    /// <summary>Equal to the last bit; all NaNs count as one, because their payload is free.</summary>
    public static void AssertSameBits(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual) =>
        Assert.Equal(Bits(expected), Bits(actual));

    public static void AssertClose(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, float tolerance, string what = "")
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.True(MathF.Abs(expected[i] - actual[i]) <= tolerance, $"{what}[{i}]: expected {expected[i]:R}, got {actual[i]:R}.");
    }

    private static int[] Bits(ReadOnlySpan<float> values)
    {
        var bits = new int[values.Length];
        for (var i = 0; i < bits.Length; i++)
            bits[i] = BitConverter.SingleToInt32Bits(float.IsNaN(values[i]) ? float.NaN : values[i]);
        return bits;
    }
}
