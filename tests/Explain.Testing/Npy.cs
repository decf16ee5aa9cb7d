using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Explain.Testing;

/// <summary>Float32 <c>.npy</c> files in C order.</summary>
public static partial class Npy
{
    /// <summary>Shape and values.</summary>
    public static (long[] Shape, float[] Values) Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var header = bytes[6] == 1 ? BitConverter.ToUInt16(bytes, 8) + 10 : BitConverter.ToInt32(bytes, 8) + 12;
        var text = System.Text.Encoding.ASCII.GetString(bytes, 0, header);
        if (!text.Contains("'<f4'") || text.Contains("'fortran_order': True"))
            throw new InvalidDataException($"{path}: not float32 in C order");
        var shape = Shape()
            .Match(text)
            .Groups[1]
            .Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(long.Parse);
        return ([.. shape], MemoryMarshal.Cast<byte, float>(bytes.AsSpan(header)).ToArray());
    }

    /// <summary>A file of these values.</summary>
    public static byte[] Bytes(IEnumerable<int> shape, float[] values)
    {
        var header = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({string.Concat(shape.Select(e => $"{e}, "))}), }}\n";
        return
        [
            0x93,
            .. "NUMPY"u8,
            1,
            0,
            (byte)header.Length,
            (byte)(header.Length >> 8),
            .. System.Text.Encoding.ASCII.GetBytes(header),
            .. MemoryMarshal.AsBytes(values.AsSpan()),
        ];
    }

    [GeneratedRegex(@"'shape':\s*\(([^)]*)\)")]
    private static partial Regex Shape();
}
