namespace Explain.Engine.Methods.Perturbation;

/// <summary>An order in which the first few of many things in a row are spread over all of them.</summary>
internal static class ScatteredOrder
{
    private const double GoldenShare = 0.6180339887498949;

    /// <summary>0 … count − 1, each the golden share of all behind the one before: wherever it is broken off, the gaps differ little.</summary>
    public static int[] Of(int count)
    {
        var step = Math.Max((int)(count * GoldenShare), 1);
        while (Divisor(step, count) > 1) step++;
        return [.. Enumerable.Range(0, count).Select(i => (int)((long)i * step % count))];
    }

    private static int Divisor(int a, int b) => b == 0 ? a : Divisor(b, a % b);
}
