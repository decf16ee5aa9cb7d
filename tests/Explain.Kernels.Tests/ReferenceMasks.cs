using Explain.Kernels.Sampling;

namespace Explain.Kernels.Tests;

/// <summary>Masks, one pixel at a time.</summary>
internal static partial class Reference
{
    public static float[] RiseMask(ulong seed, int index, int cells, double probability, int height, int width)
    {
        var random = new RandomStream(seed, (ulong)index);
        var grid = Enumerable.Range(0, cells * cells).Select(_ => random.NextDouble() < probability ? 1.0 : 0.0).ToArray();
        var (cellHeight, cellWidth) = ((int)Math.Ceiling((double)height / cells), (int)Math.Ceiling((double)width / cells));
        var (top, left) = (random.NextBelow(cellHeight), random.NextBelow(cellWidth));

        var mask = new float[height * width];
        for (var i = 0; i < mask.Length; i++)
        {
            var y = Mirrored((i / width + top + 0.5) * cells / ((cells + 1) * cellHeight) - 0.5);
            var x = Mirrored((i % width + left + 0.5) * cells / ((cells + 1) * cellWidth) - 0.5);
            var sum = 0.0;
            for (var j = 0; j < grid.Length; j++)
                sum += grid[j] * Math.Max(0, 1 - Math.Abs(y - j / cells)) * Math.Max(0, 1 - Math.Abs(x - j % cells));
            mask[i] = (float)sum;
        }
        return mask;

        double Mirrored(double position) =>
            cells == 1 ? 0
            : position < 0 ? -position
            : position > cells - 1 ? 2 * (cells - 1) - position
            : position;
    }

    public static float[] Gaussian(double centerY, double centerX, double sigma, int height, int width)
    {
        var values = Enumerable
            .Range(0, height * width)
            .Select(i =>
            {
                var (y, x) = (height == 1 ? 0 : i / width / (height - 1.0), width == 1 ? 0 : i % width / (width - 1.0));
                return Math.Exp(-(Math.Pow(y - centerY, 2) + Math.Pow(x - centerX, 2)) / (2 * sigma * sigma));
            })
            .ToArray();
        var peak = values.Max();
        return Array.ConvertAll(values, value => (float)(value / peak));
    }
}
