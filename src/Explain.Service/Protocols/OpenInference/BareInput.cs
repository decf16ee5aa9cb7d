using Explain.Engine.Explaining;
using Explain.Engine.Models.Reading;
using Explain.Engine.Vocabulary;

namespace Explain.Service.Protocols.OpenInference;

/// <summary>A request that is nothing but the bytes of its only input: an image, or batch items of the model's own tensor.</summary>
internal static class BareInput
{
    // csharpier-ignore
    private static readonly Dictionary<string, int> Sizes = new()
    {
        ["INT8"] = 1, ["UINT8"] = 1,
        ["FP16"] = 2, ["BF16"] = 2, ["INT16"] = 2, ["UINT16"] = 2,
        ["FP32"] = 4, ["INT32"] = 4, ["UINT32"] = 4,
        ["FP64"] = 8, ["INT64"] = 8, ["UINT64"] = 8,
    };

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
        var bytes = item.Aggregate(1L, (a, b) => a * b) * Sizes.GetValueOrDefault(own.DataType);
        if (bytes <= 0 || body.Length == 0 || body.Length % bytes != 0)
            throw Invalid($"the body is neither an image nor batch items of '{own.Name}' [{string.Join(", ", own.Shape)}], {own.DataType}");
        return Request(new InferTensor(own.Name, own.DataType, [body.Length / bytes, .. item[1..]], default, body));
    }

    private static InferRequest Request(InferTensor input) => new(Guid.CreateVersion7().ToString(), [], [input], null, false, null);

    private static byte[] Lengthened(ReadOnlyMemory<byte> element) => [.. BitConverter.GetBytes((uint)element.Length), .. element.Span];

    private static ExplainException Invalid(string message) => new(ExplainError.InvalidRequest, message);
}
