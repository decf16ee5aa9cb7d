using Explain.Engine.Vocabulary;

namespace Explain.Engine.Methods.Probing;

/// <summary>Many items, a few at a time.</summary>
internal static class Batches
{
    /// <summary>So many items go through the model at once: enough for its kernels to work at full speed.</summary>
    public const int Size = 16;

    /// <summary>A batch for a model that takes an exact number of items: its last item is repeated in the places that are left.</summary>
    /// <param name="items">[n, …].</param>
    /// <param name="places">Items that the model takes, exactly, n at least; null when any number will do.</param>
    public static FloatTensor Filled(FloatTensor items, int? places)
    {
        var count = (int)items.Shape[0];
        if (places is not { } all || all == count)
            return items;
        var last = items.Item(count - 1);
        return new FloatTensor(
            [all, .. items.Shape.Skip(1)],
            [.. items.Values, .. Enumerable.Repeat(last, all - count).SelectMany(v => v)]
        );
    }
}
