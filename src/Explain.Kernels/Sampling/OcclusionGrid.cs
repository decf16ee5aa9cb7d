using System.Numerics.Tensors;

namespace Explain.Kernels.Sampling;

/// <summary>A rectangle of whole pixels.</summary>
/// <param name="Y">Topmost row.</param>
/// <param name="X">Leftmost column.</param>
/// <param name="Height">Rows, positive.</param>
/// <param name="Width">Columns, positive.</param>
public readonly record struct PixelBox(int Y, int X, int Height, int Width);

/// <summary>
/// The positions of a sliding window over an image (Zeiler and Fergus 2014), laid as Captum's <c>Occlusion</c> does:
/// <c>ceil((side - window) / stride) + 1</c> on each axis, the last one cut off at the edge. A window covers every channel.
/// </summary>
public sealed class OcclusionGrid
{
    private readonly int _height,
        _width,
        _windowHeight,
        _windowWidth,
        _strideY,
        _strideX,
        _columns;

    /// <summary>Lays the windows.</summary>
    /// <param name="height">Rows of the image, positive.</param>
    /// <param name="width">Columns of the image, positive.</param>
    /// <param name="windowHeight">Rows of a window, 1 to the image's.</param>
    /// <param name="windowWidth">Columns of a window, 1 to the image's.</param>
    /// <param name="strideY">Rows from one window to the next, 1 to the window's, so that every pixel is covered.</param>
    /// <param name="strideX">Columns from one window to the next, 1 to the window's.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public OcclusionGrid(int height, int width, int windowHeight, int windowWidth, int strideY, int strideX)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        Require.Within(1, windowHeight, height);
        Require.Within(1, windowWidth, width);
        Require.Within(1, strideY, windowHeight);
        Require.Within(1, strideX, windowWidth);
        (_height, _width, _windowHeight, _windowWidth, _strideY, _strideX) = (height, width, windowHeight, windowWidth, strideY, strideX);
        _columns = Positions(width, windowWidth, strideX);
        Count = Positions(height, windowHeight, strideY) * _columns;
    }

    /// <summary>Number of windows.</summary>
    public int Count { get; }

    /// <summary>The part of the image that a window covers.</summary>
    /// <param name="index">0 to <see cref="Count"/> - 1, row by row.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such window.</exception>
    public PixelBox this[int index]
    {
        get
        {
            Require.Within(0, index, Count - 1);
            var (y, x) = (index / _columns * _strideY, index % _columns * _strideX);
            return new PixelBox(y, x, Math.Min(_windowHeight, _height - y), Math.Min(_windowWidth, _width - x));
        }
    }

    /// <summary>
    /// Gives every pixel the mean of the differences of the windows that cover it: Captum's attribution, summed in double precision.
    /// </summary>
    /// <param name="differences">For each window f(x) - f(x with the window replaced by the baseline), [<see cref="Count"/>].</param>
    /// <param name="map">Receives [height, width] in the unit of the differences.</param>
    /// <exception cref="ArgumentException">A length disagrees with the grid.</exception>
    public void Attribute(ReadOnlySpan<float> differences, Span<float> map)
    {
        Require.SameLength(Count, differences.Length, nameof(differences));
        Require.SameLength(_height * _width, map.Length, nameof(map));

        var (sum, coverage) = (new double[map.Length], new double[map.Length]);
        for (var index = 0; index < Count; index++)
        {
            var box = this[index];
            for (var y = box.Y; y < box.Y + box.Height; y++)
            {
                var (start, length) = (y * _width + box.X, box.Width);
                TensorPrimitives.Add(sum.AsSpan(start, length), differences[index], sum.AsSpan(start, length));
                TensorPrimitives.Add(coverage.AsSpan(start, length), 1, coverage.AsSpan(start, length));
            }
        }
        for (var i = 0; i < map.Length; i++)
            map[i] = (float)(sum[i] / coverage[i]);
    }

    private static int Positions(int side, int window, int stride) => (side - window + stride - 1) / stride + 1;
}
