using System.Security.Cryptography;
using Explain.Demo.Scenes;

namespace Explain.Demo.Tests.Scenes;

public class SceneGeneratorTests
{
    private const ulong Seed = 11;
    private static readonly SceneOptions Standard = new();
    private static readonly Scene[] Many = [.. Enumerable.Range(0, 400).Select(i => SceneGenerator.Generate(Seed, i, Standard))];

    [Fact]
    public void SameSeedGivesTheSamePixelsOnEveryMachine()
    {
        var pixels = Many.Take(20).SelectMany(scene => scene.Pixels).ToArray();
        Assert.Equal("9b8e0c5958b6604a", Convert.ToHexStringLower(SHA256.HashData(pixels))[..16]);
    }

    [Fact]
    public void AnImageDependsOnlyOnSeedAndIndex()
    {
        var again = SceneGenerator.Generate(Seed, 7, Standard);
        Assert.Equal(Many[7].Pixels, again.Pixels);
        Assert.NotEqual(Many[7].Pixels, SceneGenerator.Generate(Seed + 1, 7, Standard).Pixels);
    }

    [Fact]
    public void ABoxIsTheBoundsOfItsMask()
    {
        foreach (var item in Many.SelectMany(scene => scene.Objects))
        {
            var inside = Enumerable.Range(0, item.Mask.Length).Where(i => item.Mask[i]).ToArray();
            var (columns, rows) = (inside.Select(i => i % 96).ToArray(), inside.Select(i => i / 96).ToArray());
            var box = new BoundingBox(columns.Min(), rows.Min(), columns.Max() - columns.Min() + 1, rows.Max() - rows.Min() + 1);
            Assert.Equal(box, item.Box);
        }
    }

    [Fact]
    public void NoObjectHidesAnotherAndNoneLeavesTheImage()
    {
        foreach (var scene in Many)
        {
            for (var i = 0; i < 96 * 96; i++)
                Assert.True(scene.Objects.Count(o => o.Mask[i]) <= 1);
            foreach (var box in scene.Objects.Select(o => o.Box))
            {
                Assert.True(box is { X: > 0, Y: > 0 } && box.X + box.Width < 96 && box.Y + box.Height < 96);
            }
        }
    }

    [Fact]
    public void EveryKindAppearsAboutEquallyOftenAndNeverTwiceInAnImage()
    {
        Assert.All(Many, scene => Assert.Distinct(scene.Objects.Select(o => o.Kind)));
        var counts = Many.SelectMany(scene => scene.Objects).CountBy(o => o.KindIndex).ToDictionary();
        Assert.Equal(SceneKinds.Names.Count, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, 30, 100));
        Assert.All(Many.SelectMany(scene => scene.Objects), o => Assert.Equal(SceneKinds.Names[o.KindIndex], o.Kind));
    }

    [Fact]
    public void TwoImagesInFiveShowTwoKindsAndOneInFiveThree()
    {
        var counts = Many.CountBy(scene => scene.Objects.Count).ToDictionary();
        Assert.InRange(counts[1] / 400.0, 0.34, 0.46);
        Assert.InRange(counts[2] / 400.0, 0.34, 0.46);
        Assert.InRange(counts[3] / 400.0, 0.14, 0.26);
    }

    [Theory]
    [InlineData(320, 200, 3)]
    [InlineData(64, 128, 2)]
    [InlineData(16, 16, 1)]
    public void SizeAndNumberOfKindsAreFollowed(int width, int height, int kinds)
    {
        var scene = SceneGenerator.Generate(
            Seed,
            0,
            new SceneOptions
            {
                Width = width,
                Height = height,
                Kinds = kinds,
            }
        );
        Assert.Equal((width, height, kinds), (scene.Width, scene.Height, scene.Objects.Count));
        Assert.Equal(width * height * 3, scene.Pixels.Length);
        Assert.All(scene.Objects, o => Assert.Equal(width * height, o.Mask.Length));
    }

    [Fact]
    public void AnObjectStandsOutFromItsSurroundings()
    {
        foreach (var scene in Many)
        {
            var pixels = scene.Pixels;
            foreach (var item in scene.Objects)
            {
                var (inside, outside) = (Mean(pixels, i => item.Mask[i]), Mean(pixels, i => scene.Objects.All(o => !o.Mask[i])));
                Assert.True(inside.Zip(outside, (a, b) => Math.Abs(a - b)).Max() > 20);
            }
        }
    }

    [Fact]
    public void OptionsOutsideTheirRangesAreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => SceneGenerator.Generate(Seed, 0, Standard with { Width = 15 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => SceneGenerator.Generate(Seed, 0, Standard with { MaxSize = 0.2 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => SceneGenerator.Generate(Seed, 0, Standard with { Kinds = 4 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => SceneGenerator.Generate(Seed, -1, Standard));
    }

    private static double[] Mean(byte[] pixels, Func<int, bool> counts)
    {
        var (sums, count) = (new double[3], 0);
        for (var i = 0; i < pixels.Length / 3; i++)
        {
            if (!counts(i))
                continue;
            for (var c = 0; c < 3; c++)
                sums[c] += pixels[3 * i + c];
            count++;
        }
        return [.. sums.Select(sum => sum / count)];
    }
}
