namespace Explain.Demo.Scenes;

internal readonly record struct Point(double X, double Y)
{
    /// <summary>The unit vector at an angle in degrees, clockwise on the screen.</summary>
    /// <remarks>Rounded: math libraries differ in the last bit of a cosine, and pixels must not.</remarks>
    public static Point Direction(double degrees)
    {
        var (sin, cos) = Math.SinCos(degrees * Math.PI / 180);
        return new Point(Math.Round(cos, 6), Math.Round(sin, 6));
    }
}

/// <summary>A closed curve as a polygon, scaled so that its enclosing circle around the origin has radius 1; y points down.</summary>
internal sealed class Outline
{
    private readonly Point[] _points;

    private Outline(IReadOnlyList<Point> points)
    {
        var centreX = (points.Min(p => p.X) + points.Max(p => p.X)) / 2;
        var centreY = (points.Min(p => p.Y) + points.Max(p => p.Y)) / 2;
        var radius = points.Max(p => Math.Sqrt((p.X - centreX) * (p.X - centreX) + (p.Y - centreY) * (p.Y - centreY)));
        _points = [.. points.Select(p => new Point(Math.Round((p.X - centreX) / radius, 6), Math.Round((p.Y - centreY) / radius, 6)))];
    }

    /// <summary>Corners as x, y pairs.</summary>
    public static Outline Polygon(params double[] xy) => new([.. xy.Chunk(2).Select(p => new Point(p[0], p[1]))]);

    /// <summary>A distance from the centre for each angle in degrees; corners every <paramref name="step"/> degrees.</summary>
    public static Outline Polar(int step, Func<double, double> radius) => Curve(0, 360 - step, step, t =>
        {
            var direction = Point.Direction(t - 90);
            return new Point(direction.X * radius(t), direction.Y * radius(t));
        });

    /// <summary>
    /// A parametric curve from <paramref name="from"/> to <paramref name="to"/> degrees, closed by way of <paramref name="rest"/>.
    /// </summary>
    public static Outline Curve(int from, int to, int step, Func<double, Point> at, params Point[] rest) =>
        new([.. Enumerable.Range(0, (to - from) / step + 1).Select(i => at(from + i * step)), .. rest]);

    /// <summary>Distance to the curve, negative inside.</summary>
    public double SignedDistance(double x, double y)
    {
        var nearest = double.MaxValue;
        var inside = false;
        var a = _points[^1];
        foreach (var b in _points)
        {
            var (edgeX, edgeY, fromX, fromY) = (b.X - a.X, b.Y - a.Y, x - a.X, y - a.Y);
            var along = Math.Clamp((fromX * edgeX + fromY * edgeY) / (edgeX * edgeX + edgeY * edgeY), 0, 1);
            var (offX, offY) = (fromX - along * edgeX, fromY - along * edgeY);
            nearest = Math.Min(nearest, offX * offX + offY * offY);
            if (a.Y > y != b.Y > y && x < a.X + (y - a.Y) * edgeX / edgeY)
                inside = !inside;
            a = b;
        }
        var distance = Math.Sqrt(nearest);
        return inside ? -distance : distance;
    }
}
