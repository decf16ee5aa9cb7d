using Explain.Kernels.Images;

namespace Explain.Engine.Images;

/// <summary>An axis-aligned rectangle in pixels; edges, not centres: a full image is <c>(0, 0, width, height)</c>.</summary>
/// <param name="X">Left edge.</param>
/// <param name="Y">Top edge.</param>
/// <param name="Width">Extent to the right.</param>
/// <param name="Height">Extent downwards.</param>
public readonly record struct Rect(double X, double Y, double Width, double Height);

/// <summary>An axis-aligned rectangle of whole pixels.</summary>
/// <param name="X">Leftmost column.</param>
/// <param name="Y">Topmost row.</param>
/// <param name="Width">Columns, at least 1.</param>
/// <param name="Height">Rows, at least 1.</param>
public readonly record struct PixelRect(int X, int Y, int Width, int Height);

/// <summary>How an image of any shape is made to fill the model's input.</summary>
public enum Fit
{
    /// <summary>
    /// Shorter side to <c>resizeTo</c>, then the centre is cut out: what lies outside is not seen by the model. An image of exactly the
    /// input's size is taken as it is.
    /// </summary>
    Crop,

    /// <summary>Both sides scaled independently: everything is seen, proportions change.</summary>
    Stretch,

    /// <summary>Longer side fits, the rest of the input is filled (letterbox): everything is seen, proportions stay.</summary>
    Pad,
}

/// <summary>Where the model's input lies on the original image, and back. Immutable.</summary>
/// <param name="ImageWidth">Width of the original image, after EXIF orientation.</param>
/// <param name="ImageHeight">Height of the original image, after EXIF orientation.</param>
/// <param name="InputWidth">Width of the model's input.</param>
/// <param name="InputHeight">Height of the model's input.</param>
/// <param name="Seen">The part of the original image that the model saw, in original pixels.</param>
/// <param name="Content">Where that part lies on the model's input, in input pixels (the whole input unless letterboxed).</param>
public sealed record Geometry(int ImageWidth, int ImageHeight, int InputWidth, int InputHeight, Rect Seen, Rect Content)
{
    /// <summary>
    /// <see cref="Seen"/> in whole pixels: those whose centre was seen, one at least on each axis. Renders colour exactly these.
    /// </summary>
    public PixelRect Region => Pixels(Seen);

    /// <summary>Where the whole input lies on the original image, in its pixels; beyond it where it was letterboxed.</summary>
    public Rect Input
    {
        get
        {
            var (x, y) = (Seen.Width / Content.Width, Seen.Height / Content.Height);
            return new Rect(Seen.X - Content.X * x, Seen.Y - Content.Y * y, InputWidth * x, InputHeight * y);
        }
    }

    /// <summary>Where an image of this size lies on this input.</summary>
    /// <param name="spec">How the image is made to fit.</param>
    /// <param name="imageWidth">Pixels, upright.</param>
    /// <param name="imageHeight">Pixels, upright.</param>
    public static Geometry Of(InputSpec spec, int imageWidth, int imageHeight)
    {
        var placement = InputPlacement.Of(spec, imageWidth, imageHeight);
        var (x, y, width, height) = placement.Visible(spec);
        var (stepX, stepY) = ((double)imageWidth / placement.Width, (double)imageHeight / placement.Height);
        var seen = new Rect((x - placement.Left) * stepX, (y - placement.Top) * stepY, width * stepX, height * stepY);
        return new Geometry(imageWidth, imageHeight, spec.Width, spec.Height, seen, new Rect(x, y, width, height));
    }

    /// <summary>
    /// A rectangle of the input on the original image, cut to <see cref="Seen"/>; its extent is 0 or less when none of it shows the
    /// image.
    /// </summary>
    /// <param name="part">Input pixels.</param>
    public Rect FromInput(Rect part)
    {
        var (left, width) = Along(part.X, part.Width, Content.X, Content.Width, Seen.X, Seen.Width);
        var (top, height) = Along(part.Y, part.Height, Content.Y, Content.Height, Seen.Y, Seen.Height);
        return new Rect(left, top, width, height);
    }

    /// <summary>The part of a map that lies over <paramref name="part"/> of the original image.</summary>
    /// <param name="part">Original pixels; may reach beyond <see cref="Seen"/>.</param>
    /// <param name="mapWidth">Cells across the input.</param>
    /// <param name="mapHeight">Cells down the input.</param>
    public SourceWindow MapWindow(PixelRect part, int mapWidth, int mapHeight)
    {
        var (x, y) = (Content.Width / Seen.Width, Content.Height / Seen.Height);
        var (cellsX, cellsY) = ((double)mapWidth / InputWidth, (double)mapHeight / InputHeight);
        return new SourceWindow(
            (Content.Y + (part.Y - Seen.Y) * y) * cellsY,
            (Content.X + (part.X - Seen.X) * x) * cellsX,
            part.Height * y * cellsY,
            part.Width * x * cellsX
        );
    }

    /// <summary>The same for the original image scaled to another size.</summary>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    public Geometry ScaledTo(int width, int height)
    {
        var (x, y) = ((double)width / ImageWidth, (double)height / ImageHeight);
        return this with
        {
            ImageWidth = width,
            ImageHeight = height,
            Seen = new Rect(Seen.X * x, Seen.Y * y, Seen.Width * x, Seen.Height * y),
        };
    }

    /// <summary>The pixels of the original image whose centre lies in a rectangle, one at least on each axis.</summary>
    internal PixelRect Pixels(Rect rect)
    {
        var (left, width) = Whole(rect.X, rect.Width, ImageWidth);
        var (top, height) = Whole(rect.Y, rect.Height, ImageHeight);
        return new PixelRect(left, top, width, height);
    }

    private static (double Start, double Length) Along(
        double start,
        double length,
        double content,
        double contentLength,
        double seen,
        double seenLength
    )
    {
        var scale = seenLength / contentLength;
        var from = Math.Max(seen + (start - content) * scale, seen);
        return (from, Math.Min(seen + (start + length - content) * scale, seen + seenLength) - from);
    }

    private static (int Start, int Length) Whole(double start, double length, int size)
    {
        var from = Math.Clamp((int)Math.Floor(start + 0.5), 0, size - 1);
        return (from, Math.Clamp((int)Math.Floor(start + length + 0.5), from + 1, size) - from);
    }
}
