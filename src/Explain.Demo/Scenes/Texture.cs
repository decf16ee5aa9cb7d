using Explain.Kernels.Sampling;

namespace Explain.Demo.Scenes;

/// <summary>A value from 0 to 1 for each position; positions are in shorter sides of the image.</summary>
internal delegate double Texture(double x, double y);

/// <summary>The textures backgrounds and fills are made of; each draws its own parameters.</summary>
internal static class Textures
{
    public static readonly IReadOnlyList<Func<SplitMix64, Texture>> Backgrounds = [Noise, Noise, Stripes, Checker, Slope, Blobs];

    public static readonly IReadOnlyList<Func<SplitMix64, Texture>> Fills = [Flat, Flat, Slope, Slope, FineStripes, Dots];

    private static Texture Flat(SplitMix64 random) => (_, _) => 0;

    private static Texture Noise(SplitMix64 random)
    {
        var key = random.Next();
        var frequency = random.Uniform(3, 9);
        return (x, y) =>
            (
                Lattice(key, x * frequency, y * frequency) * 4
                + Lattice(key + 1, x * frequency * 2, y * frequency * 2) * 2
                + Lattice(key + 2, x * frequency * 4, y * frequency * 4)
            ) / 7;
    }

    private static Texture Stripes(SplitMix64 random) => Wave(random, random.Uniform(3, 9));

    private static Texture FineStripes(SplitMix64 random) => Wave(random, random.Uniform(14, 20));

    private static Texture Wave(SplitMix64 random, double frequency)
    {
        var (direction, phase) = (Point.Direction(random.Uniform(0, 180)), random.Uniform());
        return (x, y) => Soften(Triangle((x * direction.X + y * direction.Y) * frequency + phase));
    }

    private static Texture Checker(SplitMix64 random)
    {
        var (direction, frequency) = (Point.Direction(random.Uniform(0, 90)), random.Uniform(2, 5));
        return (x, y) =>
        {
            var u = Soften(Triangle((x * direction.X + y * direction.Y) * frequency));
            var v = Soften(Triangle((y * direction.X - x * direction.Y) * frequency));
            return u + v - 2 * u * v;
        };
    }

    private static Texture Slope(SplitMix64 random)
    {
        var (direction, phase) = (Point.Direction(random.Uniform(0, 360)), random.Uniform());
        return (x, y) => Triangle((x * direction.X + y * direction.Y) * 0.45 + phase);
    }

    private static Texture Blobs(SplitMix64 random)
    {
        var blobs = Enumerable
            .Range(0, 9)
            .Select(_ => (X: random.Uniform(-0.1, 1.6), Y: random.Uniform(-0.1, 1.6), Size: random.Uniform(0.05, 0.2)))
            .ToArray();
        return (x, y) =>
        {
            var clear = 1.0;
            foreach (var blob in blobs)
            {
                var (dx, dy) = ((x - blob.X) / blob.Size, (y - blob.Y) / blob.Size);
                clear *= 1 - 1 / (1 + (dx * dx + dy * dy) * (dx * dx + dy * dy));
            }
            return 1 - clear;
        };
    }

    private static Texture Dots(SplitMix64 random)
    {
        var (direction, frequency) = (Point.Direction(random.Uniform(0, 90)), random.Uniform(12, 18));
        return (x, y) =>
        {
            var u = Triangle((x * direction.X + y * direction.Y) * frequency) - 0.5;
            var v = Triangle((y * direction.X - x * direction.Y) * frequency) - 0.5;
            return Math.Clamp(2.2 - 8 * (u * u + v * v) * 2, 0, 1);
        };
    }

    private static double Triangle(double t) => Math.Abs((t - Math.Floor(t)) * 2 - 1);

    private static double Soften(double t) => Math.Clamp((t - 0.5) * 3 + 0.5, 0, 1);

    private static double Lattice(ulong key, double x, double y)
    {
        var (column, row) = ((long)Math.Floor(x), (long)Math.Floor(y));
        var (u, v) = (Smooth(x - column), Smooth(y - row));
        double At(long i, long j) =>
            (SplitMix64.Mix(key ^ SplitMix64.Mix((ulong)i * 0x9E3779B97F4A7C15 + (ulong)j)) >> 11) * (1.0 / (1UL << 53));
        var top = At(column, row) + (At(column + 1, row) - At(column, row)) * u;
        var bottom = At(column, row + 1) + (At(column + 1, row + 1) - At(column, row + 1)) * u;
        return top + (bottom - top) * v;
    }

    private static double Smooth(double t) => t * t * (3 - 2 * t);
}
