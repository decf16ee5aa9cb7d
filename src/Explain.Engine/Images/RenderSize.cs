using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Images;

/// <summary>What a render is drawn on.</summary>
public enum RenderCanvas
{
    /// <summary>The whole original image.</summary>
    Original,

    /// <summary>What the model saw, at the input's size.</summary>
    Input,

    /// <summary>One pixel for each cell of the map.</summary>
    Map,

    /// <summary>The whole original image at another size.</summary>
    Exact,

    /// <summary>The whole original image, shrunk where it is too large.</summary>
    Within,
}

/// <summary>The <c>size</c> parameter.</summary>
/// <param name="Canvas">What is drawn on.</param>
/// <param name="Width">Pixels, for <see cref="RenderCanvas.Exact"/>; the longest side for <see cref="RenderCanvas.Within"/>.</param>
/// <param name="Height">Pixels, as the width.</param>
public readonly record struct RenderSize(RenderCanvas Canvas, int Width = 0, int Height = 0)
{
    /// <summary>Longest side of <c>WxH</c> and <c>max:SIDE</c>.</summary>
    public const int MaxSide = 4096;

    private const string Max = "max:";

    /// <summary>What <see cref="TryParse"/> reads, for messages.</summary>
    public static string Allowed => $"original, input, map, {Max}SIDE, or WxH, with sides of 1 to {MaxSide}";

    /// <summary>Reads <c>original</c>, <c>input</c>, <c>map</c>, <c>max:SIDE</c> or <c>WxH</c>.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out RenderSize size)
    {
        size = text switch
        {
            "original" => new RenderSize(RenderCanvas.Original),
            "input" => new RenderSize(RenderCanvas.Input),
            "map" => new RenderSize(RenderCanvas.Map),
            not null when text.StartsWith(Max, StringComparison.Ordinal) && Side(text[Max.Length..]) is var side => new RenderSize(
                RenderCanvas.Within,
                side,
                side
            ),
            _ when text?.Split('x') is [var width, var height] => new RenderSize(RenderCanvas.Exact, Side(width), Side(height)),
            _ => new RenderSize(RenderCanvas.Exact),
        };
        return size.Canvas is not (RenderCanvas.Exact or RenderCanvas.Within) || (size.Width > 0 && size.Height > 0);
    }

    /// <summary>Pixels of what is drawn, at most.</summary>
    /// <param name="input">The model's input.</param>
    /// <param name="image">Pixels of the image.</param>
    internal long Pixels(InputSpec input, long image) =>
        Canvas switch
        {
            RenderCanvas.Original => image,
            RenderCanvas.Exact => (long)Width * Height,
            RenderCanvas.Within => Math.Min((long)Width * Height, image),
            _ => (long)input.Width * input.Height,
        };

    /// <summary>Sides of what is drawn.</summary>
    internal (int Width, int Height) Of(Geometry geometry, SaliencyMap map) =>
        Canvas switch
        {
            RenderCanvas.Original => (geometry.ImageWidth, geometry.ImageHeight),
            RenderCanvas.Input => (geometry.InputWidth, geometry.InputHeight),
            RenderCanvas.Map => (map.Width, map.Height),
            RenderCanvas.Within => Shrunk(geometry.ImageWidth, geometry.ImageHeight),
            _ => (Width, Height),
        };

    /// <summary>Where the model's input lies on what is drawn.</summary>
    internal Geometry On(Geometry geometry, SaliencyMap map)
    {
        var (width, height) = Of(geometry, map);
        if (Canvas is not (RenderCanvas.Input or RenderCanvas.Map))
            return geometry.ScaledTo(width, height);
        return geometry with
        {
            ImageWidth = width,
            ImageHeight = height,
            Seen = new Rect(0, 0, width, height),
            Content = new Rect(0, 0, geometry.InputWidth, geometry.InputHeight),
        };
    }

    // Proportions are kept, to the nearest pixel.
    private (int Width, int Height) Shrunk(int width, int height)
    {
        var (longest, most) = ((long)Math.Max(width, height), Width);
        return longest <= most ? (width, height) : (Scaled(width), Scaled(height));
        int Scaled(int side) => Math.Max((int)((2 * side * (long)most + longest) / (2 * longest)), 1);
    }

    private static int Side(string digits) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var side) && side <= MaxSide ? side : 0;
}
