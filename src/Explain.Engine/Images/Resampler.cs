using System.Buffers;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Explain.Engine.Images;

/// <summary>
/// Scales images as PIL and torchvision do: pixel centres aligned, the filter widened when shrinking, rows then columns, 8 bits between
/// the two,
/// equal to theirs in every byte.
/// </summary>
/// <remarks>libvips' own <c>resize</c> differs from PIL by up to 7 levels when shrinking and by half a pixel when growing.</remarks>
public static class Resampler
{
    /// <summary>Scales all of <paramref name="image"/> to <paramref name="width"/> × <paramref name="height"/> pixels.</summary>
    public static RgbImage Resize(RgbImage image, int width, int height, Interpolation interpolation)
    {
        if (width == image.Width && height == image.Height)
            return image;
        var pixels = new byte[checked(width * height * 3)];
        Resize(image, (width, 0), (height, 0), width, height, interpolation, pixels, width * 3);
        return new RgbImage(width, height, pixels, image.OrientationApplied);
    }

    /// <summary>
    /// The part of the scaled image that starts at <c>across.Offset</c>, <c>down.Offset</c> and is <paramref name="width"/> ×
    /// <paramref name="height"/>
    /// pixels large; the rest of it is never computed.
    /// </summary>
    internal static void Resize(
        RgbImage image,
        (int Size, int Offset) across,
        (int Size, int Offset) down,
        int width,
        int height,
        Interpolation interpolation,
        Span<byte> target,
        int targetStride
    )
    {
        var columns = ResampleTaps.Create(interpolation, image.Width, across.Size, across.Offset, width);
        var rows = ResampleTaps.Create(interpolation, image.Height, down.Size, down.Offset, height);
        var samples = width * 3;
        var line = ArrayPool<int>.Shared.Rent(samples);
        var sums = ArrayPool<int>.Shared.Rent(checked(samples * rows.MostAtOnce));
        try
        {
            var (begun, done) = (0, 0);
            for (var y = rows.Start[0]; done < height; y++)
            {
                if (begun == done && rows.Start[done] > y)
                    continue;
                Across(image.Pixels.AsSpan(y * image.Width * 3), columns, line.AsSpan(0, samples));
                for (; begun < height && rows.Start[begun] <= y; begun++)
                    Sum(begun).Fill(ResampleTaps.Half);
                for (var row = done; row < begun; row++)
                    TensorPrimitives.MultiplyAdd(line.AsSpan(0, samples), rows.Weight(row, y), Sum(row), Sum(row));
                for (; done < begun && rows.Start[done] + rows.Count[done] <= y + 1; done++)
                    ToBytes(Sum(done), target.Slice(done * targetStride, samples));
            }
        }
        finally
        {
            ArrayPool<int>.Shared.Return(line);
            ArrayPool<int>.Shared.Return(sums);
        }

        Span<int> Sum(int row) => sums.AsSpan(row % rows.MostAtOnce * samples, samples);
    }

    private static void Across(ReadOnlySpan<byte> source, ResampleTaps columns, Span<int> line)
    {
        for (var x = 0; x < columns.Start.Length; x++)
        {
            var weights = columns.Weights.AsSpan(x * columns.Stride, columns.Count[x]);
            var sum = WeightedPixel(source[(columns.Start[x] * 3)..], weights);
            for (var c = 0; c < 3; c++)
                line[3 * x + c] = Math.Clamp(sum[c] >> ResampleTaps.Bits, 0, 255);
        }
    }

    private static Vector128<int> WeightedPixel(ReadOnlySpan<byte> source, ReadOnlySpan<int> weights)
    {
        var sum = Vector128.Create(ResampleTaps.Half);
        ref var first = ref MemoryMarshal.GetReference(source);
        var i = 0;
        // Four bytes are read for three: the very last pixel of the image is left to the line after the loop.
        for (; i < weights.Length && 3 * i + 4 <= source.Length; i++)
        {
            var pixel = Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref first, 3 * i))).AsByte();
            sum += Vector128.WidenLower(Vector128.WidenLower(pixel)).AsInt32() * weights[i];
        }
        if (i < weights.Length)
            sum += Vector128.Create(source[3 * i], source[3 * i + 1], source[3 * i + 2], 0) * weights[i];
        return sum;
    }

    private static void ToBytes(ReadOnlySpan<int> sums, Span<byte> target)
    {
        for (var i = 0; i < target.Length; i++)
            target[i] = (byte)Math.Clamp(sums[i] >> ResampleTaps.Bits, 0, 255);
    }
}
