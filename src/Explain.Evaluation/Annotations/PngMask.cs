using Explain.Engine.Images;

namespace Explain.Evaluation.Annotations;

/// <summary>The pixels of a PNG that have the colours of an object.</summary>
/// <param name="decode">Decodes the file.</param>
/// <param name="file">The file.</param>
/// <param name="belongs">Whether a pixel of this red, green and blue belongs to the object.</param>
internal sealed class PngMask(Func<RgbImage> decode, string file, Func<byte, byte, byte, bool> belongs) : IPixelMask
{
    /// <inheritdoc/>
    public bool[] Read(int width, int height)
    {
        var image = decode();
        if ((image.Width, image.Height) != (width, height))
        {
            throw new Place(file).Refusal($"has {image.Width} x {image.Height} pixels; the picture that it masks has {width} x {height}");
        }
        var mask = new bool[width * height];
        for (var i = 0; i < mask.Length; i++)
            mask[i] = belongs(image.Pixels[3 * i], image.Pixels[3 * i + 1], image.Pixels[3 * i + 2]);
        return mask;
    }
}
