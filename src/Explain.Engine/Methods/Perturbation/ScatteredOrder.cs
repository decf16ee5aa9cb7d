namespace Explain.Engine.Methods.Perturbation;

/// <summary>An order in which the first few of many things in a row are spread over all of them.</summary>
internal static class ScatteredOrder
{
    private const double GoldenShare = 0.6180339887498949;

    /// <summary>
    /// 0 … count − 1 by the fraction of their product with the golden share: wherever the order is broken off, the gaps between those that
    /// came have at most three different lengths (the three-distance theorem).
    /// </summary>
    public static int[] Of(int count) => [.. Enumerable.Range(0, count).OrderBy(i => i * GoldenShare % 1)];
}
