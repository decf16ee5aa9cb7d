using Explain.Engine.Vocabulary;

namespace Explain.Engine.Methods.Probing;

/// <summary>Many rows, a few at a time.</summary>
internal static class Batches
{
    /// <summary>So many items go through the model at once: enough for its kernels to work at full speed.</summary>
    public const int Size = 16;

    /// <summary>Cuts a tensor along its first axis.</summary>
    /// <param name="tensor">[n, …].</param>
    /// <param name="size">Rows that the model takes, exactly; null when any number will do.</param>
    /// <param name="most">Rows at once, when any number will do.</param>
    /// <returns>The parts, each with the number of its first row; the last one is filled up by repeating its last row when the model takes
    /// an exact number.</returns>
    public static IEnumerable<(int First, FloatTensor Part)> Split(FloatTensor tensor, int? size, int most)
    {
        var rows = (int)tensor.Shape[0];
        var step = size ?? Math.Min(most, rows);
        if (step == rows)
        {
            yield return (0, tensor);
            yield break;
        }
        for (var first = 0; first < rows; first += step)
        {
            var part = tensor.Rows(first, Math.Min(step, rows - first));
            yield return (first, size is { } exact && part.Shape[0] < exact ? Filled(part, exact) : part);
        }
    }

    private static FloatTensor Filled(FloatTensor part, int rows)
    {
        var last = part.Row((int)part.Shape[0] - 1);
        return new FloatTensor(
            [rows, .. part.Shape.Skip(1)],
            [.. part.Values, .. Enumerable.Repeat(last, rows - (int)part.Shape[0]).SelectMany(v => v)]
        );
    }
}
