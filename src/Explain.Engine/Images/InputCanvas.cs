namespace Explain.Engine.Images;

/// <summary>What the model sees, as an image of the input's size.</summary>
public static class InputCanvas
{
    /// <summary>Draws the seen part of an image where the model sees it; what a letterbox leaves is black.</summary>
    /// <param name="image">Upright RGB.</param>
    /// <param name="geometry">Where the input lies on it.</param>
    /// <param name="interpolation">How it is resized.</param>
    public static RgbImage Draw(RgbImage image, Geometry geometry, Interpolation interpolation)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(geometry);
        var (content, seen) = (geometry.Content, geometry.Seen);
        var across = Axis(image.Width, content.Width, seen.X, seen.Width);
        var down = Axis(image.Height, content.Height, seen.Y, seen.Height);
        var stride = geometry.InputWidth * 3;
        var pixels = new byte[geometry.InputHeight * stride];
        var first = (int)content.Y * stride + (int)content.X * 3;
        Resampler.Resize(image, across, down, (int)content.Width, (int)content.Height, interpolation, pixels.AsSpan(first), stride);
        return new RgbImage(geometry.InputWidth, geometry.InputHeight, pixels);
    }

    /// <summary>How long the whole image is at the input's scale, and how much of that lies before the seen part.</summary>
    private static (int Size, int Offset) Axis(int imageSide, double content, double seenStart, double seen) =>
        ((int)Math.Round(imageSide * content / seen), (int)Math.Round(seenStart * content / seen));
}
