using Explain.Engine.Images;
using static Explain.Engine.Tests.Images.TestImages;

namespace Explain.Engine.Tests.Images;

public class CaptionTests
{
    public static TheoryData<string> Scripts => ["tabby", "Ägyptische Katze", "γάτα", "кошка", "a < b & \"c\" > 'd'", "[/span]</span>"];

    [Theory]
    [MemberData(nameof(Scripts))]
    public void EveryLetterIsSeenAndNotAQuestionMark(string text)
    {
        Assert.SkipUnless(SystemFonts.AreThere, SystemFonts.Missing);
        Assert.NotEqual(Written(new string('?', text.Length)), Written(text));
        Assert.True(Lit(Written(text)) > 4 * text.Count(char.IsLetter));
    }

    [Fact]
    public void LettersThatAsciiLacksAreToldApart()
    {
        Assert.SkipUnless(SystemFonts.AreThere, SystemFonts.Missing);
        AssertDifferent("éèγжшe");
    }

    [Fact]
    public void ChineseJapaneseAndKoreanAreToldApart()
    {
        Assert.SkipUnless(SystemFonts.KnowsChinese, SystemFonts.MissingChinese);
        AssertDifferent("猫犬ね고");
    }

    [Theory]
    [InlineData("tabby, tabby cat, which has a long name that no tile has room for")]
    [InlineData("猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫")]
    public void ALongTextStaysWithinItsWidth(string text)
    {
        var image = Plain(200, Caption.Height, 0, 0, 0);

        Caption.Write(Codec, image, text, 10, 0, 120, 1);

        var columns = Enumerable.Range(0, 200).Where(x => Enumerable.Range(0, Caption.Height).Any(y => At(image, x, y) != (0, 0, 0)));
        Assert.InRange(columns.Min(), 10, 20);
        Assert.InRange(columns.Max(), 90, 129);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n\t")]
    [InlineData("a\u0001\u0000b\nc")]
    [InlineData("\ud83d")]
    [InlineData("\u200b\u0301")]
    public void WhatIsNoTextDrawsNothingOutsideItsLine(string text)
    {
        var image = Plain(100, 3 * Caption.Height, 0, 0, 0);

        Caption.Write(Codec, image, text, 5, Caption.Height, 90, 1);

        Assert.Equal(0, Lit(image.Pixels[..(100 * Caption.Height * 3)]) + Lit(image.Pixels[(100 * Caption.Height * 2 * 3)..]));
    }

    private static void AssertDifferent(string letters) =>
        Assert.Equal(letters.Length, letters.Select(l => Convert.ToHexString(Written(l.ToString()))).Distinct().Count());

    private static int Lit(byte[] pixels) => pixels.Count(p => p > 100) / 3;

    private static byte[] Written(string text)
    {
        var image = Plain(300, Caption.Height * 2, 0, 0, 0);
        Caption.Write(Codec, image, text, 2, 0, 296, 2);
        return image.Pixels;
    }
}
