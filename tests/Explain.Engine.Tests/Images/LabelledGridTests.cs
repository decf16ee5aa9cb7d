using Explain.Engine.Images;
using static Explain.Engine.Tests.Images.TestImages;

namespace Explain.Engine.Tests.Images;

public class LabelledGridTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 2, 1)]
    [InlineData(3, 2, 2)]
    [InlineData(5, 3, 2)]
    [InlineData(10, 4, 3)]
    public void ColumnsAreAboutAsManyAsRows(int count, int columns, int rows)
    {
        var grid = LabelledGrid.Draw(Codec, [.. Enumerable.Repeat((Plain(200, 100, 9, 9, 9), "tabby"), count)]);

        Assert.Equal(columns * 204 + 4, grid.Width);
        Assert.Equal(rows * 120 + 4, grid.Height);
    }

    [Fact]
    public void ManyNarrowAndTallImagesMakeNoLargerGridThanOthers()
    {
        var grid = LabelledGrid.Draw(Codec, [.. Enumerable.Repeat((Plain(2, 65_535, 1, 2, 3), "x"), 96)]);
        Assert.InRange((long)grid.Width * grid.Height, 1, 28_000_000);
    }

    [Fact]
    public void EveryImageIsThereUnchanged()
    {
        var tiles = Enumerable.Range(0, 4).Select(i => (Plain(200, 100, 60 * i, 255, 10), $"class {i}")).ToArray();

        var grid = LabelledGrid.Draw(Codec, tiles);

        for (var i = 0; i < 4; i++)
        {
            var seen = Enumerable
                .Range(0, grid.Width * grid.Height)
                .Count(p => At(grid, p % grid.Width, p / grid.Width) == (60 * i, 255, 10));
            Assert.Equal(200 * 100, seen);
        }
    }

    [Fact]
    public void HugeImagesAreShrunk()
    {
        var grid = LabelledGrid.Draw(Codec, [.. Enumerable.Repeat((Plain(4000, 3000, 1, 2, 3), "x"), 4)]);

        Assert.InRange((long)grid.Width * grid.Height, 24_000_000, 28_000_000);
    }

    [Fact]
    public void TinyImagesKeepAReadableCaption()
    {
        var grid = LabelledGrid.Draw(Codec, [(Plain(7, 7, 255, 0, 0), "Egyptian cat")]);

        Assert.True(grid.Width >= 160);
        Assert.Equal(49, Enumerable.Range(0, grid.Width * grid.Height).Count(p => At(grid, p % grid.Width, p / grid.Width) == (255, 0, 0)));
    }

    [Theory]
    [InlineData("tabby", 5, "tabby")]
    [InlineData("tabby cat", 8, "tabby...")]
    [InlineData("tabby, tabby cat", 10, "tabby,...")]
    [InlineData("tabby", 2, "ta")]
    [InlineData("", 4, "")]
    public void LongCaptionsEndInDots(string text, int letters, string expected) => Assert.Equal(expected, BitmapFont.Fit(text, letters));

    [Fact]
    public void EveryPrintableLetterLooksDifferent()
    {
        var letters = Enumerable
            .Range(' ', '~' - ' ' + 1)
            .Select(letter => Convert.ToHexString(Written(((char)letter).ToString())))
            .ToArray();

        Assert.Equal(95, letters.Distinct().Count());
    }

    [Fact]
    public void WhatTheFontLacksIsAQuestionMark() => Assert.Equal(Written("?? ?"), Written("é\n 猫"));

    private static byte[] Written(string text)
    {
        var image = Plain(text.Length * BitmapFont.Advance * 2, BitmapFont.Height * 2, 0, 0, 0);
        BitmapFont.Write(image, text, 0, 0, 2);
        return image.Pixels;
    }
}
