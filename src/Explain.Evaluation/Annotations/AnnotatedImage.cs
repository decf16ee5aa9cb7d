namespace Explain.Evaluation.Annotations;

/// <summary>An object on a picture whose place is known.</summary>
/// <param name="Label">Its class, as the annotation names it: a label, a WordNet id, or a class index in digits.</param>
/// <param name="Box">Where it is; null where only pixels are known.</param>
public sealed record AnnotatedObject(string Label, PixelBox? Box)
{
    /// <summary>Its pixels, read when they are asked for; null where only a box is known.</summary>
    public IPixelMask? Mask { get; init; }

    /// <summary>Whether the annotation calls it difficult, as Pascal VOC does.</summary>
    public bool Difficult { get; init; }

    /// <summary>Whether it stands for a crowd of objects, as COCO has it.</summary>
    public bool Crowd { get; init; }
}

/// <summary>The pixels of an object.</summary>
public interface IPixelMask
{
    /// <summary>Row-major [height, width], true where the object is.</summary>
    /// <param name="width">Columns of the original picture.</param>
    /// <param name="height">Its rows.</param>
    /// <exception cref="FormatException">The annotation is damaged, or is of another size.</exception>
    bool[] Read(int width, int height);
}

/// <summary>
/// A box in pixels of the original picture, by its corners: a pixel at column x belongs to it where <c>Left ≤ x &lt; Right</c>. Formats
/// whose last pixel is inclusive are read with one added.
/// </summary>
/// <param name="Left">First column.</param>
/// <param name="Top">First row.</param>
/// <param name="Right">Column behind the last.</param>
/// <param name="Bottom">Row behind the last.</param>
public readonly record struct PixelBox(double Left, double Top, double Right, double Bottom)
{
    /// <summary>Columns.</summary>
    public double Width => Right - Left;

    /// <summary>Rows.</summary>
    public double Height => Bottom - Top;

    /// <summary>Pixels.</summary>
    public double Area => Math.Max(Width, 0) * Math.Max(Height, 0);
}

/// <summary>A picture and what is known of it.</summary>
/// <param name="Name">Its path, counted from the folder of the pictures, with <c>/</c> between folders.</param>
/// <param name="Objects">The objects on it, of one class or of several.</param>
public sealed record AnnotatedImage(string Name, IReadOnlyList<AnnotatedObject> Objects)
{
    /// <summary>Extents that the annotation says the picture has; null where it does not.</summary>
    public (int Width, int Height)? Size { get; init; }
}
