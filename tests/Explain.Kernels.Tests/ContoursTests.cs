using CsCheck;
using Explain.Kernels.Segmentation;

namespace Explain.Kernels.Tests;

/// <summary>Areas by hand are those that OpenCV 4.13 gives.</summary>
public class ContoursTests
{
    [Theory]
    [InlineData(0, "#")]
    [InlineData(0, "####")]
    [InlineData(0, "#..", ".#.", "..#")]
    [InlineData(1, "##", "##")]
    [InlineData(0.5, "##", "#.")]
    [InlineData(6, "####", "####", "####")]
    [InlineData(2, ".#.", "###", ".#.")]
    [InlineData(2, ".#.", "#.#", ".#.")]
    [InlineData(16, "#####", "#...#", "#...#", "#...#", "#####")]
    [InlineData(4.5, "##....##", "##....##", "#######.")]
    public void TheAreaIsThatOfThePolygonThroughTheCentres(double area, params string[] rows) =>
        Assert.Equal(area, Contours.Area(Find(rows)[0]));

    [Fact]
    public void AnOutlineGoesClockwiseAlongTheEdgesOfPixels()
    {
        Assert.Equal([(2, 0), (3, 0), (3, 1), (2, 1)], Contours.Outline(Find("..#")[0]));
        Assert.Equal([(0, 0), (2, 0), (2, 1), (1, 1), (1, 2), (0, 2)], Contours.Outline(Find("##", "#.")[0]));
    }

    [Fact]
    public void PixelsThatTouchAtACornerHaveOneOutline() =>
        Assert.Equal([(0, 0), (1, 0), (1, 1), (2, 1), (2, 2), (1, 2), (1, 1), (0, 1)], Contours.Outline(Find("#.", ".#")[0]));

    [Fact]
    public void HolesPlayNoPart() => Assert.Equal([(0, 0), (3, 0), (3, 3), (0, 3)], Contours.Outline(Find("###", "#.#", "###")[0]));

    [Fact]
    public void RandomOutlinesEncloseTheirRegionsWithHolesFilled()
    {
        var maps = Gen.Select(Gen.Int[1, 9], Gen.Int[1, 9])
            .SelectMany((height, width) => Gen.Bool.Array[height * width].Select(pixels => (height, width, pixels)));
        foreach (var (height, width, pixels) in Samples.Draw(maps, 500))
        {
            var map = Array.ConvertAll(pixels, p => p ? 1f : 0f);
            foreach (var region in Regions.Find(map, height, width, 0))
            {
                var outline = Contours.Outline(region);
                var inside = Enumerable.Range(0, map.Length).Where(i => Encloses(outline, i % width, i / width)).ToArray();
                var own = region.Runs.SelectMany(r => Enumerable.Range(r.Y * width + r.Left, r.Right - r.Left + 1)).ToHashSet();
                Assert.True(own.IsSubsetOf(inside));
                Assert.DoesNotContain(inside, i => !own.Contains(i) && IsOpen(own, i, height, width));
            }
        }
    }

    // Crossings of the outline by the way from the middle of a pixel to the left.
    private static bool Encloses(IReadOnlyList<(int X, int Y)> outline, int x, int y) =>
        outline
            .Zip(outline.Skip(1).Append(outline[0]))
            .Count(edge =>
                edge.First.X == edge.Second.X
                && edge.First.X <= x
                && Math.Min(edge.First.Y, edge.Second.Y) <= y
                && Math.Max(edge.First.Y, edge.Second.Y) > y
            ) % 2
        == 1;

    private static bool IsOpen(HashSet<int> region, int start, int height, int width)
    {
        var (seen, open) = (new HashSet<int> { start }, new Stack<int>([start]));
        while (open.TryPop(out var at))
        {
            var (x, y) = (at % width, at / width);
            if (x == 0 || y == 0 || x == width - 1 || y == height - 1)
                return true;
            foreach (var next in new[] { at - 1, at + 1, at - width, at + width })
            {
                if (!region.Contains(next) && seen.Add(next))
                    open.Push(next);
            }
        }
        return false;
    }

    private static IReadOnlyList<Region> Find(params string[] rows) =>
        Regions.Find([.. string.Concat(rows).Select(c => c == '#' ? 1f : 0f)], rows.Length, rows[0].Length, 0);
}
