using Explain.Autodiff.Backpropagation;

namespace Explain.Autodiff.Tests;

/// <summary>The graph that explains: targets, score functions, layers.</summary>
public class ExplainGraphTests
{
    private const string Plain = "average, Gemm with rows for classes";
    private static readonly string[] SomeHeads =
    [
        Plain,
        "class maps, Flatten",
        "class maps, scores with empty space",
        "two heads side by side",
        "one class, MatMul and Add",
    ];
    private static readonly bool[] Both = [false, true];
    private static readonly string Gradient = ExplainGraph.GradientOf("l");

    public static TheoryData<ScoreFunction, string, bool> Functions =>
        [
            .. from function in Enum.GetValues<ScoreFunction>()
            from head in SomeHeads
            // Classes have no positions.
            from dense in Both
            where dense || function != ScoreFunction.TokenLogSoftmax
            select (function, head, dense),
        ];

    [Theory, MemberData(nameof(Functions))]
    public void EveryScoreFunctionGivesTheGradientOfFiniteDifferences(ScoreFunction function, string head, bool dense)
    {
        var tiny = Heads.Model(head, Known.AllButBatch);
        var (tail, run) = Heads.Split(tiny);
        var shape = run["scores"].Shape;
        var classes = Tensor.Of([2, 2], shape[1] == 1 ? [0, 0, 0, 0] : [1, 4, 0, 2]);
        var weights = Tensor.Of([2, 2], 1, -0.5, 2, 0.75);
        var cotangent = ClassSelectionTests.Scatter(classes, weights, shape);
        var feeds = new Dictionary<string, Tensor>(tiny.Feeds)
        {
            [ExplainGraph.Classes] = classes,
            [ExplainGraph.Weights] = ClassSelectionTests.PerItem(weights),
            [ExplainGraph.Cotangent] = cotangent,
        };
        var gradient = Runtime.Run(
            Differentiated.Graph(tiny.Prepare(), new GradientQuery("scores", ["l"]) { Function = function, Dense = dense }),
            feeds
        )[Gradient];

        using var forward = new Runtime(tail);
        double Score(int i, double by) =>
            Apply(function, forward.Run(new Dictionary<string, Tensor> { ["l"] = run["l"].Moved(i, by) })["scores"]).Dot(cotangent);
        var expected = run["l"] with
        {
            Values = [.. Enumerable.Range(0, run["l"].Values.Length).Select(i => (Score(i, 1e-3) - Score(i, -1e-3)) / 2e-3)],
        };
        var error = gradient.DistanceTo(expected);
        TestContext.Current.TestOutputHelper?.WriteLine($"{function}, {head}: error {error:E1}");
        Assert.InRange(error, 0, 1e-3);
    }

    [Theory]
    [InlineData(new double[] { -1, -1 }, new double[] { 2, 0 })]
    [InlineData(new double[] { -1, 3 }, new double[] { 2, 3 })]
    [InlineData(new double[] { 1, -1 }, new double[] { 1, 0 })]
    public void MinusOneBecomesThePredictedClassOfItsRow(double[] asked, double[] resolved)
    {
        var tiny = Scored();
        var feeds = new Dictionary<string, Tensor>(tiny.Feeds)
        {
            [ExplainGraph.Classes] = Tensor.Of([2, 1], asked),
            [ExplainGraph.Weights] = ClassSelectionTests.PerItem(Tensor.Of([2, 1], 1, 1)),
        };
        var outputs = Runtime.Run(Differentiated.Graph(tiny.Prepare(), new GradientQuery("y", ["x"])), feeds);
        Assert.Equal(resolved, outputs[ExplainGraph.Resolved].Values);
        Assert.Equal(
            ClassSelectionTests.Scatter(Tensor.Of([2, 1], resolved), Tensor.Of([2, 1], 1, 1), [2, 5]).Values,
            outputs[ExplainGraph.GradientOf("x")].Values
        );
    }

