namespace Explain.Engine.Measures;

/// <summary>
/// Infidelity by square removal (Yeh et al. 2019, definition 2.1): whether what a map gives to a square is what the score loses when the
/// square is hidden. A square's side is drawn evenly from 1 pixel to half of the input's shorter side, then its place within the input.
/// </summary>
internal static class RandomSquares
{
    /// <summary>How many are drawn.</summary>
    public const int Count = 32;

    // Streams of the seed that nothing else uses.
    private const ulong Streams = 1UL << 32;

    /// <summary>The image with one of them hidden.</summary>
    public static void Fill(Measurement of, int number, Span<float> values) =>
        of.Image.Through(Array.ConvertAll(Square(of, number), hidden => 1 - hidden), of.Behind, values);

    /// <summary>Mean square of what the map gives too much, or too little, to them.</summary>
    public static double Infidelity(Measurement of) => Infidelity(Pairs(of), 1);

    /// <summary>The same for the map times the factor that makes it least, E[given · lost]/E[given²].</summary>
    public static double ScaledInfidelity(Measurement of)
    {
        var pairs = Pairs(of);
        var square = pairs.Sum(p => p.Given * p.Given);
        return Infidelity(pairs, square == 0 ? 0 : pairs.Sum(p => p.Given * p.Lost) / square);
    }

    private static double Infidelity((double Given, double Lost)[] pairs, double factor) =>
        pairs.Average(p => (factor * p.Given - p.Lost) * (factor * p.Given - p.Lost));

    private static (double Given, double Lost)[] Pairs(Measurement of)
    {
        var explained = of.Explained(Pictures.Squares);
        var pairs = new (double, double)[explained.Length];
        for (var i = 0; i < pairs.Length; i++)
        {
            var given = 0.0;
            foreach (var (pixel, hidden) in Square(of, i).Index())
                given += hidden * (double)of.Map.Values[pixel];
            pairs[i] = (given, of.Value - explained[i]);
        }
        return pairs;
    }

    // 1 where it hides the image.
    private static float[] Square(Measurement of, int number)
    {
        var (height, width, random) = (of.Image.Height, of.Image.Width, of.Random(Streams + (ulong)number));
        var side = 1 + random.NextBelow(Math.Max(Math.Min(height, width) / 2, 1));
        var (top, left) = (random.NextBelow(height - side + 1), random.NextBelow(width - side + 1));
        var square = new float[height * width];
        for (var y = top; y < top + side; y++)
            square.AsSpan(y * width + left, side).Fill(1);
        return square;
    }
}
