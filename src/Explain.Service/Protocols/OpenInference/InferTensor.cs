using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using Explain.Engine.Inputs;
using Explain.Engine.Models.Reading;
using Explain.Engine.Vocabulary;

namespace Explain.Service.Protocols.OpenInference;

/// <summary>A tensor of a request, its numbers still as they came: JSON (flat or nested) or little-endian bytes.</summary>
/// <param name="Name">Name.</param>
/// <param name="Datatype">As in the protocol: <c>FP32</c>, <c>INT64</c>, ….</param>
/// <param name="Shape">Extents, none negative.</param>
/// <param name="Json">The JSON array, unless the tensor came as bytes.</param>
/// <param name="Raw">The bytes, if it did.</param>
internal sealed record InferTensor(string Name, string Datatype, IReadOnlyList<long> Shape, JsonArray Json, ReadOnlyMemory<byte>? Raw)
{
    /// <summary>The type that any tensor of numbers may have.</summary>
    public const string Floats = "FP32";

    // No request is long enough to hold more numbers than this.
    private const long MaxElements = int.MaxValue / sizeof(long);

    /// <summary>The values as 32-bit floats.</summary>
    /// <exception cref="ExplainException"><see cref="ExplainError.InvalidRequest"/>.</exception>
    public FloatTensor ToFloats()
    {
        Require(Floats);
        if (Raw is { } raw)
            return new FloatTensor(Shape, Cast<float>(raw));
        return new FloatTensor(Shape, Numbers((ref Utf8JsonReader r, out float v) => r.TryGetSingle(out v) && float.IsFinite(v)));
    }

    /// <summary>The values of the model's own input, in 32-bit floats as they are fed.</summary>
    /// <param name="numbers">The input's numbers; the tensor is of their type, or has floats.</param>
    /// <exception cref="ExplainException"><see cref="ExplainError.InvalidRequest"/>.</exception>
    public FloatTensor ToFloats(InputNumbers numbers) =>
        Datatype == numbers.DataType && Datatype != Floats ? new FloatTensor(Shape, numbers.Feed(ToInput().Values)) : ToFloats();

    /// <summary>The values as 64-bit whole numbers.</summary>
    /// <exception cref="ExplainException"><see cref="ExplainError.InvalidRequest"/>.</exception>
    public long[] ToLongs()
    {
        Require("INT64");
        return Raw is { } raw ? Cast<long>(raw) : Numbers((ref Utf8JsonReader r, out long v) => r.TryGetInt64(out v));
    }

    /// <summary>The values as they are.</summary>
    /// <exception cref="ExplainException"><see cref="ExplainError.InvalidRequest"/>.</exception>
    public InputTensor ToInput() =>
        new(
            Shape,
            Datatype switch
            {
                "FP32" => ToFloats().Values,
                "INT64" => ToLongs(),
                "FP16" => Array.ConvertAll(Values((ref Utf8JsonReader r, out Half v) => ReadHalf(ref r, out v)), v => (float)v),
                "BF16" => Brain(),
                "FP64" => Values((ref Utf8JsonReader r, out double v) => r.TryGetDouble(out v) && double.IsFinite(v)),
                "INT32" => Values((ref Utf8JsonReader r, out int v) => r.TryGetInt32(out v)),
                "INT16" => Values((ref Utf8JsonReader r, out short v) => r.TryGetInt16(out v)),
                "INT8" => Values((ref Utf8JsonReader r, out sbyte v) => r.TryGetSByte(out v)),
                "UINT64" => Values((ref Utf8JsonReader r, out ulong v) => r.TryGetUInt64(out v)),
                "UINT32" => Values((ref Utf8JsonReader r, out uint v) => r.TryGetUInt32(out v)),
                "UINT16" => Values((ref Utf8JsonReader r, out ushort v) => r.TryGetUInt16(out v)),
                "UINT8" => Values((ref Utf8JsonReader r, out byte v) => r.TryGetByte(out v)),
                "BOOL" => Values(
                    (ref Utf8JsonReader r, out bool v) => (v = r.TokenType == JsonTokenType.True) || r.TokenType == JsonTokenType.False
                ),
                _ => throw Invalid($"datatype {Shown} is not accepted"),
            }
        );

    // A JSON number is rounded to the type it is declared as.
    private static bool ReadHalf(ref Utf8JsonReader reader, out Half value)
    {
        var read = reader.TryGetDouble(out var real);
        value = (Half)real;
        return read && Half.IsFinite(value);
    }