    [Fact]
    public void PredictedAndNamedClassesMixInARow()
    {
        var tiny = Scored();
        var feeds = new Dictionary<string, Tensor>(tiny.Feeds)
        {
            [ExplainGraph.Classes] = Tensor.Of([2, 3], -1, 1, 4, 0, 3, -1),
            [ExplainGraph.Weights] = ClassSelectionTests.PerItem(Tensor.Of([2, 3], 1, 2, 4, 1, 2, 4)),
        };
        var outputs = Runtime.Run(Differentiated.Graph(tiny.Prepare(), new GradientQuery("y", ["x"])), feeds);
        Assert.Equal([2, 1, 4, 0, 3, 0], outputs[ExplainGraph.Resolved].Values);
        Assert.Equal([0, 2, 1, 0, 4, 5, 0, 0, 2, 0], outputs[ExplainGraph.GradientOf("x")].Values);
    }

    [Fact]
    public void OfEqualScoresTheFirstClassIsPredicted()
    {
        var tiny = new TinyGraph().Input("x", Tensor.Of([1, 3], 1, 1, 1)).Node("Identity", "x", "y").Output("y");
        var feeds = new Dictionary<string, Tensor>(tiny.Feeds)
        {
            [ExplainGraph.Classes] = Tensor.Of([1, 1], -1),
            [ExplainGraph.Weights] = Tensor.Of([1, 1], 1),
        };
        Assert.Equal(
            [0],
            Runtime.Run(Differentiated.Graph(tiny.Prepare(), new GradientQuery("y", ["x"])), feeds)[ExplainGraph.Resolved].Values
        );
    }

    [Fact]
    public void TheSameClassTwiceCountsTwice()
    {
        var tiny = Scored();
        var feeds = new Dictionary<string, Tensor>(tiny.Feeds)
        {
            [ExplainGraph.Classes] = Tensor.Of([2, 2], 1, 1, 3, 3),
            [ExplainGraph.Weights] = ClassSelectionTests.PerItem(Tensor.Of([2, 2], 1, 2, 3, -3)),
        };
        Assert.Equal(
            [0, 3, 0, 0, 0, 0, 0, 0, 0, 0],
            Runtime.Run(Differentiated.Graph(tiny.Prepare(), new GradientQuery("y", ["x"])), feeds)[ExplainGraph.GradientOf("x")].Values
        );
    }

    [Theory]
    [InlineData(Plain, "pooled")]
    [InlineData(Plain, "f")]
    [InlineData(Plain, "scores")]
    [InlineData("average, MatMul and Add", "m")]
    [InlineData("class maps, Flatten", "c")]
    [InlineData("class maps, Flatten", "r")]
    [InlineData("class maps, Flatten", "a")]
    [InlineData("class maps, scores with space", "r")]
    [InlineData("Gemm, normalised", "z")]
    [InlineData("sum of two heads", "z2")]
    [InlineData("Gemm, arithmetic with constants", "z3")]
    public void LayersBetweenTheFeaturesAndTheScoresAreExplainedToo(string head, string layer)
    {
        var tiny = Heads.Model(head);
        var model = tiny.Prepare();
        var (classes, weights) = (Tensor.Of([2, 1], 1, 3), Tensor.Of([2, 1], 1, 1));
        var shape = Runtime.Run(tiny.Build(), tiny.Feeds)["scores"].Shape;
        var feeds = new Dictionary<string, Tensor>(tiny.Feeds)
        {
            [ExplainGraph.Classes] = classes,
            [ExplainGraph.Weights] = ClassSelectionTests.PerItem(weights),
            [ExplainGraph.Cotangent] = ClassSelectionTests.Scatter(classes, weights, shape),
        };
        var sparse = Runtime.Run(Differentiated.Graph(model, new GradientQuery("scores", ["l", layer])), feeds);
        var dense = Runtime.Run(Differentiated.Graph(model, new GradientQuery("scores", ["l", layer]) { Dense = true }), feeds);
        Assert.InRange(sparse[Gradient].DistanceTo(dense[Gradient]), 0, 1e-6);
        Assert.InRange(sparse[ExplainGraph.GradientOf(layer)].DistanceTo(dense[ExplainGraph.GradientOf(layer)]), 0, 1e-6);
    }

    [Fact]
    public void WithoutGradientsOnlyTheForwardPassIsThere()
    {
        var model = new TinyGraph()
            .Input("x", 2, 3)
            .Node("Sin", "x", "a")
            .Node("Relu", "a", "y")
            .Node("Cos", "a", "other")
            .Output("y", "other")
            .Prepare();
        var graph = Differentiated.Graph(model, new GradientQuery("y", ["a"]) { Gradients = false });
        Assert.Equal(["sin/a", "relu/y"], graph.Nodes.Select(n => n.Name));
        Assert.Equal(["y", "a"], graph.Outputs);
        Assert.Equal(["x"], graph.Inputs);
    }

