using Explain.Kernels.Images;
using static Explain.Kernels.Tests.Samples;

namespace Explain.Kernels.Tests;

public class ColorMapTests
{
    public static TheoryData<string> Names => [.. ColorMap.Names];

    [Fact]
    public void TheTableOfMapsIsTheOneThatIsDocumented() =>
        Assert.Equal(["turbo", "jet", "viridis", "inferno", "magma", "gray", "coolwarm"], ColorMap.Names);

    // Entries 0, 64, 128, 192 and 255, and the sum of all bytes, from Matplotlib 3.6.3; jet from OpenCV 4.6 COLORMAP_JET.
    [Theory]
    [InlineData("turbo", 48, 18, 59, 40, 188, 235, 164, 252, 60, 251, 126, 33, 122, 4, 3, 100111)]
    [InlineData("jet", 0, 0, 128, 0, 128, 255, 130, 255, 126, 255, 124, 0, 128, 0, 0, 93631)]
    [InlineData("viridis", 68, 1, 84, 59, 82, 139, 33, 145, 140, 94, 201, 98, 253, 231, 37, 84586)]
    [InlineData("inferno", 0, 0, 4, 87, 16, 110, 188, 55, 84, 249, 142, 9, 252, 255, 164, 80870)]
    [InlineData("magma", 0, 0, 4, 81, 18, 124, 183, 55, 121, 252, 137, 97, 252, 253, 191, 90119)]
    [InlineData("gray", 0, 0, 0, 64, 64, 64, 128, 128, 128, 192, 192, 192, 255, 255, 255, 97920)]
    [InlineData("coolwarm", 59, 76, 192, 141, 176, 254, 221, 220, 220, 244, 152, 122, 180, 4, 38, 133122)]
    public void TablesHoldThePublishedColours(string name, params int[] expected)
    {
        var table = Entries(Map(name));
        IEnumerable<byte> picked = [.. table[..3], .. table[192..195], .. table[384..387], .. table[576..579], .. table[765..]];
        Assert.Equal(768, table.Length);
        Assert.Equal(expected, picked.Select(value => (int)value).Append(table.Sum(value => value)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void EveryMapHasANameASummaryAndNoJump(string name)
    {
        var map = Map(name);
        Assert.Equal(name, map.Name);
        Assert.NotEmpty(map.Summary);
        Assert.Equal(name == "coolwarm", map.IsDiverging);
        var table = Entries(map);
        for (var i = 3; i < table.Length; i++)
            Assert.InRange(Math.Abs(table[i] - table[i - 3]), 0, 9);
    }

    [Theory]
    [MemberData(nameof(Lengths), MemberType = typeof(Samples))]
    public void PaintingLooksUpTheNearestEntryAtEveryLength(int length)
    {
        float[] special = [float.NaN, float.NegativeInfinity, float.PositiveInfinity, -0f, 1f, 0.5f, 1.5f];
        var (map, values, rgb) = (Map("turbo"), Floats(length), new byte[3 * length]);
        for (var i = 0; i < length; i += 3)
            values[i] = special[i / 3 % special.Length];
        Apply(map, values, rgb);
        var table = Entries(map);
        Assert.Equal(values.SelectMany(v => table.AsSpan(3 * Reference.ColorEntry(v), 3).ToArray()), rgb);
    }

    [Fact]
    public void ZeroOfASignedMapLandsInTheMiddleOfTheDivergingMap()
    {
        float[] signed = [-1, 0, 1];
        var rgb = new byte[9];
        Normalize.SignedToUnit(signed, signed);
        Apply(Map("coolwarm"), signed, rgb);
        Assert.Equal([59, 76, 192, 221, 220, 220, 180, 4, 38], rgb);
    }

    [Theory]
    [InlineData("Turbo")]
    [InlineData("hot")]
    [InlineData("")]
    public void OtherNamesAreNotFound(string name) => Assert.False(ColorMap.TryGet(name, out _));

    [Fact]
    public void PaintingRefusesAWrongDestination()
    {
        Assert.Throws<ArgumentException>(() => Map("gray").Paint([0, 1], new byte[5]));
        Assert.Throws<ArgumentException>(() => ColorMap.Entries([0, 1], new byte[3]));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void TheTableIsWhatIsPainted(string name) => Assert.Equal(Entries(Map(name)), Map(name).Rgb);

    // Each entry by its own value.
    private static byte[] Entries(ColorMap map)
    {
        var rgb = new byte[768];
        Apply(map, [.. Enumerable.Range(0, 256).Select(i => i / 255f)], rgb);
        return rgb;
    }

    private static void Apply(ColorMap map, float[] unit, byte[] rgb)
    {
        var entries = new byte[unit.Length];
        ColorMap.Entries(unit, entries);
        map.Paint(entries, rgb);
    }

    private static ColorMap Map(string name) => ColorMap.TryGet(name, out var map) ? map : throw new ArgumentException(name);
}
