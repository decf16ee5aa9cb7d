using System.Buffers.Binary;
using Explain.Engine.Images;

namespace Explain.Load;

/// <summary>A photograph in some size, as JPEG.</summary>
/// <param name="Size">Its width and height.</param>
/// <param name="Jpeg">Its bytes.</param>
internal sealed record Photo(string Size, byte[] Jpeg)
{
    // Start of image; a comment of eight bytes.
    private static readonly byte[] Head = [0xFF, 0xD8, 0xFF, 0xFE, 0, 10];

    private static long _made;

    /// <summary>The same pixels in bytes that never were before: no answer to them can be in a cache.</summary>
    public byte[] Fresh()
    {
        byte[] bytes = [.. Head, .. new byte[sizeof(long)], .. Jpeg.AsSpan(2)];
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(Head.Length), Interlocked.Increment(ref _made));
        return bytes;
    }

    /// <summary>A photograph in every size.</summary>
    /// <param name="path">Of a picture.</param>
    public static IReadOnlyList<Photo> All(string path)
    {
        var codec = new VipsImageCodec();
        var photo = codec.Decode(File.ReadAllBytes(path), long.MaxValue);
        return
        [
            .. new[] { (Width: 224, Height: 224), (Width: 720, Height: 720), (Width: 1920, Height: 1279) }.Select(size => new Photo(
                $"{size.Width}×{size.Height}",
                codec.Encode(Resampler.Resize(photo, size.Width, size.Height, Interpolation.Lanczos), ImageFormat.Jpeg)
            )),
        ];
    }
}
