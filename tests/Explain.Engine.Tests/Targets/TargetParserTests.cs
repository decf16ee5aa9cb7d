using Explain.Engine.Targets;

namespace Explain.Engine.Tests.Targets;

public sealed class TargetParserTests
{
    private static readonly string[] Labels = ["tench, Tinca tinca", "tiger cat", "tiger shark", "tabby", "7 up", "Great Dane"];
    private readonly TargetParser _parser = new(Labels, Labels.Length);

    [Theory]
    [InlineData("3", 3)]
    [InlineData("tabby", 3)]
    [InlineData("TABBY", 3)]
    [InlineData("tench, Tinca tinca", 0)]
    [InlineData("tinca tinca", 0)]
    [InlineData("tiger c", 1)]
    [InlineData("great", 5)]
    [InlineData("7 up", 4)]
    [InlineData("predicted", -1)]
    [InlineData(" tabby ", 3)]
    public void OneClassIsFound(string text, long code) => Assert.Equal(new Target(code), Assert.Single(_parser.ParseList(text)));

    [Fact]
    public void ListsKeepTheirOrder() => Assert.Equal([3, -1, 1], _parser.ParseList("tabby, predicted,tiger cat").Select(t => t.Code));

    [Fact]
    public void TopCountsFromTheBest() => Assert.Equal([-1, -2, -3], _parser.ParseList("top:3").Select(t => t.Code));

    [Theory]
    [InlineData("lion", ExplainError.LabelNotFound)]
    [InlineData("tiger", ExplainError.LabelNotFound)]
    [InlineData("6", ExplainError.TargetOutOfRange)]
    [InlineData("-1", ExplainError.TargetOutOfRange)]
    [InlineData("top:7", ExplainError.TargetOutOfRange)]
    [InlineData("top:0", ExplainError.InvalidParameter)]
    [InlineData("top:many", ExplainError.InvalidParameter)]
    [InlineData("tabby,tabby", ExplainError.InvalidParameter)]
    [InlineData("tabby,", ExplainError.InvalidParameter)]
    [InlineData("", ExplainError.InvalidParameter)]
    public void WhatIsWrongIsSaid(string text, ExplainError error) => Assert.Equal(error, Assert.Throws<ExplainException>(() => _parser.ParseList(text)).Error);

    [Fact]
    public void AnAmbiguousPrefixNamesItsCandidates()
    {
        var message = Assert.Throws<ExplainException>(() => _parser.ParseList("tiger")).Message;
        Assert.Contains("tiger cat", message);
        Assert.Contains("tiger shark", message);
    }
}
