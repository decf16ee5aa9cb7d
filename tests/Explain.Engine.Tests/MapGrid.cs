using Explain.Engine.Images;

namespace Explain.Engine.Tests;

/// <summary>Places on a map's grid.</summary>
internal static class MapGrid
{
    /// <summary>A rectangle of the grid, whose cells are 1 × 1, on the original picture.</summary>
    public static Rect FromMap(this Geometry geometry, Rect part, int mapWidth, int mapHeight)
    {
        var (x, y) = ((double)geometry.InputWidth / mapWidth, (double)geometry.InputHeight / mapHeight);
        return geometry.FromInput(new Rect(part.X * x, part.Y * y, part.Width * x, part.Height * y));
    }
}
