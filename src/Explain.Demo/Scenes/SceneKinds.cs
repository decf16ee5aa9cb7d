namespace Explain.Demo.Scenes;

/// <summary>The kinds of object, in the order of the demo model's classes.</summary>
public static class SceneKinds
{
    /// <summary>The table: name, shape, and how far it may be tilted either way (degrees) and still be itself.</summary>
    // csharpier-ignore
    internal static readonly IReadOnlyList<(string Name, Outline Shape, double MaxTilt)> Table =
    [
        ("disc", Outline.Polar(6, _ => 1), 180),
        ("square", Outline.Polygon(-1, -1, 1, -1, 1, 1, -1, 1), 180),
        ("triangle", Outline.Polar(120, _ => 1), 180),
        ("star", Outline.Polar(36, t => t % 72 == 0 ? 1 : 0.46), 180),
        ("cross", Outline.Polygon(-.36, -1, .36, -1, .36, -.36, 1, -.36, 1, .36, .36, .36, .36, 1, -.36, 1, -.36, .36, -1, .36, -1, -.36, -.36, -.36), 180),
        ("heart", Outline.Curve(0, 354, 6, Heart), 35),
        ("arrow", Outline.Polygon(-1, -.36, .05, -.36, .05, -.9, 1, 0, .05, .9, .05, .36, -1, .36), 180),
        ("flower", Outline.Polar(4, t => 0.62 + 0.38 * Math.Sqrt(Math.Abs(Point.Direction(2.5 * t).X))), 180),
        ("bolt", Outline.Polygon(.15, -1, -.75, .22, -.2, .22, -.4, 1, .75, -.34, .2, -.34, .6, -1), 30),
        ("drop", Outline.Curve(0, 354, 6, Drop), 180),
        ("fish", Outline.Curve(-156, 156, 6, FishBody, new Point(-1, .62), new Point(-.78, 0), new Point(-1, -.62)), 40),
        ("crown", Outline.Polygon(-.9, .75, -1, -.65, -.5, -.25, 0, -.9, .5, -.25, 1, -.65, .9, .75), 35),
    ];

    /// <summary>Names by class index; lower case, one word each.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Table.Select(kind => kind.Name)];

    private static Point Heart(double t)
    {
        var sin = Point.Direction(t).Y;
        double Cos(int n) => Point.Direction(n * t).X;
        return new Point(16 * sin * sin * sin, -13 * Cos(1) + 5 * Cos(2) + 2 * Cos(3) + Cos(4));
    }

    private static Point Drop(double t)
    {
        var (direction, half) = (Point.Direction(t), Point.Direction(t / 2).Y);
        return new Point(0.95 * direction.Y * half * half, -direction.X);
    }

    private static Point FishBody(double t)
    {
        var direction = Point.Direction(t);
        return new Point(0.2 + 0.8 * direction.X, 0.56 * direction.Y);
    }
}
