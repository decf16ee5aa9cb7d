using Explain.Engine.Explaining;
using Explain.Engine.Parameters;
using Explain.Engine.Vocabulary;

namespace Explain.Service.Protocols.OpenInference;

/// <summary>What a request asks of the engine; its items are still as they came.</summary>
/// <param name="Items">The model's own tensor, or images.</param>
/// <param name="Outputs">The tensors that are asked for, in that order.</param>
/// <param name="Parameters">What to explain, and how.</param>
/// <param name="ItemTargets">One class an item; null for the target of the parameters.</param>
/// <param name="Cotangent">Shaped like the explained tensor; null for targets of other kinds.</param>
/// <param name="Parts">What is answered besides logits and maps.</param>
internal sealed record TensorQuestion(
    InferTensor Items,
    IReadOnlyList<AskedOutput> Outputs,
    ExplainParameters Parameters,
    IReadOnlyList<long>? ItemTargets,
    FloatTensor? Cotangent,
    TensorParts Parts
)
{
    /// <summary>The encoded images; none where the items are the model's own tensor.</summary>
    /// <exception cref="ExplainException"><see cref="ExplainError.InvalidRequest"/>.</exception>
    public IReadOnlyList<ReadOnlyMemory<byte>> Images() => Items.Datatype == "BYTES" ? Items.ToBytes() : [];

    /// <summary>Batch items.</summary>
    /// <exception cref="ExplainException"><see cref="ExplainError.InvalidRequest"/>: the shape is larger than any request.</exception>
    public int ItemCount => Items.ElementCount() == 0 ? 0 : (int)Items.Shape[0];

    /// <summary>The question about the items as the model's own tensor.</summary>
    public TensorQuery About(FloatTensor input, ExplainParameters parameters) =>
        new(input, parameters)
        {
            ItemTargets = ItemTargets,
            Cotangent = Cotangent,
            Parts = Parts,
        };
}
