using System.Buffers.Binary;

namespace Explain.Kernels.Deflate;

/// <summary>Writes bits, the first one lowest, into bytes that must have eight more than are filled.</summary>
internal ref struct BitWriter(Span<byte> destination)
{
    private readonly Span<byte> _destination = destination;
    private ulong _bits;
    private int _count;

    /// <summary>Bytes that are full.</summary>
    public int Length { get; private set; }

    /// <summary>Adds bits; fewer than 57 between two calls of <see cref="Flush"/>.</summary>
    public void Add(ulong bits, int count)
    {
        _bits |= bits << _count;
        _count += count;
    }

    /// <summary>Adds a symbol as <see cref="PrefixCode.Codes"/> has it.</summary>
    public void Add(uint code) => Add(code >> 4, (int)(code & 15));

    /// <summary>Writes the bytes that are full.</summary>
    public void Flush()
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_destination[Length..], _bits);
        Length += _count >> 3;
        _bits >>= _count & ~7;
        _count &= 7;
    }

    /// <summary>Fills the byte that was begun with zeros.</summary>
    public void Align()
    {
        _count = (_count + 7) & ~7;
        Flush();
    }

    /// <summary>Copies bytes; the byte that was begun must be full.</summary>
    public void Copy(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_destination[Length..]);
        Length += bytes.Length;
    }
}
