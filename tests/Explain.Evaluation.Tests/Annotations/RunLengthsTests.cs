using System.Text;
using Explain.Evaluation.Annotations;
using Explain.Kernels.Sampling;

namespace Explain.Evaluation.Tests.Annotations;

/// <summary>Masks as lengths of runs.</summary>
public sealed class RunLengthsTests
{
    // By hand: 0..15 are one character; from 16 on the sixth bit asks for another. The fourth number on is a difference.
    [Theory]
    [InlineData("", new int[0])]
    [InlineData("0", new[] { 0 })]
    [InlineData("?", new[] { 15 })]
    [InlineData("`0", new[] { 16 })]
    [InlineData("o0", new[] { 31 })]
    [InlineData("T3", new[] { 100 })]
    [InlineData("PPPPP1", new[] { 33554432 })]
    [InlineData("123", new[] { 1, 2, 3 })]
    [InlineData("1233", new[] { 1, 2, 3, 5 })]
    [InlineData("123O", new[] { 1, 2, 3, 1 })]
    [InlineData("1T33QO", new[] { 1, 100, 3, 69 })]
    public void ATextIsReadAsPycocotoolsDoes(string text, int[] lengths)
    {
        Assert.Equal(lengths, RunLengths.Parse(text));
        Assert.Equal(text, Encode(lengths));
    }

    [Theory]
    [InlineData("P", "at character 2")]
    [InlineData("0/", "at character 2")]
    [InlineData("0p", "at character 2")]
    [InlineData("0é", "at character 2")]
    [InlineData("PPPPPPPP", "at character 8")]
    [InlineData("O", "a run of -1 pixels")]
    [InlineData("PPPPPP2", "a run of 2147483648 pixels")]
    public void WhatIsNoSuchTextIsRefused(string text, string message) =>
        Assert.Contains(message, Assert.Throws<FormatException>(() => RunLengths.Parse(text)).Message, StringComparison.Ordinal);

    // What maskApi.c of cocoapi, compiled, writes of these masks.
    [Theory]
    [InlineData("f`05m06L2M4N0O2N2O000O2O00000001N10001N2N102L3N4JSb0", 53, 37, 405)]
    [InlineData("Tkm2X6h8000lg\\6", 640, 480, 600)]
    public void TextsOfCocosOwnLibraryAreItsMasks(string text, int width, int height, int area)
    {
        bool Inside(int x, int y) =>
            width == 53 ? (x - 25) * (x - 25) + (y - 18) * (y - 18) < 130 : x is >= 200 and < 203 && y is >= 100 and < 300;
        bool[] mask = [.. Enumerable.Range(0, width * height).Select(i => Inside(i % width, i / width))];
        Assert.Equal(area, mask.Count(inside => inside));
        Assert.Equal(mask, RunLengths.Fill(RunLengths.Parse(text), width, height));
        Assert.Equal(text, Encode(Runs(mask, width, height)));
    }

    [Fact]
    public void RunsGoDownTheColumns() =>
        Assert.Equal([false, true, false, false, false, true], RunLengths.Fill([2, 1, 2, 1], width: 3, height: 2));

    [Theory]
    [InlineData(5)]
    [InlineData(7)]
    public void RunsThatDoNotFillThePictureAreRefused(int length) =>
        Assert.Equal(
            $"runs of {length} pixels in all; the picture has 6",
            Assert.Throws<FormatException>(() => RunLengths.Fill([length], 3, 2)).Message
        );

    [Fact]
    public void EveryMaskComesBackFromItsText()
    {
        for (var draw = 0; draw < 200; draw++)
        {
            var random = new RandomStream(7, (ulong)draw);
            var (width, height, share) = (1 + (int)(random.NextDouble() * 60), 1 + (int)(random.NextDouble() * 60), random.NextDouble());
            bool[] mask = [.. Enumerable.Range(0, width * height).Select(_ => random.NextDouble() < share)];
            var lengths = Runs(mask, width, height);
            Assert.Equal(mask, RunLengths.Fill(RunLengths.Parse(Encode(lengths)), width, height));
        }
    }

    /// <summary>rleEncode of pycocotools' maskApi.c.</summary>
    internal static IReadOnlyList<int> Runs(bool[] mask, int width, int height)
    {
        var (lengths, inside, length) = (new List<int>(), false, 0);
        for (var i = 0; i < mask.Length; i++)
        {
            if (mask[i % height * width + i / height] != inside)
            {
                lengths.Add(length);
                (length, inside) = (0, !inside);
            }
            length++;
        }
        return [.. lengths, length];
    }

    /// <summary>rleToString of the same.</summary>
    internal static string Encode(IReadOnlyList<int> lengths)
    {
        var text = new StringBuilder();
        for (var i = 0; i < lengths.Count; i++)
        {
            long x = i > 2 ? lengths[i] - lengths[i - 2] : lengths[i];
            for (var more = true; more; )
            {
                var c = (int)(x & 0x1F);
                x >>= 5;
                more = (c & 0x10) != 0 ? x != -1 : x != 0;
                text.Append((char)((more ? c | 0x20 : c) + 48));
            }
        }
        return text.ToString();
    }
}
