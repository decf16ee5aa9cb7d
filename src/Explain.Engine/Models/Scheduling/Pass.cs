using Explain.Engine.Models.Sessions;

namespace Explain.Engine.Models.Scheduling;

/// <summary>What one run of a model's graph gave. Owns native memory.</summary>
/// <param name="Scores">The tensor that the model explains, one item for each of the input: class scores, [N, K] or [N, K, 1, …], or what
/// else it is; finite. Null where the run began behind the input and gives gradients only.</param>
/// <param name="Activations">The layers' values, shaped as in the graph.</param>
/// <param name="Gradients">The gradient of each item's objective with respect to each layer, shaped like it.</param>
internal sealed record Pass(
    RunTensor? Scores,
    IReadOnlyDictionary<string, RunTensor> Activations,
    IReadOnlyDictionary<string, RunTensor> Gradients
) : IDisposable
{
    /// <summary>Copies of parts of the items, one after the other; null when a tensor has another first axis than the batch.</summary>
    /// <param name="items">Items of each part.</param>
    public IReadOnlyList<Pass>? Split(IReadOnlyList<int> items)
    {
        var all = items.Sum();
        if (Activations.Values.Concat(Gradients.Values).Append(Scores!).Any(t => t.ItemCount != all))
            return null;
        var parts = new Pass[items.Count];
        for (var (n, first) = (0, 0); n < parts.Length; first += items[n], n++)
            parts[n] = new Pass(Scores!.Part(first, items[n]), Part(Activations, first, items[n]), Part(Gradients, first, items[n]));
        return parts;
    }

    private static Dictionary<string, RunTensor> Part(IReadOnlyDictionary<string, RunTensor> tensors, int first, int items) =>
        tensors.ToDictionary(t => t.Key, t => t.Value.Part(first, items));

    /// <inheritdoc/>
    public void Dispose()
    {
        Scores?.Dispose();
        foreach (var tensor in Activations.Values.Concat(Gradients.Values))
            tensor.Dispose();
    }
}
