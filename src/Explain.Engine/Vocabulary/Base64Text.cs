using System.Buffers;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Explain.Engine.Vocabulary;

/// <summary>
/// Reads bytes that came as text: base64, its alphabet for addresses (RFC 4648, 5; padded or not), or a <c>data:</c> URL of either. White
/// space in it says nothing.
/// </summary>
public static class Base64Text
{
    /// <summary>Reads the string that a reader stands on; null for anything else.</summary>
    public static byte[]? Decode(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String)
            return null;
        if (!reader.ValueIsEscaped && !reader.HasValueSequence)
            return Decode(reader.ValueSpan);
        return Decode(Encoding.UTF8.GetBytes(reader.GetString()!));
    }

    /// <summary>Reads an element that is a string; null for anything else.</summary>
    public static byte[]? Decode(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.String)
            return null;
        var text = JsonMarshal.GetRawUtf8Value(element)[1..^1];
        return text.Contains((byte)'\\') ? Decode(Encoding.UTF8.GetBytes(element.GetString()!)) : Decode(text);
    }

    /// <summary>Reads a text; null when it is none of them.</summary>
    /// <param name="text">UTF-8.</param>
    public static byte[]? Decode(ReadOnlySpan<byte> text)
    {
        if (text.StartsWith("data:"u8))
        {
            var comma = text.IndexOf((byte)',');
            if (comma < 0 || !text[..comma].EndsWith(";base64"u8))
                return null;
            text = text[(comma + 1)..];
        }

        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length) + 3];
        var status = Base64.DecodeFromUtf8(text, bytes, out _, out var length);
        if (status != OperationStatus.Done)
            status = Base64Url.DecodeFromUtf8(text, bytes, out _, out length);
        if (status != OperationStatus.Done)
            return null;
        Array.Resize(ref bytes, length);
        return bytes;
    }
}
