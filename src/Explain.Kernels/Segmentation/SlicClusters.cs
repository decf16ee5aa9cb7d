namespace Explain.Kernels.Segmentation;

/// <summary>The centres of SLIC and which pixel belongs to which, before parts are joined.</summary>
internal sealed class SlicClusters
{
    private readonly int _channels,
        _height,
        _width,
        _reach;
    private readonly double _colorWeight,
        _positionWeight;
    private readonly float[] _pixels;
    private readonly double[] _centers,
        _distances;

    /// <summary>Lays the centres on a grid, each at the position of the least colour gradient among the 3x3 pixels there.</summary>
    public SlicClusters(ReadOnlySpan<float> image, int channels, int height, int width, int segments, double compactness)
    {
        (_channels, _height, _width) = (channels, height, width);
        (_pixels, Labels, _distances) = (new float[image.Length], new int[height * width], new double[height * width]);
        for (var i = 0; i < image.Length; i++)
            _pixels[i % Labels.Length * channels + i / Labels.Length] = float.IsFinite(image[i]) ? image[i] : 0;

        var step = Math.Sqrt((double)Labels.Length / segments);
        var rows = (int)Math.Clamp(Math.Round(height / step), 1, height);
        var columns = (int)Math.Clamp(Math.Round((double)segments / rows), 1, width);
        var (stepY, stepX) = ((double)height / rows, (double)width / columns);
        _reach = (int)Math.Ceiling(Math.Max(stepY, stepX)) + 1;
        var variance = Variance();
        (_colorWeight, _positionWeight) = (variance > 0 ? 1 / variance : 0, compactness * compactness / (stepY * stepX));

        Count = rows * columns;
        _centers = new double[Count * Stride];
        for (var cluster = 0; cluster < Count; cluster++)
        {
            var pixel = (int)((cluster / columns + 0.5) * stepY) * width + (int)((cluster % columns + 0.5) * stepX);
            if (Math.Min(stepY, stepX) >= 3)
                pixel = LeastGradient(pixel);
            AddPixel(pixel, Center(cluster));
        }
    }

    public int Count { get; }

    /// <summary>For each pixel its cluster, 0 to <see cref="Count"/> - 1.</summary>
    public int[] Labels { get; }

    /// <summary>A centre is its colour, its row and its column.</summary>
    private int Stride => _channels + 2;

    /// <summary>
    /// Gives every pixel to the nearest centre in reach, the first of equals, then moves the centres to the means of their pixels.
    /// </summary>
    public void Refine()
    {
        Array.Fill(_distances, double.PositiveInfinity);
        for (var cluster = 0; cluster < Count; cluster++)
            Claim(cluster);

        // A cluster that lost every pixel stays where it is.
        var (sums, sizes) = (new double[_centers.Length], new int[Count]);
        for (var pixel = 0; pixel < Labels.Length; pixel++)
        {
            AddPixel(pixel, sums.AsSpan(Labels[pixel] * Stride, Stride));
            sizes[Labels[pixel]]++;
        }
        for (var i = 0; i < sums.Length; i++)
        {
            if (sizes[i / Stride] > 0)
                _centers[i] = sums[i] / sizes[i / Stride];
        }
    }

    private void Claim(int cluster)
    {
        var center = Center(cluster);
        var (centerY, centerX) = (center[_channels], center[_channels + 1]);
        var (top, bottom) = (Math.Max(0, (int)centerY - _reach), Math.Min(_height - 1, (int)centerY + _reach));
        var (left, right) = (Math.Max(0, (int)centerX - _reach), Math.Min(_width - 1, (int)centerX + _reach));
        for (var y = top; y <= bottom; y++)
        {
            for (var x = left; x <= right; x++)
            {
                var (pixel, color) = (y * _width + x, 0.0);
                for (var channel = 0; channel < _channels; channel++)
                    color += Square(_pixels[pixel * _channels + channel] - center[channel]);
                var distance = color * _colorWeight + (Square(y - centerY) + Square(x - centerX)) * _positionWeight;
                if (distance < _distances[pixel])
                    (_distances[pixel], Labels[pixel]) = (distance, cluster);
            }
        }
    }

    private Span<double> Center(int cluster) => _centers.AsSpan(cluster * Stride, Stride);

    private void AddPixel(int pixel, Span<double> sum)
    {
        for (var channel = 0; channel < _channels; channel++)
            sum[channel] += _pixels[pixel * _channels + channel];
        sum[_channels] += pixel / _width;
        sum[_channels + 1] += pixel % _width;
    }

    private double Variance()
    {
        var variance = 0.0;
        for (var channel = 0; channel < _channels; channel++)
        {
            var (sum, squares) = (0.0, 0.0);
            for (var i = channel; i < _pixels.Length; i += _channels)
                sum += _pixels[i];
            for (var i = channel; i < _pixels.Length; i += _channels)
                squares += Square(_pixels[i] - sum / Labels.Length);
            variance += squares / Labels.Length;
        }
        return variance;
    }

    private int LeastGradient(int around)
    {
        var (best, least) = (around, double.PositiveInfinity);
        for (var y = around / _width - 1; y <= around / _width + 1; y++)
        {
            for (var x = around % _width - 1; x <= around % _width + 1; x++)
            {
                if (Gradient(y, x) < least)
                    (best, least) = (y * _width + x, Gradient(y, x));
            }
        }

        return best;
    }

    private double Gradient(int y, int x)
    {
        if (y < 1 || x < 1 || y >= _height - 1 || x >= _width - 1)
            return double.PositiveInfinity;
        var (sum, pixel) = (0.0, y * _width + x);
        for (var channel = 0; channel < _channels; channel++)
        {
            sum +=
                Square(At(pixel + 1, channel) - At(pixel - 1, channel)) + Square(At(pixel + _width, channel) - At(pixel - _width, channel));
        }

        return sum;

        double At(int index, int channel) => _pixels[index * _channels + channel];
    }

    private static double Square(double x) => x * x;
}
