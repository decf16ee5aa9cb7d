using Explain.Engine.Parameters;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Explaining;

/// <summary>A batch of the model's own input, each item with its own target.</summary>
/// <param name="Input">[N, …], preprocessed.</param>
/// <param name="Parameters">Method, layer, score, sign; the target too, unless given by item.</param>
public sealed record TensorQuery(FloatTensor Input, ExplainParameters Parameters)
{
    /// <summary>One class an item, [N]; null for the target of the parameters.</summary>
    public IReadOnlyList<long>? ItemTargets { get; init; }

    /// <summary>Shaped like the explained tensor: the scalar is Σ cotangent · value; null for targets of other kinds.</summary>
    public FloatTensor? Cotangent { get; init; }

    /// <summary>What is answered besides logits and maps.</summary>
    public TensorParts Parts { get; init; }
}

/// <summary>Optional parts of the answer to a tensor query.</summary>
[Flags]
public enum TensorParts
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The layer's value.</summary>
    Activations = 1,

    /// <summary>The gradient of the score with respect to the layer.</summary>
    Gradients = 2,

    /// <summary>The scalar that is explained.</summary>
    Scores = 4,
}
