using Explain.Evaluation.Annotations;

namespace Explain.Evaluation.Tests.Annotations;

/// <summary>Which pixels belong to a polygon, drawn by hand.</summary>
public sealed class PolygonFillTests
{
    [Fact]
    public void ASquareHasThePixelsWhoseCentresItHolds() => Holds([1, 1, 3, 1, 3, 3, 1, 3], "....", ".##.", ".##.", "....");

    [Fact]
    public void TheWayRoundDoesNotMatter() => Holds([1, 3, 3, 3, 3, 1, 1, 1], "....", ".##.", ".##.", "....");

    [Fact]
    public void CentresOnTheLeftAndUpperEdgeBelongAndThoseOnTheOthersDoNot() =>
        Holds([0.5, 0.5, 2.5, 0.5, 2.5, 2.5, 0.5, 2.5], "##..", "##..", "....", "....");

    [Fact]
    public void ATriangleHasTheDiagonalOnItsLeft() => Holds([0, 0, 4, 4, 0, 4], "....", "#...", "##..", "###.");

    [Fact]
    public void ItsOtherHalfHasTheRest() => Holds([0, 0, 4, 0, 4, 4], "####", ".###", "..##", "...#");

    [Fact]
    public void WhatIsGoneRoundTwiceIsOutside() =>
        Holds([0, 0, 4, 0, 4, 4, 0, 4, 0, 0, 1, 1, 3, 1, 3, 3, 1, 3, 1, 1], "####", "#..#", "#..#", "####");

    [Fact]
    public void APolygonMayReachBeyondThePicture() => Holds([-9, -9, 2, -9, 2, 99, -9, 99], "##..", "##..", "##..", "##..");

    [Fact]
    public void OneBetweenCentresHasNone() => Holds([1.6, 1.6, 2.4, 1.6, 2.4, 2.4, 1.6, 2.4], "....", "....", "....", "....");

    [Fact]
    public void TwoPolygonsTogetherAreTheUnion()
    {
        var mask = new bool[16];
        PolygonFill.Add([0, 0, 3, 0, 3, 3, 0, 3], mask, 4, 4);
        PolygonFill.Add([1, 1, 4, 1, 4, 4, 1, 4], mask, 4, 4);
        Assert.Equal(["###.", "####", "####", ".###"], Drawn(mask));
    }

    private static void Holds(double[] points, params string[] rows)
    {
        var mask = new bool[16];
        PolygonFill.Add(points, mask, 4, 4);
        Assert.Equal(rows, Drawn(mask));
    }

    private static string[] Drawn(bool[] mask) => [.. mask.Chunk(4).Select(row => string.Concat(row.Select(m => m ? '#' : '.')))];
}
