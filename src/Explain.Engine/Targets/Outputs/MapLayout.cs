namespace Explain.Engine.Targets.Outputs;

/// <summary>How a map lies in memory: classes by rows by columns, in some order.</summary>
/// <param name="Classes">Number of classes; 1 without an axis for them.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
/// <param name="ClassAxis">Axis of the classes, or null.</param>
internal readonly record struct MapLayout(int Classes, int Height, int Width, int? ClassAxis)
{
    /// <summary>The layout of an item with two or three axes.</summary>
    public static MapLayout Of(OutputAxes axes)
    {
        var classes = axes.Extents.Count == 3 ? axes.ClassAxis : null;
        var places = axes.Extents.Where((_, axis) => axis != classes).ToArray();
        return new MapLayout(classes is { } axis ? (int)axes.Extents[axis] : 1, (int)places[0], (int)places[1], classes);
    }

    /// <summary>Where the number of a class at a place is.</summary>
    /// <param name="index">The class.</param>
    /// <param name="place">Row times width plus column.</param>
    public int Offset(int index, int place) =>
        ClassAxis switch
        {
            2 => place * Classes + index,
            1 => (place / Width * Classes + index) * Width + place % Width,
            _ => index * Height * Width + place,
        };
}
