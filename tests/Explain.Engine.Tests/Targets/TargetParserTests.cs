using Explain.Engine.Objectives;
using Explain.Engine.Vocabulary;

namespace Explain.Engine.Tests.Targets;

public sealed class TargetParserTests
{
    private static readonly string[] Labels =
    [
        "tench, Tinca tinca",
        "goldfish, Carassius auratus",
        "tiger shark, Galeocerdo cuvieri",
        "tiger cat",
        "crane",
        "bull mastiff",
        "Crane",
        "maillot, tank suit",
        "maillot",
        "7",
    ];

    private static readonly TargetParser Parser = new(Labels, Labels.Length);

    [Theory]
    [InlineData("0", 0)]
    [InlineData("7", 7)]
    [InlineData(" 9 ", 9)]
    [InlineData("tiger cat", 3)]
    [InlineData("TIGER CAT", 3)]
    [InlineData("tench, Tinca tinca", 0)]
    [InlineData("tench", 0)]
    [InlineData("tinca tinca", 0)]
    [InlineData("Carassius auratus", 1)]
    [InlineData("gold", 1)]
    [InlineData("tiger s", 2)]
    [InlineData("tiger shark, Gale", 2)]
    [InlineData("bull mast", 5)]
    [InlineData("tank suit", 7)]
    [InlineData("maillot", 8)]
    [InlineData("predicted", -1)]
    [InlineData("Predicted", -1)]
    [InlineData("top:1", -1)]
    public void OneClassIsReadAs(string text, long code)
    {
        Assert.Equal([new Target(code)], Parser.ParseList(text));
        Assert.Equal(new Target(code), Parser.ParseOne(text));
    }

    [Theory]
    [InlineData("1,3", new long[] { 1, 3 })]
    [InlineData("tiger cat, goldfish ,5", new long[] { 3, 1, 5 })]
    [InlineData("top:3", new long[] { -1, -2, -3 })]
    [InlineData("TOP:2,tench", new long[] { -1, -2, 0 })]
    [InlineData("predicted,tiger cat", new long[] { -1, 3 })]
    public void AListKeepsItsOrder(string text, long[] codes) => Assert.Equal(codes, Parser.ParseList(text).Select(t => t.Code));

    [Fact]
    public void ANumberIsAnIndexAloneAndInAListWhateverTheLabelsAre()
    {
        var parser = new TargetParser(["1", "2", "3"], 3);

        Assert.Equal([1L], parser.ParseList("1").Select(t => t.Code));
        Assert.Equal([1L, 2L], parser.ParseList("1,2").Select(t => t.Code));
        Assert.Equal(1, parser.ParseOne("1").Code);
    }

    [Fact]
    public void KeywordsAreKeywordsWhateverTheLabelsAre()
    {
        var parser = new TargetParser(["predicted", "top:2", "predicted elsewhere"], 3);

        Assert.Equal([-1L], parser.ParseList("predicted").Select(t => t.Code));
        Assert.Equal([-1L, -2L], parser.ParseList("top:2").Select(t => t.Code));
    }

    [Theory]
    [InlineData("tiger", "2 'tiger shark, Galeocerdo cuvieri' or 3 'tiger cat'")]
    [InlineData("crane", "4 'crane' or 6 'Crane'")]
    [InlineData("mastiff", "5 'bull mastiff'")]
    [InlineData("goldfish,tiger", "2 'tiger shark, Galeocerdo cuvieri' or 3 'tiger cat'")]
    [InlineData("Golfdish", "1 'goldfish, Carassius auratus'")]
    [InlineData("carasius auratus", "1 'goldfish, Carassius auratus'")]
    [InlineData("tiger kat", "3 'tiger cat'")]
    [InlineData("tanksuit", "7 'maillot, tank suit'")]
    public void AnAmbiguousOrPartialNameIsRefusedWithSuggestions(string text, string suggestions)
    {
        var e = Assert.Throws<ExplainException>(() => Parser.ParseList(text));

        Assert.Equal(ExplainError.LabelNotFound, e.Error);
        Assert.Contains($"did you mean {suggestions}?", e.Message);
    }

    [Theory]
    [InlineData("zebra", "see the model's labels")]
    [InlineData("7up", "see the model's labels")]
    public void AnUnknownNameIsRefused(string text, string hint)
    {
        var e = Assert.Throws<ExplainException>(() => Parser.ParseList(text));

        Assert.Equal(ExplainError.LabelNotFound, e.Error);
        Assert.Contains($"'{text}'", e.Message);
        Assert.Contains(hint, e.Message);
    }

    [Fact]
    public void WithoutLabelsANameIsRefusedWithTheReason()
    {
        var e = Assert.Throws<ExplainException>(() => new TargetParser([], 10).ParseList("tench"));

        Assert.Equal(ExplainError.LabelNotFound, e.Error);
        Assert.Contains("the model has no labels; use a class index", e.Message);
    }

    [Theory]
    [InlineData("10")]
    [InlineData("-1")]
    [InlineData("1,10")]
    [InlineData("99999999999")]
    [InlineData("top:11")]
    public void AClassThatDoesNotExistIsOutOfRange(string text) =>
        Assert.Equal(ExplainError.TargetOutOfRange, Assert.Throws<ExplainException>(() => Parser.ParseList(text)).Error);

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("1,")]
    [InlineData(",1")]
    [InlineData("1,1")]
    [InlineData("tench,0")]
    [InlineData("predicted,top:2")]
    [InlineData("top:0")]
    [InlineData("top:-1")]
    [InlineData("top:")]
    [InlineData("top:x")]
    public void AMalformedListIsAnInvalidParameter(string text)
    {
        var e = Assert.Throws<ExplainException>(() => Parser.ParseList(text));

        Assert.Equal(ExplainError.InvalidParameter, e.Error);
        Assert.Equal(["target"], e.Errors.Keys);
    }

    [Theory]
    [InlineData("top:2")]
    [InlineData("1,2")]
    public void OneClassIsNotSeveral(string text) => Assert.ThrowsAny<ExplainException>(() => Parser.ParseOne(text));

    [Fact]
    public void ARankIsResolvedByTheScoresAndAnIndexIsNot()
    {
        var ranking = Ranking.Of([0.5f, 2, 2, -1]);

        Assert.Equal([1, 2, 0, 3], ranking);
        Assert.Equal([1, 2, 3], new[] { Target.Predicted, new Target(-2), new Target(3) }.Select(t => t.Resolve(ranking)));
    }

    [Fact]
    public void ClassesAreRankedByScoreAndEqualOnesByIndex()
    {
        float[] scores = [-1, 0, -0f, 3e38f, -3e38f, 1e-40f, -1e-40f, 0, -1, .. Tensor.Normal([500], 3).Floats];

        var ranking = Ranking.Of(scores);

        Assert.Equal(Enumerable.Range(0, scores.Length).OrderByDescending(i => scores[i]), ranking);
        Assert.Equal(ranking[0], Ranking.Best(scores));
    }
}