    // The upper half of a float's bits.
    private float[] Brain() =>
        Raw is { } raw
            ? Array.ConvertAll(Cast<ushort>(raw), v => BitConverter.UInt32BitsToSingle((uint)v << 16))
            : Numbers((ref Utf8JsonReader r, out float v) => r.TryGetSingle(out v) && float.IsFinite(v));

    /// <summary>The elements of a BYTES tensor: base64 in JSON, each behind its length in the binary form.</summary>
    /// <exception cref="ExplainException"><see cref="ExplainError.InvalidRequest"/>.</exception>
    public IReadOnlyList<ReadOnlyMemory<byte>> ToBytes()
    {
        Require("BYTES");
        IReadOnlyList<ReadOnlyMemory<byte>> elements = Raw is { } raw ? Lengthened(raw) : Decoded();
        return elements.Count == ElementCount()
            ? elements
            : throw Invalid($"the shape [{string.Join(", ", Shape)}] needs {ElementCount()} elements, {elements.Count} came");
    }

    private List<ReadOnlyMemory<byte>> Lengthened(ReadOnlyMemory<byte> raw)
    {
        var elements = new List<ReadOnlyMemory<byte>>();
        while (raw.Length > 0)
        {
            if (
                raw.Length < sizeof(uint)
                || (BinaryPrimitives.ReadUInt32LittleEndian(raw.Span) is var length && length > raw.Length - sizeof(uint))
            )
            {
                throw Invalid($"element {elements.Count} is cut short; each is its length in 4 bytes, little-endian, and so many bytes");
            }

            elements.Add(raw.Slice(sizeof(uint), (int)length));
            raw = raw[(sizeof(uint) + (int)length)..];
        }
        return elements;
    }

    private ReadOnlyMemory<byte>[] Decoded()
    {
        var elements = new ReadOnlyMemory<byte>[Json.Count];
        if (Json.Fill(elements.AsSpan(), Base64) is { } wrong)
            throw Invalid($"element {wrong} of data is no base64 text");
        return elements;
    }

    private static bool Base64(ref Utf8JsonReader reader, out ReadOnlyMemory<byte> value)
    {
        var bytes = Base64Text.Decode(ref reader);
        value = bytes;
        return bytes is not null;
    }

    /// <summary>Numbers that the shape holds.</summary>
    /// <exception cref="ExplainException"><see cref="ExplainError.InvalidRequest"/>: more than any request.</exception>
    public int ElementCount()
    {
        var count = 1L;
        foreach (var extent in Shape)
        {
            if (extent < 0 || (extent > 0 && count > MaxElements / extent))
                throw Invalid($"the shape [{string.Join(", ", Shape)}] is not allowed");
            count *= extent;
        }
        return (int)count;
    }

    private T[] Values<T>(JsonArray.Value<T> read)
        where T : unmanaged => Raw is { } raw ? Cast<T>(raw) : Numbers(read);

    private T[] Cast<T>(ReadOnlyMemory<byte> raw)
        where T : unmanaged
    {
        if (!BitConverter.IsLittleEndian)
            throw new PlatformNotSupportedException("binary tensors are read as they lie in memory");
        var values = MemoryMarshal.Cast<byte, T>(raw.Span);
        if (raw.Length % Unsafe.SizeOf<T>() != 0 || values.Length != ElementCount())
        {
            throw Invalid(
                $"the shape [{string.Join(", ", Shape)}] needs {(long)ElementCount() * Unsafe.SizeOf<T>()} bytes, {raw.Length} came"
            );
        }

        return values.ToArray();
    }

    // A shape alone reserves no memory.
    private T[] Numbers<T>(JsonArray.Value<T> read)
    {
        var expected = ElementCount();
        var values = new T[Math.Min(expected, Json.Count)];
        if (Json.Fill(values.AsSpan(), One) is { } wrong)
            throw Invalid($"value {wrong} of data is no {Datatype} number");
        return Json.Count == expected
            ? values
            : throw Invalid($"the shape [{string.Join(", ", Shape)}] needs {expected} values, {Json.Count} came");

        bool One(ref Utf8JsonReader reader, out T value)
        {
            var isFlag = reader.TokenType is JsonTokenType.True or JsonTokenType.False;
            if (Datatype == "BOOL" ? isFlag : reader.TokenType == JsonTokenType.Number)
                return read(ref reader, out value);
            value = default!;
            return false;
        }
    }

    private string Shown => Datatype.Length <= 20 ? Datatype : Datatype[..20];

    private void Require(string datatype)
    {
        if (Datatype != datatype)
            throw Invalid($"datatype {Shown} is not accepted; allowed: {datatype}");
    }

    private ExplainException Invalid(string message) => new(ExplainError.InvalidRequest, $"input '{Name}': {message}");
}
