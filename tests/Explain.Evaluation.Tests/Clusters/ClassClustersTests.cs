using Explain.Evaluation.Clusters;

namespace Explain.Evaluation.Tests.Clusters;

/// <summary>Which clusters are suspicious, on maps whose places are known.</summary>
public sealed class ClassClustersTests
{
    private const int Each = 25;

    [Fact]
    public void AClassThatLooksAtAPlaceOfItsOwnIsSuspicious()
    {
        var clusters = ClassClusters.Of([.. Moving(5), .. Class(5, i => Spots.At(2, 13, i, 0.4))]);
        var first = clusters[0];
        Assert.True(first.IsSuspicious);
        Assert.Equal(5, first.Class);
        Assert.Equal("the upper right corner", first.Region.Words);
        Assert.Equal(1, first.Own);
        Assert.InRange(first.Others, 0, 0.05);
        Assert.InRange(first.Suspicion, 0.8, 1);
        Assert.DoesNotContain(clusters.Skip(1), c => c.IsSuspicious);
    }

    [Fact]
    public void SoItIsWhereSomeOfItsPicturesDo()
    {
        var maps = Class(5, i => i < Each / 3 ? Spots.At(13, 2, i, 0.4) : Spots.At(8, 8, i, 5));
        var suspicious = Assert.Single(ClassClusters.Of([.. Moving(5), .. maps]), c => c.IsSuspicious);
        Assert.Equal((5, "the lower left corner"), (suspicious.Class, suspicious.Region.Words));
        Assert.InRange(suspicious.Maps.Count, Each / 3, Each / 3 + 3);
    }

    [Fact]
    public void SoItIsWhereItLooksAtEverythingButTheObject()
    {
        var suspicious = Assert.Single(ClassClusters.Of([.. Moving(5), .. Class(5, Spots.Around)]), c => c.IsSuspicious);
        Assert.Equal((5, "nearly the whole picture"), (suspicious.Class, suspicious.Region.Words));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(12)]
    public void ObjectsThatMoveAreNotSuspicious(int classes) =>
        Assert.DoesNotContain(ClassClusters.Of([.. Moving(classes)]), c => c.IsSuspicious);

    [Fact]
    public void AMiddleThatAllClassesLookAtIsNotSuspicious() =>
        Assert.DoesNotContain(
            ClassClusters.Of([.. Enumerable.Range(0, 4).SelectMany(c => Class(c, i => Spots.At(8, 8, 100 * c + i, 0.5)))]),
            c => c.IsSuspicious
        );

    [Fact]
    public void APlaceThatTheObjectsAreAtIsNotSuspicious()
    {
        var clusters = ClassClusters.Of([.. Moving(5), .. Class(5, i => Spots.At(2, 13, i, 0.4), inside: 0.8)]);
        Assert.DoesNotContain(clusters, c => c.IsSuspicious);
        Assert.Equal(0.8, Assert.Single(clusters, c => c.Class == 5).Inside, 1e-9);
    }

    [Fact]
    public void OfOneClassNothingIsSaid()
    {
        var only = Assert.Single(ClassClusters.Of([.. Class(0, i => Spots.At(2, 2, i, 0.4))]));
        Assert.False(only.IsSuspicious);
        Assert.True(double.IsNaN(only.Others));
    }

    [Fact]
    public void PurityIsTheShareOfPicturesThatAreOfTheClass()
    {
        ClassMap[] maps = [.. Class(0, i => Spots.At(2, 2, i, 0.4)).Select((m, i) => m with { IsThere = i > 4 })];
        Assert.Equal((Each - 5) / (double)Each, Assert.Single(ClassClusters.Of(maps)).Purity, 1e-9);
    }

    [Theory]
    [InlineData(0, 0, 0.2, 0.2, "the upper left corner")]
    [InlineData(0.4, 0.8, 0.6, 1, "the lower edge")]
    [InlineData(0.4, 0.4, 0.6, 0.6, "the middle")]
    [InlineData(0, 0.8, 1, 1, "the lower part")]
    [InlineData(0, 0, 0.3, 1, "the left part")]
    [InlineData(0, 0.4, 0.8, 0.6, "a strip across the middle")]
    [InlineData(0.1, 0, 1, 0.9, "nearly the whole picture")]
    public void RegionsHaveWords(double left, double top, double right, double bottom, string words) =>
        Assert.Equal(words, new MapRegion(left, top, right, bottom).Words);

    [Fact]
    public void ARegionIsWhatReachesHalfOfTheMaximum()
    {
        var map = new float[SmallMap.Cells];
        (map[5 * SmallMap.Side + 6], map[5 * SmallMap.Side + 7], map[6 * SmallMap.Side + 7]) = (0.5f, 0.25f, 0.24f);
        Assert.Equal(new MapRegion(6 / 16.0, 5 / 16.0, 8 / 16.0, 6 / 16.0), MapRegion.Of(map));
        Assert.Null(MapRegion.Of(new float[SmallMap.Cells]));
    }

    private static IEnumerable<ClassMap> Moving(int classes) =>
        Enumerable.Range(0, classes).SelectMany(c => Class(c, i => Spots.At(8, 8, 1000 * (c + 1) + i, 5)));

    private static IEnumerable<ClassMap> Class(int index, Func<int, float[]> map, double inside = double.NaN) =>
        Enumerable.Range(0, Each).Select(i => new ClassMap($"{index}/{i:00}", index, true, map(i), inside));
}
