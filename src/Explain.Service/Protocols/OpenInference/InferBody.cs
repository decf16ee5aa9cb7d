using System.Buffers;
using System.Text.Json;
using Explain.Engine.Inputs;
using Explain.Engine.Vocabulary;

namespace Explain.Service.Protocols.OpenInference;

/// <summary>
/// The JSON of a request apart from the data of its inputs: tensors may hold millions of numbers, which are read later, straight into
/// arrays of the size that their shapes declare.
/// </summary>
/// <param name="Rest">The request with an empty array in the place of the data of each input; disposed of by whoever reads it.</param>
/// <param name="Data">The data of each input that has some, in the order of the inputs.</param>
internal sealed record InferBody(JsonDocument Rest, IReadOnlyList<JsonArray> Data)
{
    // A name, a datatype, a shape and parameters for each input: nobody needs more.
    private const int MaxTokens = 100_000;

    private static readonly byte[] Empty = "[]"u8.ToArray();

    /// <summary>Takes a request apart.</summary>
    /// <param name="json">UTF-8.</param>
    /// <exception cref="JsonException">It is no JSON.</exception>
    /// <exception cref="ExplainException"><see cref="ExplainError.InvalidRequest"/>: too many values beside the data.</exception>
    public static InferBody Read(ReadOnlyMemory<byte> json)
    {
        var (data, tokens, at) = (new List<JsonArray>(), 0, 0);
        var rest = new ArrayBufferWriter<byte>();
        var reader = new Utf8JsonReader(json.Span);
        // Within the root, its inputs, and one of them.
        var inputs = false;
        while (reader.Read())
        {
            if (++tokens > MaxTokens)
            {
                throw new ExplainException(
                    ExplainError.InvalidRequest,
                    $"the request has more than {MaxTokens} values beside the data of its inputs"
                );
            }

            StrictJson.RequireText(ref reader, json.Span);
            if (reader.TokenType != JsonTokenType.PropertyName)
                continue;
            if (reader.CurrentDepth == 1)
                inputs = reader.ValueTextEquals("inputs"u8);
            if (!inputs || reader.CurrentDepth != 3 || !reader.ValueTextEquals("data"u8))
                continue;
            reader.Read();
            StrictJson.RequireText(ref reader, json.Span);
            if (reader.TokenType != JsonTokenType.StartArray)
                continue;
            var start = (int)reader.TokenStartIndex;
            data.Add(JsonArray.Pass(ref reader, json));
            rest.Write(json.Span[at..start]);
            rest.Write(Empty);
            at = (int)reader.BytesConsumed;
        }
        rest.Write(json.Span[at..]);
        return new InferBody(StrictJson.Parse(rest.WrittenMemory), data);
    }
}
