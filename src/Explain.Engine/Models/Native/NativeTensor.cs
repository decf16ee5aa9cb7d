namespace Explain.Engine.Models.Native;

/// <summary>A float tensor in ONNX Runtime's memory, while a node runs.</summary>
internal readonly unsafe struct NativeTensor(float* data, long[] shape)
{
    /// <summary>Extents. In the layout of blocks they are those of the plain one, with channels up to a whole number of blocks.</summary>
    public long[] Shape { get; } = shape;

    /// <summary>Number of elements.</summary>
    public long Length { get; } = shape.Aggregate(1L, (a, b) => checked(a * b));

    /// <summary>Part <paramref name="index"/> of those with <paramref name="length"/> elements each.</summary>
    /// <exception cref="NotSupportedException">The tensor has no such part.</exception>
    public Span<float> Part(long index, long length) => Slice(index * length, length);

    /// <summary>Some of the elements.</summary>
    /// <exception cref="NotSupportedException">The tensor has not as many.</exception>
    public Span<float> Slice(long start, long length) =>
        start >= 0 && length is >= 0 and <= int.MaxValue && start + length <= Length
            ? new Span<float>(data + start, (int)length)
            : throw new NotSupportedException($"elements {start} to {start + length} of {Length} were asked for");
}
