using Explain.Engine.Explaining;
using Explain.Engine.Models;
using Explain.Engine.Parameters;
using Explain.Engine.Vocabulary;
using static Explain.Autodiff.Graphs.Attributes;

namespace Explain.Engine.Tests;

public sealed class TensorExplainerTests
{
    private static readonly TinyGraph Net = Tiny.Features().PoolAndClassify().Output("scores");

    [Theory]
    [InlineData("gradcam")]
    [InlineData("cam")]
    public void ItemsHaveTheirOwnTargets(string method)
    {
        using var loadedModel = Net.Load();
        var model = loadedModel.View;

        var answer = model.Explain(Query(method) with { ItemTargets = [2, 0] });

        Assert.Equal(model.Explain(Net.Image(), method, "2", sign: null).Map.Item(0), answer.Map.Item(0));
        Assert.Equal(model.Explain(Net.Image(), method, "0", sign: null).Map.Item(1), answer.Map.Item(1));
    }

    [Fact]
    public void ThePredictedClassIsEachItemsOwn()
    {
        // Item n is bright in channel n, and each class looks at one channel.
        var image = Tensor.Of([3, 3, 5, 6], [.. Enumerable.Range(0, 270).Select(i => i / 90 == i / 30 % 3 ? 5.0 + i % 7 : i % 5)]);
        var g = new TinyGraph(known: Known.AllButBatch)
            .Input("x", image)
            .Node("Relu", "x", "l")
            .Node("GlobalAveragePool", "l", "p")
            .Node("Flatten", "p", "f")
            .Weight("w", Tensor.Of([3, 3], 0, 0, 1, 1, 0, 0, 0, 1, 0))
            .Node("MatMul", "f w", "scores")
            .Output("scores");
        using var loadedModel = g.Load();
        var model = loadedModel.View;

        var answer = model.Explain(g.Image(), "gradcam", "predicted");

        Assert.Equal([2, 0, 1], Enumerable.Range(0, 3).Select(n => Array.IndexOf(answer.Logits.Item(n), answer.Logits.Item(n).Max())));
        Assert.Equal(
            model.Explain(new TensorQuery(g.Image(), new ExplainParameters { Sign = Sign.Both }) { ItemTargets = [2, 0, 1] }).Map.Values,
            answer.Map.Values
        );
    }

    [Theory]
    [InlineData(true, 3)]
    [InlineData(false, 10)]
    public void ALargeBatchRunsInPartsAndOneByOneIfItsItemsMindEachOther(bool independent, int runs)
    {
        using var loadedModel = Net.Load();
        loadedModel.Note(independent ? RowFinding.Together : RowFinding.Untried);
        var image = Net.Image();
        var batch = FloatTensor.Join([.. Enumerable.Repeat(image, 5)]);
        var query = Query("layercam") with { Input = batch };

        var before = loadedModel.Counts.Totals;
        var answer = loadedModel.View.Explain(query);
        var after = loadedModel.Counts.Totals;

        // Ten items, four at a time; forward and backward are one run.
        Assert.Equal((runs, 10L), ((int)(after.Runs - before.Runs), after.Items - before.Items));
        Assert.Equal(10, answer.Map.Shape[0]);
        for (var n = 0; n < 10; n++)
            Near.Relative(answer.Map.Item(n % 2), answer.Map.Item(n), 1e-6, $"map {n}");
    }

    [Fact]
    public void ABatchEqualsItsItemsOneByOne()
    {
        using var loadedModel = Net.Load();
        var model = loadedModel.View;
        var image = Net.Image();

        var batch = model.Explain(image, "layercam");

        for (var n = 0; n < 2; n++)
        {
            var single = model.Explain(new FloatTensor([1, 3, 5, 6], image.Item(n)), "layercam");
            Near.Relative(single.Map.Values, batch.Map.Item(n), 1e-6, "map");
            Near.Relative(single.Heatmap.Values, batch.Heatmap.Item(n), 1e-6, "heatmap");
            Near.Relative(single.Gradients!.Values, batch.Gradients!.Item(n), 1e-6, "gradients");
        }
    }

