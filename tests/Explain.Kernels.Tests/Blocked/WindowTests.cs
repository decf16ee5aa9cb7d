using Explain.Kernels.Blocked;
using static Explain.Kernels.Tests.Samples;

namespace Explain.Kernels.Tests.Blocked;

/// <summary>
/// The gradients of windows, in all layouts. Values are small whole numbers: sums are exact, and maxima are equal everywhere.
/// </summary>
public class WindowTests
{
    private const int Channels = 32;
    private static readonly int[] Blocks = [1, 8, 16];

    // Extent, kernel, stride, dilation, begin, windows.
    // csharpier-ignore
    private static readonly Dictionary<string, Windows> Geometries = new()
    {
        ["one place"]                          = new(new(1, 1, 1, 1, 0, 1), new(1, 1, 1, 1, 0, 1)),
        ["windows side by side"]               = new(new(6, 2, 2, 1, 0, 3), new(8, 2, 2, 1, 0, 4)),
        ["windows that overlap"]               = new(new(9, 3, 2, 1, 0, 4), new(7, 3, 2, 1, 0, 3)),
        ["windows at every place"]             = new(new(5, 3, 1, 1, 1, 5), new(6, 3, 1, 1, 1, 6)),
        ["windows that begin before"]          = new(new(8, 3, 2, 1, 1, 4), new(9, 3, 2, 1, 1, 5)),
        ["windows that end behind"]            = new(new(8, 3, 2, 1, 0, 4), new(6, 3, 2, 1, 0, 3)),
        ["leftover rows and columns"]          = new(new(9, 2, 3, 1, 0, 3), new(11, 2, 4, 1, 0, 3)),
        ["strides larger than the kernel"]     = new(new(10, 1, 3, 1, 0, 4), new(7, 1, 2, 1, 0, 4)),
        ["dilations"]                          = new(new(11, 3, 2, 2, 1, 4), new(9, 2, 1, 3, 0, 6)),
        ["other windows along the other axis"] = new(new(13, 5, 3, 1, 2, 5), new(4, 1, 1, 1, 0, 4)),
        ["wide rows and far taps"]             = new(new(6, 3, 1, 2, 2, 6), new(13, 5, 1, 1, 2, 13)),
        ["a kernel larger than the map"]       = new(new(3, 7, 2, 1, 3, 2), new(2, 5, 1, 1, 2, 2)),
    };

    public static TheoryData<int, string> Cases => [.. from block in Blocks from geometry in Geometries.Keys select (block, geometry)];

    [Theory, MemberData(nameof(Cases))]
    public void MaxPoolGivesEachCotangentToTheFirstOfTheLargestValues(int block, string geometry)
    {
        var windows = Geometries[geometry];
        var (x, dy) = (Whole(Channels * windows.Area, 1, 3), Whole(Channels * windows.Count, 2, 9));
        var (maxima, expected) = ReferenceWindows.MaxPool(x, dy, windows);
        var (area, count) = (windows.Area * block, windows.Count * block);
        var (inputs, outputs) = (
            ReferenceWindows.InBlocks(x, block, windows.Area),
            ReferenceWindows.InBlocks(maxima, block, windows.Count)
        );
        var (cotangents, actual) = (ReferenceWindows.InBlocks(dy, block, windows.Count), Dirty(x.Length));
        for (var plane = 0; plane < Channels / block; plane++)
        {
            Pooling(block)(
                inputs.AsSpan(plane * area, area),
                outputs.AsSpan(plane * count, count),
                cotangents.AsSpan(plane * count, count),
                windows,
                actual.AsSpan(plane * area, area)
            );
        }
        AssertSameBits(ReferenceWindows.InBlocks(expected, block, windows.Area), actual);
    }

    [Theory, MemberData(nameof(Cases))]
    public void ColumnsAreAddedUpWhereTheirTapsLie(int block, string geometry)
    {
        var windows = Geometries[geometry];
        var columns = Whole(windows.Taps * Channels * windows.Count, 3, 9);
        var sums = ReferenceWindows.InBlocks(ReferenceWindows.Columns(columns, Channels, windows), block, windows.Area);
        var taps = ReferenceWindows.InBlocks(columns, block, windows.Count);
        var added = Whole(sums.Length, 4, 9);
        var (actual, more) = (Dirty(sums.Length), Dirty(sums.Length));
        Bands(block, windows, (plane, row, start, length) =>
        {
            var add = AddingColumns(block);
            add(taps, Channels / block, plane, windows, row, default, actual.AsSpan(start, length));
            add(taps, Channels / block, plane, windows, row, added.AsSpan(start, length), more.AsSpan(start, length));
        });
        AssertSameBits(sums, actual);
        AssertSameBits([.. sums.Zip(added, (s, a) => s + a)], more);
    }

