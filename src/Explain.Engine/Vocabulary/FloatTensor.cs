namespace Explain.Engine.Vocabulary;

/// <summary>A float tensor on the host.</summary>
/// <param name="Shape">Extents.</param>
/// <param name="Values">Row-major.</param>
public sealed record FloatTensor(IReadOnlyList<long> Shape, float[] Values)
{
    /// <summary>One entry of the first axis.</summary>
    internal float[] Item(int index) => Items(index, 1).Values;

    /// <summary>Some entries of the first axis.</summary>
    internal FloatTensor Items(int first, int count)
    {
        var length = Values.Length / (int)Shape[0];
        return count == Shape[0] ? this : new FloatTensor([count, .. Shape.Skip(1)], Values[(first * length)..((first + count) * length)]);
    }

    /// <summary>Tensors one behind the other along their first axis.</summary>
    internal static FloatTensor Join(IReadOnlyList<FloatTensor> parts) =>
        parts.Count == 1
            ? parts[0]
            : new FloatTensor([parts.Sum(p => p.Shape[0]), .. parts[0].Shape.Skip(1)], Concat([.. parts.Select(p => p.Values)]));

    /// <summary>Values one behind the other.</summary>
    internal static float[] Concat(IReadOnlyList<float[]> parts)
    {
        var all = GC.AllocateUninitializedArray<float>(parts.Sum(p => p.Length));
        var written = 0;
        foreach (var part in parts)
        {
            part.CopyTo(all, written);
            written += part.Length;
        }
        return all;
    }
}
