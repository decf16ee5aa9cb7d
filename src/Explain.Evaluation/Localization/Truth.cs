using Explain.Engine.Images;
using Explain.Evaluation.Annotations;

namespace Explain.Evaluation.Localization;

/// <summary>
/// Where the objects of one class are, on the grid on which maps are measured: the model's input.
/// </summary>
/// <param name="Height">Rows of the grid.</param>
/// <param name="Width">Columns of the grid.</param>
/// <param name="Boxes">Boxes in cells of the grid; they may reach beyond it, where the model saw a part of the picture.</param>
/// <param name="Inside">Row-major [Height, Width]: whether the centre of a cell is in one of the objects.</param>
public sealed record Truth(int Height, int Width, IReadOnlyList<PixelBox> Boxes, bool[] Inside)
{
    /// <summary>Whether the pixels of all objects are known, and not their boxes alone.</summary>
    public bool HasPixels { get; init; }

    /// <summary>Columns and rows of the original picture to one of the grid.</summary>
    public (double X, double Y) Scale { get; init; } = (1, 1);

    /// <summary>Brings objects onto the grid.</summary>
    /// <param name="objects">Objects of one class, one at least.</param>
    /// <param name="geometry">What the model saw of the picture.</param>
    /// <exception cref="FormatException">A mask is damaged, or of another size than the picture.</exception>
    public static Truth Of(IReadOnlyList<AnnotatedObject> objects, Geometry geometry)
    {
        ArgumentNullException.ThrowIfNull(objects);
        ArgumentNullException.ThrowIfNull(geometry);
        var (height, width, seen, content) = (geometry.InputHeight, geometry.InputWidth, geometry.Seen, geometry.Content);
        var (x, y) = (seen.Width / content.Width, seen.Height / content.Height);
        double Column(double picture) => content.X + (picture - seen.X) / x;
        double Row(double picture) => content.Y + (picture - seen.Y) / y;
        var inside = new bool[height * width];
        var boxes = new List<PixelBox>();
        foreach (var thing in objects)
        {
            var mask = thing.Mask?.Read(geometry.ImageWidth, geometry.ImageHeight);
            if ((thing.Box ?? Around(mask, geometry.ImageWidth)) is not { } box)
                continue;
            boxes.Add(new PixelBox(Column(box.Left), Row(box.Top), Column(box.Right), Row(box.Bottom)));
            for (var i = 0; i < inside.Length; i++)
            {
                var (row, column) = Math.DivRem(i, width);
                var (px, py) = (seen.X + (column + 0.5 - content.X) * x, seen.Y + (row + 0.5 - content.Y) * y);
                if (px < 0 || py < 0 || px >= geometry.ImageWidth || py >= geometry.ImageHeight)
                    continue;
                inside[i] |= mask is null
                    ? px >= box.Left && px < box.Right && py >= box.Top && py < box.Bottom
                    : mask[(int)py * geometry.ImageWidth + (int)px];
            }
        }
        return new Truth(height, width, boxes, inside) { HasPixels = objects.All(o => o.Mask is not null), Scale = (x, y) };
    }

    // Null for a mask without a pixel.
    private static PixelBox? Around(bool[]? mask, int width)
    {
        if (mask is null || !mask.Contains(true))
            return null;
        int[] places = [.. Enumerable.Range(0, mask.Length).Where(i => mask[i])];
        return new PixelBox(places.Min(i => i % width), places[0] / width, places.Max(i => i % width) + 1, places[^1] / width + 1);
    }
}
