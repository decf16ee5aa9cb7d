using Explain.Kernels.Sampling;

namespace Explain.Demo.Scenes;

/// <summary>Where one object goes: centre and radius of its enclosing circle (pixels), tilt and mirroring.</summary>
internal sealed record Placement(int Kind, double X, double Y, double Radius, Point Tilt, bool Mirrored);

/// <summary>Draws which kinds an image shows and places them so that their enclosing circles do not touch.</summary>
internal static class Layout
{
    private const int TriesPerSize = 60;

    public static IReadOnlyList<Placement> Draw(SplitMix64 random, SceneOptions options)
    {
        var draw = random.Uniform();
        var count = options.Kinds
            ?? (
                draw < 0.4 ? 1
                : draw < 0.8 ? 2
                : 3
            );
        var kinds = DrawKinds(random, count);
        var side = Math.Min(options.Width, options.Height);
        for (var largest = options.MaxSize; ; largest = Math.Max(options.MinSize, largest * 0.94))
        {
            var placed = new List<Placement>();
            for (var attempt = 0; attempt < TriesPerSize && placed.Count < count; attempt++)
            {
                var radius = random.Uniform(options.MinSize, largest) * side / 2;
                var x = random.Uniform(radius + 1, options.Width - radius - 1);
                var y = random.Uniform(radius + 1, options.Height - radius - 1);
                if (placed.Any(p => Touches(p, x, y, radius)))
                    continue;
                var tilt = SceneKinds.Table[kinds[placed.Count]].MaxTilt;
                placed.Add(
                    new Placement(kinds[placed.Count], x, y, radius, Point.Direction(random.Uniform(-tilt, tilt)), random.Chance(0.5))
                );
            }
            if (placed.Count == count)
                return placed;
        }
    }

    private static bool Touches(Placement other, double x, double y, double radius)
    {
        var (dx, dy, reach) = (x - other.X, y - other.Y, radius + other.Radius + 1);
        return dx * dx + dy * dy < reach * reach;
    }

    private static int[] DrawKinds(SplitMix64 random, int count)
    {
        var kinds = Enumerable.Range(0, SceneKinds.Table.Count).ToArray();
        for (var i = 0; i < count; i++)
        {
            var other = i + random.Below(kinds.Length - i);
            (kinds[i], kinds[other]) = (kinds[other], kinds[i]);
        }
        return kinds[..count];
    }
}