    [Theory]
    [InlineData("logit", "scores")]
    [InlineData("log-probability", "scores")]
    [InlineData("logit", "space")]
    [InlineData("probability", "space")]
    public void ACotangentWithASingleOneIsAClass(string score, string head)
    {
        var g =
            head == "scores"
                ? Net
                : Tiny.Features().Convolve("l", 3, 4, "maps", 1).Node("GlobalAveragePool", "maps", "scores").Output("scores");
        using var loadedModel = g.Load();
        var model = loadedModel.View;
        var parameters = new ExplainParameters { Score = score, Sign = Sign.Both };

        var classes = model.Explain(new TensorQuery(g.Image(), parameters) { ItemTargets = [2, 0] });
        var cotangent = model.Explain(new TensorQuery(g.Image(), parameters) { Cotangent = new FloatTensor([2, 3], [0, 0, 1, 1, 0, 0]) });

        Near.Relative(classes.Map.Values, cotangent.Map.Values, 1e-6, "map");
        Near.Relative(classes.Gradients!.Values, cotangent.Gradients!.Values, 1e-6, "gradients");
        Assert.Equal([2L, 3], cotangent.Logits.Shape);
    }

    [Fact]
    public void ACotangentIsAnyLinearCombination()
    {
        using var loadedModel = Net.Load();
        var model = loadedModel.View;

        var mixed = model.Explain(Query() with { Cotangent = new FloatTensor([2, 3], [2, -1, 0.5f, 0, 0, 0]) });

        float[] Gradient(int target) => model.Explain(Net.Image(), target: $"{target}").Gradients!.Item(0);
        var (a, b, c) = (Gradient(0), Gradient(1), Gradient(2));
        Near.Relative(a.Select((v, i) => 2 * v - b[i] + 0.5f * c[i]).ToArray(), mixed.Gradients!.Item(0), 1e-5, "gradients");
        Assert.All(mixed.Map.Item(1), v => Assert.Equal(0, v));
    }

    [Theory]
    [InlineData("gradcam")]
    [InlineData("cam")]
    public void AModelForOneImageTakesTheItemsOneByOne(string method)
    {
        // Weights are numbered in the order they are made, so both nets are the same but for the batch.
        var one = new TinyGraph()
            .Input("x", 1, 3, 5, 6)
            .Convolve("x", 4, 3, "c0")
            .Node("Relu", "c0", "l")
            .PoolAndClassify()
            .Output("scores");
        using var loadedFixedBatch = one.Load();
        var fixedBatch = loadedFixedBatch.View;
        using var loadedAnyBatch = Net.Load();
        var anyBatch = loadedAnyBatch.View;

        var expected = anyBatch.Explain(Query(method) with { ItemTargets = [1, 2] });
        var answer = fixedBatch.Explain(Query(method) with { ItemTargets = [1, 2] });

        Near.Relative(expected.Logits.Values, answer.Logits.Values, 1e-6, "logits");
        Near.Relative(expected.Map.Values, answer.Map.Values, 1e-6, "map");
        Near.Relative(expected.Activations!.Values, answer.Activations!.Values, 1e-6, "activations");
        Assert.Equal([2L, 5, 6], answer.Heatmap.Shape);
    }

    [Fact]
    public void AModelForAnotherNumberOfImagesIsRefused()
    {
        var g = new TinyGraph().Input("x", 4, 3, 5, 6).Convolve("x", 4, 3, "c0").Node("Relu", "c0", "l").PoolAndClassify().Output("scores");
        using var loadedModel = g.Load();
        var model = loadedModel.View;

        Assert.Equal("the model takes batches of exactly 4, the input has 2 items", Refused(model, Query()).Message);
    }

    // csharpier-ignore
    public static TheoryData<string, string> WrongQueries => new()
    {
        { "another rank", "input 'x' has shape [3, 5, 6], the model takes [-1, 3, 5, 6]" },
        { "other channels", "input 'x' has shape [2, 1, 5, 6], the model takes [-1, 3, 5, 6]" },
        { "no items", "input 'x' has shape [0, 3, 5, 6]" },
        { "too few values", "input 'x'" },
        { "a NaN", "input 'x' holds values that are not finite numbers" },
        { "an infinity", "input 'x' holds values that are not finite numbers" },
        { "a cotangent of other classes", "'cotangent' has shape [2, 4], the class scores have [2, 3]" },
        { "a cotangent of other items", "'cotangent' has shape [1, 3], the class scores have [2, 3]" },
        { "a cotangent of no shape", "'cotangent' has shape []" },
        { "a cotangent with too few values", "'cotangent'" },
        { "a cotangent with a NaN", "'cotangent' holds values that are not finite numbers" },
        { "too few targets", "'target' has 1 entries, the input has 2 items" },
        { "several targets", "one target for each item" },
    };

