using System.Runtime.InteropServices;

namespace Explain.Kernels.Deflate;

/// <summary>The checksum of PNG chunks (ISO 3309), eight bytes at a time.</summary>
public static class Crc32
{
    private const int Slices = 8;
    private const uint Polynomial = 0xEDB88320;

    private static readonly uint[] Tables = Make();

    /// <summary>The checksum of some bytes.</summary>
    /// <param name="bytes">Any number of them.</param>
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<uint> t = Tables;
        var crc = uint.MaxValue;
        foreach (var eight in MemoryMarshal.Cast<byte, ulong>(bytes))
        {
            var x = (BitConverter.IsLittleEndian ? eight : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(eight)) ^ crc;
            crc =
                t[0x700 + (byte)x]
                ^ t[0x600 + (byte)(x >> 8)]
                ^ t[0x500 + (byte)(x >> 16)]
                ^ t[0x400 + (byte)(x >> 24)]
                ^ t[0x300 + (byte)(x >> 32)]
                ^ t[0x200 + (byte)(x >> 40)]
                ^ t[0x100 + (byte)(x >> 48)]
                ^ t[(int)(x >> 56)];
        }
        foreach (var value in bytes[(bytes.Length / Slices * Slices)..])
            crc = t[(byte)(crc ^ value)] ^ (crc >> 8);
        return ~crc;
    }

    private static uint[] Make()
    {
        var tables = new uint[Slices * 256];
        for (var i = 0; i < tables.Length; i++)
        {
            var crc = i < 256 ? (uint)i : tables[i - 256];
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? Polynomial ^ (crc >> 1) : crc >> 1;
            tables[i] = crc;
        }
        return tables;
    }
}
