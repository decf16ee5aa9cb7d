using Explain.Engine.Explaining;
using Explain.Engine.Models.Reading;
using Explain.Engine.Vocabulary;

namespace Explain.Service.Protocols.OpenInference;

/// <summary>A request that is nothing but the bytes of its only input: an image, or batch items of the model's own tensor.</summary>
internal static class BareInput
{
    /// <summary>Reads the body.</summary>
    /// <exception cref="ExplainException"><see cref="ExplainError.InvalidRequest"/>.</exception>
    public static InferRequest Read(ReadOnlyMemory<byte> body, ModelDescription model)
    {
        var own = model.Inputs.First(i => i.Name == model.Input.Name);
        if (model.AuxiliaryInputs.Count > 0)
            throw Invalid($"the model has the inputs {string.Join(", ", model.Inputs.Select(i => i.Name))}; a body without JSON holds one");
        if (Explainer.IsImage(body.Span))
            return Request(new InferTensor(TensorQueries.Images, "BYTES", [1], default, Lengthened(body)));
        long[] item = [1, .. own.Shape.Skip(1)];
        var bytes = item.Aggregate(1L, (a, b) => a * b) * sizeof(float);
        if (bytes <= 0 || body.Length == 0 || body.Length % bytes != 0)
            throw Invalid($"the body is neither an image nor batch items of '{own.Name}' [{string.Join(", ", own.Shape)}], {own.DataType}");
        return Request(new InferTensor(own.Name, "FP32", [body.Length / bytes, .. item[1..]], default, body));
    }

    private static InferRequest Request(InferTensor input) => new(Guid.CreateVersion7().ToString(), [], [input], null, false, null);

    private static byte[] Lengthened(ReadOnlyMemory<byte> element) => [.. BitConverter.GetBytes((uint)element.Length), .. element.Span];

    private static ExplainException Invalid(string message) => new(ExplainError.InvalidRequest, message);
}