    [Theory]
    [MemberData(nameof(WrongQueries))]
    public void AWrongTensorIsRefusedWithItsName(string what, string message)
    {
        using var loadedModel = Net.Load();
        var model = loadedModel.View;
        var (input, parameters) = (Net.Image(), new ExplainParameters());
        float[] With(float value) => [value, .. input.Values.Skip(1)];

        var e = Refused(
            model,
            what switch
            {
                "another rank" => new TensorQuery(new FloatTensor([3, 5, 6], new float[90]), parameters),
                "other channels" => new TensorQuery(new FloatTensor([2, 1, 5, 6], new float[60]), parameters),
                "no items" => new TensorQuery(new FloatTensor([0, 3, 5, 6], []), parameters),
                "too few values" => new TensorQuery(new FloatTensor([2, 3, 5, 6], new float[179]), parameters),
                "a NaN" => new TensorQuery(new FloatTensor(input.Shape, With(float.NaN)), parameters),
                "an infinity" => new TensorQuery(new FloatTensor(input.Shape, With(float.NegativeInfinity)), parameters),
                "a cotangent of other classes" => Query() with { Cotangent = new FloatTensor([2, 4], new float[8]) },
                "a cotangent of other items" => Query() with { Cotangent = new FloatTensor([1, 3], new float[3]) },
                "a cotangent of no shape" => Query() with { Cotangent = new FloatTensor([], [1]) },
                "a cotangent with too few values" => Query() with { Cotangent = new FloatTensor([2, 3], new float[5]) },
                "a cotangent with a NaN" => Query() with { Cotangent = new FloatTensor([2, 3], [0, 0, float.NaN, 0, 0, 0]) },
                "too few targets" => Query() with { ItemTargets = [1] },
                _ => Query() with { Parameters = parameters with { Target = "top:2" } },
            }
        );

        Assert.Equal(ExplainError.InvalidRequest, e.Error);
        Assert.Contains(message, e.Message);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    public void ATargetOutsideTheClassesIsRefused(long target)
    {
        using var loadedModel = Net.Load();
        var model = loadedModel.View;

        Assert.Equal(ExplainError.TargetOutOfRange, Refused(model, Query() with { ItemTargets = [0, target] }).Error);
    }

    [Fact]
    public void CamOfACotangentIsTheSumOfTheClassesCams()
    {
        using var loadedModel = Net.Load();
        var model = loadedModel.View;
        var (first, second) = (
            model.Explain(Query("cam") with { ItemTargets = [0, 0] }),
            model.Explain(Query("cam") with { ItemTargets = [2, 2] })
        );

        var both = model.Explain(Query("cam") with { Cotangent = new FloatTensor([2, 3], [2, 0, -1, 2, 0, -1]) });

        Near.Relative([.. first.Map.Values.Zip(second.Map.Values, (a, b) => 2 * a - b)], both.Map.Values, 1e-5, "cam");
    }

    [Fact]
    public void ScoresThatAreNoNumbersAreRefused()
    {
        var g = Tiny.Features()
            .Node("Exp", "l", "e")
            .Node("Exp", "e", "e2")
            .Node("Exp", "e2", "e3")
            .Node("GlobalAveragePool", "e3", "p")
            .Node("Flatten", "p", "f")
            .Classify()
            .Output("scores");
        using var loadedModel = g.Load();
        var model = loadedModel.View;

        var e = Refused(model, new TensorQuery(g.Image(), new ExplainParameters { Method = "cam", Layer = "e3" }));

        Assert.Equal(ExplainError.InvalidRequest, e.Error);
        Assert.Contains("not finite", e.Message);
    }

    [Fact]
    public void ATensorOfAnotherSizeIsRefusedWherePadsDependOnTheSize()
    {
        static TinyGraph Strided(TinyGraph g) =>
            g.Weight("w0", 4, 3, 3, 3)
                .Node("Conv", "x w0", "c0", Of("auto_pad", "SAME_UPPER"), Of("strides", [2, 2]))
                .Node("Relu", "c0", "l")
                .PoolAndClassify()
                .Output("scores");
        var image = Tensor.Normal([1, 3, 7, 7], 3);
        using var loadedVariable = Strided(new TinyGraph().Input("x", image, [1, 3, null, null]))
            .Load("""{ "input": { "size": [8, 8] } }""");
        var variable = loadedVariable.View;

        Assert.Equal(
            "input 'x' has shape [1, 3, 7, 7], the model takes [1, 3, 8, 8]",
            Refused(variable, new TensorQuery(image.ToEngine(), new ExplainParameters())).Message
        );
        Assert.Equal([1L, 4, 4], variable.Explain(Tensor.Normal([1, 3, 8, 8], 3).ToEngine()).Map.Shape);
    }

    private static TensorQuery Query(string method = "gradcam") =>
        new(Net.Image(), new ExplainParameters { Method = method, Target = "1" });

    private static ExplainException Refused(Model model, TensorQuery query) => Assert.Throws<ExplainException>(() => model.Explain(query));
}
