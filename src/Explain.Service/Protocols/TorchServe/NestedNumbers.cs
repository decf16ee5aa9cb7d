using System.Buffers;
using System.Text.Json;
using Explain.Engine.Vocabulary;

namespace Explain.Service.Protocols.TorchServe;

/// <summary>A tensor as JSON lists within lists, as PyTorch's <c>tolist</c> gives it.</summary>
internal static class NestedNumbers
{
    /// <summary>Writes it.</summary>
    public static byte[] Write(FloatTensor tensor)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
            Write(json, tensor, 0, tensor.Values);
        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, FloatTensor tensor, int axis, ReadOnlySpan<float> values)
    {
        var extent = (int)tensor.Shape[axis];
        json.WriteStartArray();
        for (var n = 0; n < extent; n++)
        {
            if (axis == tensor.Shape.Count - 1)
                json.WriteNumberValue(values[n]);
            else
                Write(json, tensor, axis + 1, values.Slice(n * values.Length / extent, values.Length / extent));
        }
        json.WriteEndArray();
    }
}
