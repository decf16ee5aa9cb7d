using Explain.Engine.Vocabulary;
using Explain.Kernels.Sampling;

namespace Explain.Evaluation.Localization;

/// <summary>Maps that know nothing of the model: what every method should beat.</summary>
public static class BaselineMaps
{
    /// <summary>What <see cref="Centre"/> is called.</summary>
    public const string CentreName = "centre";

    /// <summary>What <see cref="Random"/> is called.</summary>
    public const string RandomName = "random";

    /// <summary>What <see cref="Edges"/> is called.</summary>
    public const string EdgesName = "edges";

    /// <summary>What they are called.</summary>
    public static IReadOnlyList<string> Names { get; } = [CentreName, RandomName, EdgesName];

    /// <summary>
    /// Centred boxes, one inside the other: 1 in the middle, 0 at the border, so that the places above a threshold t are the centred box
    /// with 1 − t of the picture's area.
    /// </summary>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    public static SaliencyMap Centre(int height, int width) => Of(height, width, (y, x) =>
        {
            var reach = Math.Max(Math.Abs(2 * (y + 0.5) / height - 1), Math.Abs(2 * (x + 0.5) / width - 1));
            return (float)(1 - reach * reach);
        });

    /// <summary>Uniform random numbers, 0..1; the same for the same name.</summary>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="name">What the numbers are drawn by.</param>
    public static SaliencyMap Random(int height, int width, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var random = new RandomStream(name.Aggregate(17UL, (hash, c) => hash * 31 + c));
        return Of(height, width, (_, _) => (float)random.NextDouble());
    }

    /// <summary>The magnitude of Sobel's gradient of the brightness; the border's pixels are repeated.</summary>
    /// <param name="rgb">Row-major [height, width, 3].</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    public static SaliencyMap Edges(ReadOnlySpan<byte> rgb, int height, int width)
    {
        var brightness = new float[height * width];
        for (var i = 0; i < brightness.Length; i++)
            brightness[i] = 0.299f * rgb[3 * i] + 0.587f * rgb[3 * i + 1] + 0.114f * rgb[3 * i + 2];
        float At(int y, int x) => brightness[Math.Clamp(y, 0, height - 1) * width + Math.Clamp(x, 0, width - 1)];
        return Of(height, width, (y, x) =>
        {
            var across = At(y - 1, x + 1) + 2 * At(y, x + 1) + At(y + 1, x + 1) - At(y - 1, x - 1) - 2 * At(y, x - 1) - At(y + 1, x - 1);
            var down = At(y + 1, x - 1) + 2 * At(y + 1, x) + At(y + 1, x + 1) - At(y - 1, x - 1) - 2 * At(y - 1, x) - At(y - 1, x + 1);
            return MathF.Sqrt(across * across + down * down);
        });
    }

    private static SaliencyMap Of(int height, int width, Func<int, int, float> value)
    {
        var values = new float[height * width];
        for (var i = 0; i < values.Length; i++)
            values[i] = value(i / width, i % width);
        return new SaliencyMap(height, width, values, 1);
    }
}
