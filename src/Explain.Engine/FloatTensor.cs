namespace Explain.Engine;

/// <summary>A float tensor on the host.</summary>
/// <param name="Shape">Extents.</param>
/// <param name="Values">Row-major.</param>
public sealed record FloatTensor(IReadOnlyList<long> Shape, float[] Values);