    [Fact]
    public void TheModelIsNotChanged()
    {
        var model = Heads.Model(Plain).Prepare();
        var before = model.ToBytes();
        foreach (var dense in Both)
            Differentiated.Graph(model, new GradientQuery("scores", ["l"]) { Dense = dense, FromLayers = true });
        Assert.Equal(before, model.ToBytes());
    }

    [Fact]
    public void FromLayersTheForwardPassBeforeThemIsGone()
    {
        var graph = Differentiated.Graph(
            Heads.Model(Plain).Prepare(),
            new GradientQuery("scores", ["l"]) { FromLayers = true, Function = ScoreFunction.Softmax }
        );
        Assert.Equal([ExplainGraph.Classes, ExplainGraph.Weights, "l"], graph.Inputs.Order());
        Assert.DoesNotContain(graph.Nodes, n => n.OpType is "Conv");
    }

    [Fact]
    public void TheInputOfTheModelCanBeALayer()
    {
        var tiny = Heads.Model(Plain);
        var feeds = new Dictionary<string, Tensor>(tiny.Feeds)
        {
            [ExplainGraph.Classes] = Tensor.Of([2, 1], 0, 0),
            [ExplainGraph.Weights] = ClassSelectionTests.PerItem(Tensor.Of([2, 1], 1, 1)),
        };
        var outputs = Runtime.Run(Differentiated.Graph(tiny.Prepare(), new GradientQuery("scores", ["x", "l"])), feeds);
        Assert.Equal(tiny.Feeds["x"].Shape, outputs[ExplainGraph.GradientOf("x")].Shape);
        Assert.DoesNotContain("x", outputs.Keys);
    }

    [Fact]
    public void ALayerBehindTheScoresIsRefused()
    {
        var model = new TinyGraph().Input("x", 2, 3).Node("Relu", "x", "y").Node("Relu", "y", "z").Output("z").Prepare();
        Assert.Contains("'z'", Differentiated.Refusal(model, new GradientQuery("y", ["z"])));
    }

    [Fact]
    public void AMissingRuleIsReported()
    {
        var model = new TinyGraph().Input("x", 2, 3).Node("ai.onnx.ml.Normalizer", "x", "y").Output("y").Prepare();
        Assert.Equal(
            "no gradient rule for ai.onnx.ml.Normalizer (node 'ai.onnx.ml.normalizer/y')",
            Differentiated.Refusal(model, new GradientQuery("y", ["x"]))
        );
    }

    // Rows that rank the classes 2 4 1 0 3 and 0 1 4 2 3.
    private static TinyGraph Scored() =>
        new TinyGraph().Input("x", Tensor.Of([2, 5], 0.5, 1, 3, -1, 2, 9, 8, 0.5, -3, 1)).Node("Identity", "x", "y").Output("y");

    private static Tensor Apply(ScoreFunction function, Tensor scores)
    {
        var classes = (int)scores.Shape[1];
        return scores with
        {
            Values =
            [
                .. scores
                    .Values.Chunk(classes)
                    .SelectMany(row =>
                        row.Select(s =>
                            Math.Log(row.Sum(t => Math.Exp(t - s))) is var negativeLogSoftmax
                                ? function switch
                                {
                                    ScoreFunction.Softmax => Math.Exp(-negativeLogSoftmax),
                                    ScoreFunction.LogSoftmax => -negativeLogSoftmax,
                                    ScoreFunction.Sigmoid => 1 / (1 + Math.Exp(-s)),
                                    ScoreFunction.Rest => s - negativeLogSoftmax,
                                    ScoreFunction.LogSigmoid => -Math.Log(1 + Math.Exp(-s)),
                                    ScoreFunction.TokenLogSoftmax => scores.Shape.Length == 2 ? -negativeLogSoftmax : 0,
                                    ScoreFunction.Direction => s / Math.Sqrt(row.Sum(t => t * t)),
                                    _ => s,
                                }
                                : s
                        )
                    ),
            ],
        };
    }
}
