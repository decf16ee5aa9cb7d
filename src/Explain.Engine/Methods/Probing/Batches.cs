using Explain.Engine.Vocabulary;

namespace Explain.Engine.Methods.Probing;

/// <summary>Many items, a few at a time.</summary>
internal static class Batches
{
    /// <summary>So many items go through the model at once: enough for its kernels to work at full speed.</summary>
    public const int Size = 16;

    /// <summary>Cuts a tensor along its first axis.</summary>
    /// <param name="tensor">[n, …].</param>
    /// <param name="size">Items that the model takes, exactly; null when any number will do.</param>
    /// <param name="most">Items at once, when any number will do.</param>
    /// <returns>The parts, each with the number of its first item; the last one is filled up by repeating its last item when the model
    /// takes an exact number.</returns>
    public static IEnumerable<(int First, FloatTensor Part)> Split(FloatTensor tensor, int? size, int most)
    {
        var items = (int)tensor.Shape[0];
        var step = size ?? Math.Min(most, items);
        if (step == items)
        {
            yield return (0, tensor);
            yield break;
        }
        for (var first = 0; first < items; first += step)
        {
            var part = tensor.Items(first, Math.Min(step, items - first));
            yield return (first, size is { } exact && part.Shape[0] < exact ? Filled(part, exact) : part);
        }
    }

    private static FloatTensor Filled(FloatTensor part, int items)
    {
        var last = part.Item((int)part.Shape[0] - 1);
        return new FloatTensor(
            [items, .. part.Shape.Skip(1)],
            [.. part.Values, .. Enumerable.Repeat(last, items - (int)part.Shape[0]).SelectMany(v => v)]
        );
    }
}
