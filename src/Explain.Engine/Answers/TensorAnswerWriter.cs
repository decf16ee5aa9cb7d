using System.Text.Json;
using Explain.Engine.Explaining;
using Explain.Engine.Parameters;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Answers;

/// <summary>The JSON answer to a tensor.</summary>
/// <param name="Model">Which model answered.</param>
/// <param name="Outputs">Logits, map and heat map.</param>
public sealed record TensorDocument(ModelIdentity Model, IReadOnlyList<TensorOutput> Outputs);

/// <summary>One tensor of an answer.</summary>
/// <param name="Name"><c>logits</c>, <c>map</c> or <c>heatmap</c>.</param>
/// <param name="Shape">Extents; the first is the number of items.</param>
/// <param name="Data">Row-major.</param>
public sealed record TensorOutput(string Name, IReadOnlyList<long> Shape, IReadOnlyList<float> Data);

/// <summary>Writes what a tensor query found.</summary>
public static class TensorAnswerWriter
{
    /// <summary>The formats there are: a tensor has no pixels to draw on.</summary>
    public static IReadOnlyList<AnswerFormat> Formats { get; } = [AnswerFormat.Json, AnswerFormat.Npy];

    /// <summary>Writes it: all outputs as JSON, or the raw maps as a NumPy array.</summary>
    /// <param name="answer">What was found.</param>
    /// <param name="model">Which model answered.</param>
    /// <param name="format">One of <see cref="Formats"/>.</param>
    public static byte[] Write(TensorAnswer answer, ModelIdentity model, AnswerFormat format) =>
        format switch
        {
            AnswerFormat.Npy => NpyWriter.Write([.. answer.Map.Shape.Select(e => (int)e)], [answer.Map.Values]),
            AnswerFormat.Json => JsonSerializer.SerializeToUtf8Bytes(
                new TensorDocument(model, [Output("logits", answer.Logits), Output("map", answer.Map), Output("heatmap", answer.Heatmap)]),
                Json.Options
            ),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, null),
        };

    private static TensorOutput Output(string name, FloatTensor tensor) => new(name, tensor.Shape, tensor.Values);
}
