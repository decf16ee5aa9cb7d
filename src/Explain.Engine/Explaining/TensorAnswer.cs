using Explain.Engine.Vocabulary;

namespace Explain.Engine.Explaining;

/// <summary>Explanations of a batch.</summary>
/// <param name="Logits">The explained tensor: class scores as [N, K], other outputs shaped as in the graph behind one axis for the
/// items.</param>
/// <param name="Map">Raw maps, [N, h, w]; for methods in pixel space their values, [N, C, H, W].</param>
/// <param name="Heatmap">Maps as shown, 0..1, [N, H, W] with the input's height and width.</param>
/// <param name="Activations">The layer's value, shaped as in the graph; null unless asked for.</param>
/// <param name="Gradients">Gradient of the score with respect to the layer, shaped like it; null unless asked for.</param>
/// <param name="Scores">The scalar that is explained, [N]; null unless asked for.</param>
public sealed record TensorAnswer(
    FloatTensor Logits,
    FloatTensor Map,
    FloatTensor Heatmap,
    FloatTensor? Activations,
    FloatTensor? Gradients,
    FloatTensor? Scores
)
{
    /// <summary>For each item, its raw map; for methods in pixel space the one that they draw.</summary>
    public IReadOnlyList<SaliencyMap> Maps { get; init; } = [];

    /// <summary>For each item, how far the method came before its deadline; null when it came to its end.</summary>
    public IReadOnlyList<Progress?> Partial { get; init; } = [];

    /// <summary>For each item, what a reader should know before trusting its map.</summary>
    public IReadOnlyList<IReadOnlyList<Diagnostic>> Diagnostics { get; init; } = [];

    /// <summary>The explained class of each item; null where it is none.</summary>
    public IReadOnlyList<int?> Classes { get; init; } = [];

    /// <summary>The target layer.</summary>
    public string Layer { get; init; } = "";

    /// <summary>What was differentiated.</summary>
    public string ScoreName { get; init; } = "";
}
