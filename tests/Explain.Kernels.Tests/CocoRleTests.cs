using CsCheck;
using Explain.Kernels.Segmentation;

namespace Explain.Kernels.Tests;

public class CocoRleTests
{
    // A column of two, then one that begins inside: 0 1 | 1 0 | 0 1.
    [Fact]
    public void LengthsGoDownTheColumnsAndBeginOutside()
    {
        Assert.Equal([1, 2, 2, 1], CocoRle.Lengths([0, 1, 0, 1, 0, 1], 2, 3));
        Assert.Equal([0, 2, 4], CocoRle.Lengths([1, 0, 0, 1, 0, 0], 2, 3));
        Assert.Equal([6], CocoRle.Lengths(new byte[6], 2, 3));
        Assert.Equal([0, 6], CocoRle.Lengths([9, 9, 9, 9, 9, 9], 2, 3));
    }

    // 6 is 00110: '0' + 6. 16 needs a sixth bit, or it would be -16: 10000 with more, then 0. 2500 is 10 01110 00100. The fourth length is
    // written as the difference to the second.
    [Theory]
    [InlineData("6", 6)]
    [InlineData("06", 0, 6)]
    [InlineData("`0", 16)]
    [InlineData("?", 15)]
    [InlineData("T^2", 2500)]
    [InlineData("1220", 1, 2, 2, 2)]
    [InlineData("122O", 1, 2, 2, 1)]
    [InlineData("0`0`0", 0, 16, 16)]
    [InlineData(@"5X13\OQ3C", 5, 40, 3, 20, 100, 7)]
    public void TextsAreThoseOfTheCocoApi(string text, params int[] lengths) => Assert.Equal(text, CocoRle.Text(lengths));

    [Fact]
    public void RandomMasksComeBackFromTheirText()
    {
        var masks = Gen.Select(Gen.Int[1, 40], Gen.Int[1, 40], Gen.Int[1, 60])
            .SelectMany((height, width, run) => Gen.Int[0, run].Array[height * width].Select(v => (height, width, v)));
        foreach (var (height, width, values) in Samples.Draw(masks, 300))
        {
            var mask = new byte[values.Length];
            for (var i = 0; i < mask.Length; i++)
                mask[i] = (byte)(values[i] == 0 ? 1 - mask[Math.Max(i - 1, 0)] : mask[Math.Max(i - 1, 0)]);

            Assert.Equal(mask, Decode(CocoRle.Text(CocoRle.Lengths(mask, height, width)), height, width));
        }
    }

    [Fact]
    public void WrongSidesAreRefused() => Assert.Throws<ArgumentException>(() => CocoRle.Lengths(new byte[5], 2, 3));

    // rleFrString, then rleDecode.
    private static byte[] Decode(string text, int height, int width)
    {
        var lengths = new List<long>();
        for (var p = 0; p < text.Length; )
        {
            var (value, shift, more) = (0L, 0, true);
            while (more)
            {
                long c = text[p++] - 48;
                value |= (c & 0x1f) << shift;
                more = (c & 0x20) != 0;
                shift += 5;
                if (!more && (c & 0x10) != 0)
                    value |= -1L << shift;
            }
            lengths.Add(lengths.Count > 2 ? value + lengths[^2] : value);
        }
        var columns = lengths.SelectMany((length, i) => Enumerable.Repeat((byte)(i % 2), (int)length)).ToArray();
        Assert.Equal(height * width, columns.Length);
        return [.. Enumerable.Range(0, height * width).Select(i => columns[i % width * height + i / width])];
    }
}
