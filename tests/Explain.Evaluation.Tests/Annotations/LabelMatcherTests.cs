using Explain.Evaluation.Annotations;
using Explain.Testing;

namespace Explain.Evaluation.Tests.Annotations;

/// <summary>From labels to classes.</summary>
public sealed class LabelMatcherTests : IDisposable
{
    private static readonly string[] Labels = ["tench, Tinca tinca", "crane", "Crane fly", "maillot", "maillot, tank suit", "crane", "5"];

    private readonly AnnotationFolder _folder = new();

    [Theory]
    [InlineData("tench, Tinca tinca", 0)]
    [InlineData("TENCH, tinca TINCA", 0)]
    [InlineData("tinca tinca", 0)]
    [InlineData(" tench ", 0)]
    [InlineData("goby, tench", 0)]
    [InlineData("maillot", 3)]
    [InlineData("tank suit", 4)]
    [InlineData("crane fly", 2)]
    [InlineData("5", 6)]
    [InlineData("0", 0)]
    [InlineData("4", 4)]
    public void ALabelIsFoundByTheFirstWayThatFits(string label, int index) =>
        Assert.Equal([index], new LabelMatcher(Labels, 7).Find(label));

    [Theory]
    [InlineData("7")]
    [InlineData("-1")]
    [InlineData("tenc")]
    [InlineData("n01440764")]
    [InlineData(",")]
    public void WhatIsNoClassIsNotFound(string label) => Assert.Empty(new LabelMatcher(Labels, 7).Find(label));

    [Fact]
    public void ALabelOfSeveralClassesIsSaidToBeAll() => Assert.Equal([1, 5], new LabelMatcher(Labels, 7).Find("crane"));

    [Theory]
    [InlineData("n02123045", 0)]
    [InlineData("tabby", 0)]
    [InlineData("tiger cat", 1)]
    [InlineData("n02123045 tabby, tabby cat", 0)]
    [InlineData("n02123159", 1)]
    [InlineData("n02123394", 2)]
    public void LabelsMayBeginWithTheirWordNetId(string label, int index) =>
        Assert.Equal([index], new LabelMatcher(["n02123045 tabby, tabby cat", "n02123159_tiger cat", "n02123394"], 3).Find(label));

    [Fact]
    public void AListOfIndicesComesFirst()
    {
        var list = ClassIndices.Read(_folder.Write("list.csv", "index,wnid\n3,n01440764\n1,maillot\n1,maillot\n"));
        var matcher = new LabelMatcher(Labels, 7, list);
        Assert.Equal([3], matcher.Find("n01440764"));
        Assert.Equal([1], matcher.Find("maillot"));
        Assert.Equal([0], matcher.Find("tench"));
        Assert.Equal(
            "'n01440764' is said to be class 3; the model's go from 0 to 2",
            Assert.Throws<FormatException>(() => new LabelMatcher([], 3, list)).Message
        );
    }

    [Theory]
    [InlineData("wnid,label,index\n", "line 1 is to name two columns, wnid or label, and index")]
    [InlineData("wnid,class\n", "line 1 is to name two columns")]
    [InlineData("wnid,index\na,b\n", "line 2 has 'b' for a class index")]
    [InlineData("wnid,index\n,1\n", "line 2 has no label")]
    [InlineData("label,index\na,1\na,2\n", "line 3 says that 'a' is class 2, and an earlier line 1")]
    public void AListThatIsWrongIsRefused(string text, string message) =>
        Assert.Contains(
            message,
            Assert.Throws<FormatException>(() => ClassIndices.Read(_folder.Write("list.csv", text))).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void AListThatIsNotThereIsRefused() =>
        Assert.Contains(
            "cannot be read",
            Assert.Throws<FormatException>(() => ClassIndices.Read(_folder.At("list.csv"))).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void AllLabelsThatAreWrongAreSaidAtOnce()
    {
        var said = Refusal([.. Enumerable.Range(10, 6).Select(i => $"{i}"), "crane", "tench"], leaveOut: false);
        Assert.Contains(
            "6 of 8 labels are no class of the model: '10', '11', '12', '13', '14', …; a label is",
            said,
            StringComparison.Ordinal
        );
        Assert.Contains("a class index from 0 to 6", said, StringComparison.Ordinal);
        Assert.Contains("1 of 8 labels are several classes: 'crane' (1, 5)", said, StringComparison.Ordinal);
    }

    [Fact]
    public void UnknownLabelsAreLeftOutWhereThatIsAskedForAndAmbiguousOnesAreNot()
    {
        var found = new LabelMatcher(Labels, 7).Match(Images("dog", "tench"), leaveOutUnknown: true);
        Assert.Equal([KeyValuePair.Create("tench", 0)], found);
        Assert.StartsWith("1 of 2 labels are several", Refusal(["dog", "crane"], leaveOut: true), StringComparison.Ordinal);
        Assert.StartsWith("2 of 2 labels are no class", Refusal(["dog", "cat"], leaveOut: true), StringComparison.Ordinal);
    }

    [Fact]
    public void LabelsOfImageNetAreTheClassesOfItsModels()
    {
        Assert.SkipWhen(SharedData.Root is null, SharedData.Missing);
        var matcher = new LabelMatcher(File.ReadAllLines(SharedData.Path("models", "squeezenet1.1", "labels.txt")), 1000);
        var boxes = SharedData.Path("images", "imagenet-boxes", "boxes.csv");
        var byLabel = AnnotationFormats.Read(boxes);
        var byIndex = AnnotationFormats.Read(boxes, new AnnotationOptions { Columns = CsvColumns.Parse("label=label1000") });
        var pairs = byLabel.Zip(byIndex, (a, b) => (a.Objects[0].Label, b.Objects[0].Label)).Distinct().ToArray();
        Assert.All(pairs, pair => Assert.Contains(int.Parse(pair.Item2, null), matcher.Find(pair.Item1)));
        Assert.Equal(["crane"], pairs.Where(pair => matcher.Find(pair.Item1).Count > 1).Select(pair => pair.Item1).Distinct());
    }

    [Fact]
    public void AModelWithoutLabelsHasIndices()
    {
        Assert.Equal([2], new LabelMatcher([], 3).Find("2"));
        Assert.Contains(
            "the model has no labels, so a label is a class index from 0 to 2",
            Assert.Throws<FormatException>(() => new LabelMatcher([], 3).Match(Images("dog"))).Message,
            StringComparison.Ordinal
        );
    }

    public void Dispose() => _folder.Dispose();

    private static string Refusal(string[] labels, bool leaveOut) =>
        Assert.Throws<FormatException>(() => new LabelMatcher(Labels, 7).Match(Images(labels), leaveOut)).Message;

    private static AnnotatedImage[] Images(params string[] labels) =>
        [new("a.png", [.. labels.Select(label => new AnnotatedObject(label, new PixelBox(0, 0, 1, 1)))])];
}
