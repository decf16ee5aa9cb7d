using System.Buffers;

namespace Explain.Engine.Answers;

/// <summary>
/// A buffer in memory whose writer stops when nobody waits any more. It grows by pieces that are used again: one that doubles leaves three
/// times the answer behind, in large arrays.
/// </summary>
/// <param name="cancellation">Ends the writing.</param>
internal sealed class CancellableBuffer(CancellationToken cancellation) : Stream
{
    private const int PieceBytes = 1 << 16;

    private readonly List<byte[]> _pieces = [];
    private int _inLast = PieceBytes;

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => (long)_pieces.Count * PieceBytes - (PieceBytes - _inLast);

    /// <inheritdoc/>
    public override long Position
    {
        get => Length;
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        cancellation.ThrowIfCancellationRequested();
        while (buffer.Length > 0)
        {
            if (_inLast == PieceBytes)
            {
                _pieces.Add(ArrayPool<byte>.Shared.Rent(PieceBytes));
                _inLast = 0;
            }
            var fitting = buffer[..Math.Min(buffer.Length, PieceBytes - _inLast)];
            fitting.CopyTo(_pieces[^1].AsSpan(_inLast));
            _inLast += fitting.Length;
            buffer = buffer[fitting.Length..];
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <summary>All that was written.</summary>
    public byte[] ToArray()
    {
        var all = new byte[Length];
        for (var n = 0; n < _pieces.Count; n++)
        {
            var at = n * PieceBytes;
            _pieces[n].AsSpan(0, Math.Min(PieceBytes, all.Length - at)).CopyTo(all.AsSpan(at));
        }
        return all;
    }

    /// <inheritdoc/>
    public override void Flush() { }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        foreach (var piece in _pieces)
            ArrayPool<byte>.Shared.Return(piece);
        _pieces.Clear();
        base.Dispose(disposing);
    }
}
