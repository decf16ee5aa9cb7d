using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Explain.Engine.Inputs;

/// <summary>Reads NumPy array files: little-endian numbers and booleans in C order.</summary>
public static partial class NpyReader
{
    private static readonly byte[] Magic = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    // csharpier-ignore
    private static readonly Dictionary<string, Func<byte[], Array>> Types = new()
    {
        ["<f4"] = Cast<float>,
        ["<f8"] = Cast<double>,
        ["<i8"] = Cast<long>,
        ["<i4"] = Cast<int>,
        ["<i2"] = Cast<short>,
        ["|i1"] = Cast<sbyte>,
        ["<u8"] = Cast<ulong>,
        ["<u4"] = Cast<uint>,
        ["<u2"] = Cast<ushort>,
        ["|u1"] = Cast<byte>,
        ["|b1"] = bytes => Array.ConvertAll(bytes, b => b != 0),
    };

    /// <summary>Reads a file's bytes.</summary>
    /// <exception cref="FormatException">They are something else; the message says what.</exception>
    public static InputTensor Read(ReadOnlySpan<byte> file)
    {
        if (file.Length < 12 || !file[..6].SequenceEqual(Magic))
            throw new FormatException("is no NumPy array file");
        var (start, length) =
            file[6] == 1
                ? (10, BinaryPrimitives.ReadUInt16LittleEndian(file[8..]))
                : (12L, BinaryPrimitives.ReadUInt32LittleEndian(file[8..]));
        if (start + length > file.Length)
            throw new FormatException("is cut short");
        var header = Header().Match(Encoding.ASCII.GetString(file[(int)start..(int)(start + length)]));
        if (!header.Success || header.Groups["order"].Value == "True")
            throw new FormatException("is no array of numbers in C order");
        if (!Types.TryGetValue(header.Groups["type"].Value, out var read))
            throw new FormatException($"has elements of type {header.Groups["type"].Value}; allowed: {string.Join(", ", Types.Keys)}");
        long[] shape =
        [
            .. header
                .Groups["shape"]
                .Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(long.Parse),
        ];
        var bytes = file[(int)(start + length)..].ToArray();
        var width = header.Groups["type"].Value[^1] - '0';
        if (shape.Aggregate(1.0, (a, b) => a * b) * width != bytes.Length)
            throw new FormatException($"has the shape [{string.Join(", ", shape)}] and {bytes.Length} bytes of numbers");
        return new InputTensor(shape, read(bytes));
    }

    private static T[] Cast<T>(byte[] bytes)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(bytes).ToArray();

    [GeneratedRegex(
        @"^\{'descr': '(?<type>[^']{2,8})', 'fortran_order': (?<order>True|False), 'shape': \((?<shape>(?:[0-9]{1,12}(?:, ?)?)*)\), ?\}"
    )]
    private static partial Regex Header();
}
