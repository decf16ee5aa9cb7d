namespace Explain.Engine;

/// <summary>A float tensor on the host.</summary>
/// <param name="Shape">Extents.</param>
/// <param name="Values">Row-major.</param>
public sealed record FloatTensor(IReadOnlyList<long> Shape, float[] Values)
{
    /// <summary>Number of values in one entry of the first axis.</summary>
    public int RowLength => Shape.Count == 0 || Shape[0] == 0 ? Values.Length : (int)(Values.Length / Shape[0]);

    /// <summary>One entry of the first axis.</summary>
    public ReadOnlySpan<float> Row(int index) => Values.AsSpan(index * RowLength, RowLength);
}
