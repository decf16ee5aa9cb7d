namespace Explain.Engine.Images;

/// <summary>
/// How large the whole image is on the model's input and where its top left corner lies there: negative where the input cuts it off.
/// </summary>
internal readonly record struct InputPlacement(int Width, int Height, int Left, int Top)
{
    /// <summary>
    /// Places an image as torchvision does; one that already has the input's size was prepared for it and is taken as it is.
    /// </summary>
    public static InputPlacement Of(InputSpec spec, int imageWidth, int imageHeight)
    {
        if ((imageWidth, imageHeight) == (spec.Width, spec.Height))
            return new InputPlacement(spec.Width, spec.Height, 0, 0);
        var (width, height) = spec.Fit switch
        {
            Fit.Stretch => (spec.Width, spec.Height),
            Fit.Crop => ShorterSideTo(spec.ResizeTo > 0 ? spec.ResizeTo : Math.Min(spec.Width, spec.Height), imageWidth, imageHeight),
            Fit.Pad => Inside(spec.Width, spec.Height, imageWidth, imageHeight),
            _ => throw new ArgumentOutOfRangeException(nameof(spec), spec.Fit, null),
        };
        return new InputPlacement(width, height, Centered(spec.Width, width), Centered(spec.Height, height));
    }

    /// <summary>By what power of two, 8 at most, an image may be shrunk so that twice this size is left of it.</summary>
    public int Shrink(int imageWidth, int imageHeight)
    {
        var left = Math.Min(imageWidth / (2 * Width), imageHeight / (2 * Height));
        return left >= 8 ? 8
            : left >= 4 ? 4
            : left >= 2 ? 2
            : 1;
    }

    /// <summary>What of the input shows the image, in input pixels.</summary>
    public (int X, int Y, int Width, int Height) Visible(InputSpec spec)
    {
        var (x, y) = (Math.Max(Left, 0), Math.Max(Top, 0));
        return (x, y, Math.Min(Left + Width, spec.Width) - x, Math.Min(Top + Height, spec.Height) - y);
    }

    // The longer side is cut down to whole pixels, as torchvision's Resize does.
    private static (int Width, int Height) ShorterSideTo(int side, int imageWidth, int imageHeight) =>
        imageWidth <= imageHeight
            ? (side, (int)((long)side * imageHeight / imageWidth))
            : ((int)((long)side * imageWidth / imageHeight), side);

    private static (int Width, int Height) Inside(int width, int height, int imageWidth, int imageHeight)
    {
        var scale = Math.Min((double)width / imageWidth, (double)height / imageHeight);
        return (Math.Clamp((int)Math.Round(imageWidth * scale), 1, width), Math.Clamp((int)Math.Round(imageHeight * scale), 1, height));
    }

    // Python's round: halves go to the even number.
    private static int Centered(int inputSide, int side) =>
        side > inputSide ? -(int)Math.Round((side - inputSide) / 2.0, MidpointRounding.ToEven) : (inputSide - side) / 2;
}
