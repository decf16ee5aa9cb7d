using Explain.Kernels.Images;
using Explain.Kernels.Segmentation;

namespace Explain.Kernels.Tests;

/// <summary>The specification of every kernel, one value at a time, written to be read.</summary>
internal static partial class Reference
{
    public static float[] WeightedSum(float[] maps, float[] weights, int area)
    {
        var sum = new float[area];
        for (var c = 0; c < weights.Length; c++)
        {
            for (var i = 0; i < area; i++)
            {
                var product = weights[c] * maps[c * area + i];
                sum[i] += product;
            }
        }

        return sum;
    }

    public static float Relu(float x) =>
        float.IsNaN(x) ? x
        : x > 0 ? x
        : 0f;

    public static float[] MinMax(float[] x, float epsilon = 0f) =>
        [.. x.Select(v => x.Min() == x.Max() ? 0f : (v - x.Min()) / (epsilon + (x.Max() - x.Min())))];

    public static float[] ScaleBySize(float[] x) => [.. x.Select(v => v / x.Max(MathF.Abs))];

    public static float Percentile(float[] x, double percentile)
    {
        var sorted = x.Order().ToArray();
        var position = percentile / 100 * (x.Length - 1);
        var (below, above) = (sorted[(int)Math.Floor(position)], sorted[(int)Math.Ceiling(position)]);
        return (float)(below + ((double)above - below) * (position - Math.Floor(position)));
    }

    /// <summary>Four samples weighted by distance, in double precision, each index limited to the map on its own.</summary>
    public static float[] Bilinear(float[] source, int height, int width, SourceWindow window, int toHeight, int toWidth)
    {
        var result = new float[toHeight * toWidth];
        for (var i = 0; i < result.Length; i++)
        {
            var y = window.Y + (i / toWidth + 0.5) * window.Height / toHeight - 0.5;
            var x = window.X + (i % toWidth + 0.5) * window.Width / toWidth - 0.5;
            var (top, left) = ((int)Math.Floor(y), (int)Math.Floor(x));
            double At(int row, int column) => source[Math.Clamp(row, 0, height - 1) * width + Math.Clamp(column, 0, width - 1)];
            var upper = At(top, left) * (1 - (x - left)) + At(top, left + 1) * (x - left);
            var lower = At(top + 1, left) * (1 - (x - left)) + At(top + 1, left + 1) * (x - left);
            result[i] = (float)(upper * (1 - (y - top)) + lower * (y - top));
        }
        return result;
    }

    /// <summary>Four samples weighted by distance, corner sample on corner pixel, in double precision.</summary>
    public static float[] BilinearAlignedCorners(float[] source, int height, int width, int toHeight, int toWidth)
    {
        static double Position(int pixel, int size, int samples) => size == 1 ? 0 : pixel * (samples - 1.0) / (size - 1);
        var result = new float[toHeight * toWidth];
        for (var i = 0; i < result.Length; i++)
        {
            var (y, x) = (Position(i / toWidth, toHeight, height), Position(i % toWidth, toWidth, width));
            var sum = 0.0;
            for (var j = 0; j < source.Length; j++)
                sum += source[j] * Math.Max(0, 1 - Math.Abs(y - j / width)) * Math.Max(0, 1 - Math.Abs(x - j % width));
            result[i] = (float)sum;
        }
        return result;
    }

    /// <summary>
    /// Weights exp(-d² / 2σ²) up to three σ, divided by their sum, in double precision; each index limited to the axis on its own.
    /// </summary>
    public static double[] Blur(float[] source, int extent, int inner, double sigma)
    {
        var reach = (int)Math.Ceiling(3 * sigma);
        double Weight(int d) => Math.Exp(-d * d / (2 * sigma * sigma));
        var total = Enumerable.Range(-reach, 2 * reach + 1).Sum(Weight);
        return
        [
            .. source.Select(
                (_, i) =>
                {
                    var place = i / inner % extent;
                    return Enumerable
                        .Range(-reach, 2 * reach + 1)
                        .Sum(d => Weight(d) / total * source[i + (Math.Clamp(place + d, 0, extent - 1) - place) * inner]);
                }
            ),
        ];
    }

    public static byte Mix(byte bottom, byte top, float alpha)
    {
        var share = (int)MathF.Floor(alpha * 256 + 0.5f);
        return (byte)Math.Floor((bottom * (256 - share) + top * share) / 256.0 + 0.5);
    }

    public static int ColorEntry(float v) => float.IsNaN(v) ? 0 : (int)(Math.Clamp(v, 0f, 1f) * 255f + 0.5f);

    /// <summary>Flood fill from every pixel in row order.</summary>
    public static List<Region> Regions(float[] map, int height, int width, float threshold)
    {
        var (seen, found) = (new bool[map.Length], new List<Region>());
        for (var start = 0; start < map.Length; start++)
        {
            var pixels = new List<int>();
            Flood(start % width, start / width);
            if (pixels.Count == 0)
                continue;
            var (xs, ys) = (pixels.Select(p => p % width).ToArray(), pixels.Select(p => p / width).ToArray());
            found.Add(
                new Region(
                    xs.Min(),
                    ys.Min(),
                    xs.Max() - xs.Min() + 1,
                    ys.Max() - ys.Min() + 1,
                    (float)pixels.Sum(p => (double)map[p]),
                    [.. pixels.Order().Select(p => new RegionRun(p / width, p % width, p % width))]
                )
            );

            void Flood(int x, int y)
            {
                if (x < 0 || y < 0 || x >= width || y >= height || seen[y * width + x] || !(map[y * width + x] > threshold))
                    return;
                seen[y * width + x] = true;
                pixels.Add(y * width + x);
                for (var step = 0; step < 9; step++)
                    Flood(x + step % 3 - 1, y + step / 3 - 1);
            }
        }
        return [.. found.OrderByDescending(region => region.Mass)];
    }

    public static float[] FromRgb(byte[] rgb, int[] order, float scale, float[] mean, float[] std, bool planar)
    {
        var pixels = rgb.Length / 3;
        var tensor = new float[rgb.Length];
        for (var i = 0; i < pixels; i++)
        {
            for (var c = 0; c < 3; c++)
                tensor[planar ? c * pixels + i : i * 3 + c] = (rgb[3 * i + order[c]] * scale - mean[c]) / std[c];
        }

        return tensor;
    }
}
