using System.Diagnostics.CodeAnalysis;
using System.Globalization;

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
}

/// <summary>The <c>size</c> parameter.</summary>
/// <param name="Canvas">What is drawn on.</param>
/// <param name="Width">Pixels, for <see cref="RenderCanvas.Exact"/>.</param>
/// <param name="Height">Pixels, for <see cref="RenderCanvas.Exact"/>.</param>
public readonly record struct RenderSize(RenderCanvas Canvas, int Width = 0, int Height = 0)
{
    /// <summary>Longest side of <c>WxH</c>.</summary>
    public const int MaxSide = 4096;

    /// <summary>Pixels of what is drawn, at most; null for those of the image.</summary>
    /// <param name="input">The model's input.</param>
    internal long? Pixels(InputSpec input) =>
        Canvas switch
        {
            RenderCanvas.Original => null,
            RenderCanvas.Exact => (long)Width * Height,
            _ => (long)input.Width * input.Height,
        };

    /// <summary>What <see cref="TryParse"/> reads, for messages.</summary>
    public static string Allowed => $"original, input, map, or WxH with sides of 1 to {MaxSide}";

    /// <summary>Reads <c>original</c>, <c>input</c>, <c>map</c> or <c>WxH</c>.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out RenderSize size)
    {
        size = text switch
        {
            "original" => new RenderSize(RenderCanvas.Original),
            "input" => new RenderSize(RenderCanvas.Input),
            "map" => new RenderSize(RenderCanvas.Map),
            _ when text?.Split('x') is [var width, var height] => new RenderSize(RenderCanvas.Exact, Side(width), Side(height)),
            _ => new RenderSize(RenderCanvas.Exact),
        };
        return size.Canvas != RenderCanvas.Exact || (size.Width > 0 && size.Height > 0);
    }

    private static int Side(string digits) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var side) && side <= MaxSide ? side : 0;
}