    [Theory, MemberData(nameof(Cases))]
    public void DepthwiseWeightsSpreadCotangentsOverTheirTaps(int block, string geometry)
    {
        var windows = Geometries[geometry];
        var (dy, weights) = (Whole(Channels * windows.Count, 5, 9), Whole(Channels * windows.Taps, 6, 9));
        var expected = ReferenceWindows.InBlocks(ReferenceWindows.Depthwise(dy, weights, windows), block, windows.Area);
        var (cotangents, actual) = (ReferenceWindows.InBlocks(dy, block, windows.Count), Dirty(expected.Length));
        var (count, taps) = (windows.Count * block, windows.Taps * block);
        Bands(block, windows, (plane, row, start, length) =>
            Spreading(block)(
                cotangents.AsSpan(plane * count, count),
                weights.AsSpan(plane * taps, taps),
                windows,
                row,
                actual.AsSpan(start, length)
            )
        );
        AssertSameBits(expected, actual);
    }

    [Fact]
    public void LengthsThatAreNotThoseOfTheWindowsAreRefused()
    {
        var windows = Geometries["windows side by side"];
        var (map, held) = (new float[windows.Area], new float[windows.Count]);
        Assert.Throws<ArgumentException>(() => MaxPoolGradient.Plane<Lanes1>(map, held, held, windows, new float[windows.Area - 1]));
        Assert.Throws<ArgumentException>(() => MaxPoolGradient.Plane<Lanes1>(map, held, map, windows, new float[windows.Area]));
        Assert.Throws<ArgumentException>(() => Columns.Rows<Lanes1>(held, 1, 0, windows, 0, default, map));
        Assert.Throws<ArgumentException>(() => DepthwiseGradient.Rows<Lanes1>(held, held, windows, 0, map));
        Assert.Throws<ArgumentOutOfRangeException>(() => DepthwiseGradient.Rows<Lanes1>(held, new float[4], windows, 1, map));
    }

    private delegate void Pool(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, in Windows windows, Span<float> dx);

    private delegate void AddColumns(
        ReadOnlySpan<float> columns,
        int blocks,
        int block,
        in Windows windows,
        int row,
        ReadOnlySpan<float> added,
        Span<float> dx
    );

    private delegate void Spread(ReadOnlySpan<float> dy, ReadOnlySpan<float> weights, in Windows windows, int row, Span<float> dx);

    private static Pool Pooling(int block) =>
        block switch
        {
            1 => MaxPoolGradient.Plane<Lanes1>,
            8 => MaxPoolGradient.Plane<Lanes8>,
            _ => MaxPoolGradient.Plane<Lanes16>,
        };

    private static AddColumns AddingColumns(int block) =>
        block switch
        {
            1 => Columns.Rows<Lanes1>,
            8 => Columns.Rows<Lanes8>,
            _ => Columns.Rows<Lanes16>,
        };

    private static Spread Spreading(int block) =>
        block switch
        {
            1 => DepthwiseGradient.Rows<Lanes1>,
            8 => DepthwiseGradient.Rows<Lanes8>,
            _ => DepthwiseGradient.Rows<Lanes16>,
        };

    // All rows, two at a time.
    private static void Bands(int block, Windows windows, Action<int, int, int, int> band)
    {
        var line = windows.Columns.Extent * block;
        for (var plane = 0; plane < Channels / block; plane++)
        {
            for (var row = 0; row < windows.Rows.Extent; row += 2)
            {
                var rows = Math.Min(2, windows.Rows.Extent - row);
                band(plane, row, (plane * windows.Rows.Extent + row) * line, rows * line);
            }
        }
    }

    private static float[] Whole(int count, int seed, int size)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)random.Next(-size, size + 1))];
    }

    // What is there before must not matter.
    private static float[] Dirty(int count) => [.. Enumerable.Repeat(float.NaN, count)];
}
