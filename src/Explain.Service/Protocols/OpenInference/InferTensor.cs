using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using Explain.Engine.Inputs;
using Explain.Engine.Vocabulary;

namespace Explain.Service.Protocols.OpenInference;

/// <summary>A tensor of a request, its numbers still as they came: JSON (flat or nested) or little-endian bytes.</summary>
/// <param name="Name">Name.</param>
/// <param name="Datatype">As in the protocol: <c>FP32</c>, <c>INT64</c>, ….</param>
/// <param name="Shape">Extents, none negative.</param>
/// <param name="Data">The JSON numbers, unless the tensor came as bytes.</param>
/// <param name="Raw">The bytes, if it did.</param>
internal sealed record InferTensor(string Name, string Datatype, IReadOnlyList<long> Shape, JsonElement Data, ReadOnlyMemory<byte>? Raw)
{
    // No request is long enough to hold more numbers than this.
    private const long MaxElements = int.MaxValue / sizeof(long);

    /// <summary>The values as 32-bit floats.</summary>
    /// <exception cref="ExplainException"><see cref="ExplainError.InvalidRequest"/>.</exception>
    public FloatTensor ToFloats()
    {
        Require("FP32");
        if (Raw is { } raw)
            return new FloatTensor(Shape, Cast<float>(raw));
        return new FloatTensor(Shape, Numbers((JsonElement e, out float v) => e.TryGetSingle(out v) && float.IsFinite(v)));
    }

    /// <summary>The values as 64-bit whole numbers.</summary>
    /// <exception cref="ExplainException"><see cref="ExplainError.InvalidRequest"/>.</exception>
    public long[] ToLongs()
    {
        Require("INT64");
        return Raw is { } raw ? Cast<long>(raw) : Numbers((JsonElement e, out long v) => e.TryGetInt64(out v));
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
                "FP64" => Values((JsonElement e, out double v) => e.TryGetDouble(out v) && double.IsFinite(v)),
                "INT32" => Values((JsonElement e, out int v) => e.TryGetInt32(out v)),
                "INT16" => Values((JsonElement e, out short v) => e.TryGetInt16(out v)),
                "INT8" => Values((JsonElement e, out sbyte v) => e.TryGetSByte(out v)),
                "UINT64" => Values((JsonElement e, out ulong v) => e.TryGetUInt64(out v)),
                "UINT32" => Values((JsonElement e, out uint v) => e.TryGetUInt32(out v)),
                "UINT16" => Values((JsonElement e, out ushort v) => e.TryGetUInt16(out v)),
                "UINT8" => Values((JsonElement e, out byte v) => e.TryGetByte(out v)),
                "BOOL" => Values(
                    (JsonElement e, out bool v) => (v = e.ValueKind == JsonValueKind.True) || e.ValueKind == JsonValueKind.False
                ),
                _ => throw Invalid($"datatype {Shown} is not accepted"),
            }
        );

    /// <summary>The elements of a BYTES tensor: base64 in JSON, each behind its length in the binary form.</summary>
    /// <exception cref="ExplainException"><see cref="ExplainError.InvalidRequest"/>.</exception>
    public IReadOnlyList<ReadOnlyMemory<byte>> ToBytes()
    {
        Require("BYTES");
        var elements = Raw is { } raw ? Lengthened(raw) : Decoded(Data);
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

    private List<ReadOnlyMemory<byte>> Decoded(JsonElement list)
    {
        var elements = new List<ReadOnlyMemory<byte>>();
        Collect(list);
        return elements;

        void Collect(JsonElement element)
        {
            foreach (var item in element.EnumerateArray())
            {
                if (item.ValueKind == JsonValueKind.Array)
                {
                    Collect(item);
                }
                else
                {
                    elements.Add(
                        item.ValueKind == JsonValueKind.String && item.TryGetBytesFromBase64(out var bytes)
                            ? bytes
                            : throw Invalid($"element {elements.Count} of data is no base64 text")
                    );
                }
            }
        }
    }

    private delegate bool Number<T>(JsonElement element, out T value);

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

    private T[] Values<T>(Number<T> read)
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

    private T[] Numbers<T>(Number<T> read)
    {
        // The text of a number takes one character at least: a shape alone reserves no memory.
        var (expected, at) = (ElementCount(), 0);
        var values = new List<T>(Math.Min(expected, 1 << 20));
        Collect(Data);
        return at == expected ? [.. values] : throw Invalid($"the shape [{string.Join(", ", Shape)}] needs {expected} values, {at} came");

        void Collect(JsonElement element)
        {
            foreach (var item in element.EnumerateArray())
            {
                if (item.ValueKind == JsonValueKind.Array)
                {
                    Collect(item);
                    continue;
                }
                if (!IsOne(item) || !read(item, out var value))
                    throw Invalid($"value {at} of data is no {Datatype} number");
                if (++at <= expected)
                    values.Add(value);
            }
        }
    }

    private bool IsOne(JsonElement item) =>
        Datatype == "BOOL" ? item.ValueKind is JsonValueKind.True or JsonValueKind.False : item.ValueKind == JsonValueKind.Number;

    private string Shown => Datatype.Length <= 20 ? Datatype : Datatype[..20];

    private void Require(string datatype)
    {
        if (Datatype != datatype)
            throw Invalid($"datatype {Shown} is not accepted; allowed: {datatype}");
    }

    private ExplainException Invalid(string message) => new(ExplainError.InvalidRequest, $"input '{Name}': {message}");
}
