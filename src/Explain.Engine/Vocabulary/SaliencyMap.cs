namespace Explain.Engine.Vocabulary;

/// <summary>A raw saliency map: values as the method defines them, nothing scaled.</summary>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
/// <param name="Values">Row-major, <c>Height * Width</c>; always finite.</param>
/// <param name="PositiveShare">Share of the values above 0 before the method's own ReLU, 0..1.</param>
public sealed record SaliencyMap(int Height, int Width, float[] Values, float PositiveShare)
{
    /// <summary>Smallest value.</summary>
    public float Min => Values.Min();

    /// <summary>Largest value.</summary>
    public float Max => Values.Max();
}
