using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Explain.Engine.Answers;

/// <summary>Writes float arrays as NumPy array files (format version 1.0).</summary>
internal static class NpyWriter
{
    private const int Alignment = 64;
    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0];

    /// <summary>Writes arrays of the same length one after the other, as one array of <paramref name="shape"/>.</summary>
    public static byte[] Write(IReadOnlyList<int> shape, IReadOnlyList<float[]> arrays)
    {
        var dimensions = shape.Count == 1 ? $"{shape[0]}," : string.Join(", ", shape);
        var header = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({dimensions}), }}";
        var prefix = Magic.Length + sizeof(ushort);
        var start = (prefix + header.Length + 1 + Alignment - 1) / Alignment * Alignment;
        var file = new byte[start + arrays.Sum(a => a.Length) * sizeof(float)];

        Magic.CopyTo(file);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(Magic.Length), (ushort)(start - prefix));
        Encoding.ASCII.GetBytes(header.PadRight(start - prefix - 1) + "\n", file.AsSpan(prefix));
        var values = MemoryMarshal.Cast<byte, float>(file.AsSpan(start));
        foreach (var array in arrays)
        {
            array.CopyTo(values);
            values = values[array.Length..];
        }
        return file;
    }
}
