namespace Explain.Engine.Images;

/// <summary>An axis-aligned rectangle in pixels; edges, not centres: a full picture is <c>(0, 0, width, height)</c>.</summary>
/// <param name="X">Left edge.</param>
/// <param name="Y">Top edge.</param>
/// <param name="Width">Extent to the right.</param>
/// <param name="Height">Extent downwards.</param>
public readonly record struct Rect(double X, double Y, double Width, double Height);

/// <summary>How a picture of any shape is made to fill the model's input.</summary>
public enum Fit
{
    /// <summary>Shorter side to <c>resizeTo</c>, then the centre is cut out: what lies outside is not seen by the model.</summary>
    Crop,

    /// <summary>Both sides scaled independently: everything is seen, proportions change.</summary>
    Stretch,

    /// <summary>Longer side fits, the rest of the input is filled (letterbox): everything is seen, proportions stay.</summary>
    Pad,
}

/// <summary>Where the model's input lies on the original picture, and back. Immutable.</summary>
/// <param name="ImageWidth">Width of the original picture, after EXIF orientation.</param>
/// <param name="ImageHeight">Height of the original picture, after EXIF orientation.</param>
/// <param name="InputWidth">Width of the model's input.</param>
/// <param name="InputHeight">Height of the model's input.</param>
/// <param name="Seen">The part of the original picture that the model saw, in original pixels.</param>
/// <param name="Content">Where that part lies on the model's input, in input pixels (the whole input unless letterboxed).</param>
public sealed record Geometry(int ImageWidth, int ImageHeight, int InputWidth, int InputHeight, Rect Seen, Rect Content);
