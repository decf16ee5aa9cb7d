namespace Explain.Demo.Scenes;

/// <summary>The smallest rectangle around an object's visible pixels.</summary>
/// <param name="X">First column, pixels.</param>
/// <param name="Y">First row, pixels.</param>
/// <param name="Width">Columns, at least 1.</param>
/// <param name="Height">Rows, at least 1.</param>
public readonly record struct BoundingBox(int X, int Y, int Width, int Height);

/// <summary>One object of a generated image, with the truth about where it is.</summary>
/// <param name="Kind">Name of the kind, one of <see cref="SceneKinds.Names"/>.</param>
/// <param name="KindIndex">Index of the kind in <see cref="SceneKinds.Names"/>, which is also its class in the demo model.</param>
/// <param name="Box">Bounds of <paramref name="Mask"/>.</param>
/// <param name="Mask">Row-major, one entry an image pixel: true where the object covers at least half of it.</param>
public sealed record SceneObject(string Kind, int KindIndex, BoundingBox Box, bool[] Mask);

/// <summary>A generated image and its objects; no two objects are of the same kind and none hides another.</summary>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Pixels">Row-major, three bytes a pixel, red first.</param>
/// <param name="Objects">One to three, in no particular order.</param>
public sealed record Scene(int Width, int Height, byte[] Pixels, IReadOnlyList<SceneObject> Objects);

/// <summary>What a generated image is like.</summary>
public sealed record SceneOptions
{
    /// <summary>Pixels, at least 16.</summary>
    public int Width { get; init; } = 96;

    /// <summary>Pixels, at least 16.</summary>
    public int Height { get; init; } = 96;

    /// <summary>Smallest diameter of an object's enclosing circle, as a share of the image's shorter side: 0.1 to 0.36.</summary>
    public double MinSize { get; init; } = 0.34;

    /// <summary>Largest diameter, as a share of the shorter side: <see cref="MinSize"/> to 0.5.</summary>
    public double MaxSize { get; init; } = 0.48;

    /// <summary>Kinds in each image, 1 to 3; null draws one (40 %), two (40 %) or three (20 %).</summary>
    public int? Kinds { get; init; }

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Width, 16);
        ArgumentOutOfRangeException.ThrowIfLessThan(Height, 16);
        ArgumentOutOfRangeException.ThrowIfLessThan(MinSize, 0.1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MinSize, 0.36);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxSize, MinSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxSize, 0.5);
        ArgumentOutOfRangeException.ThrowIfLessThan(Kinds ?? 1, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Kinds ?? 1, 3);
    }
}
