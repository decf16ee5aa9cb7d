using Explain.Autodiff.Backpropagation;
using Explain.Autodiff.Graphs;
using Explain.Autodiff.Tests.ControlFlow;
using static Explain.Autodiff.Graphs.Attributes;

namespace Explain.Autodiff.Tests;

/// <summary>The Hessian times the layer's own value, against differences of gradients along that value.</summary>
public class CurvatureTests
{
    private const double Step = 0.005;
    private const double Tolerance = 2e-3;

    private static readonly Known[] Declared = [Known.Everything, Known.Ranks];
    private static readonly bool[] Both = [false, true];

    // What lies between "s", smooth and shaped [2, 4, 5, 6], and "z" of any shape; what their backward passes are made of is differentiated
    // again.
    // csharpier-ignore
    private static readonly Dictionary<string, Func<TinyGraph, TinyGraph>> Forms = new()
    {
        ["Conv"] = g => g.Weight("w", 3, 4, 3, 3).Node("Conv", "s w", "z", Of("pads", [1, 1, 1, 1])),
        ["Conv with strides"] = g => g.Weight("w", 3, 4, 3, 3).Node("Conv", "s w", "z", Of("strides", [2, 2])),
        ["Conv with strides, nested"] = g => g.Weight("w", 3, 4, 2, 2).Node("Conv", "s w", "c", Of("strides", [2, 2])).Node("Tanh", "c", "z"),
        ["ConvTranspose"] = g => g.Weight("w", 4, 2, 2, 2).Node("ConvTranspose", "s w", "z", Of("strides", [2, 1])),
        ["BatchNormalization"] = g => g.Weight("a", 4).Weight("v", Tensor.Spread([4], 1, 2, 3)).Node("BatchNormalization", "s a a a v", "z"),
        ["MaxPool"] = g => g.Node("MaxPool", "s", "z", Of("kernel_shape", [3, 2]), Of("pads", [1, 0, 1, 1])),
        ["AveragePool"] = g => g.Node("AveragePool", "s", "z", Of("kernel_shape", [3, 3]), Of("pads", [1, 1, 1, 1]), Of("strides", [2, 2])),
        ["GlobalAveragePool"] = g => g.Node("GlobalAveragePool", "s", "z"),
        ["GlobalMaxPool"] = g => g.Node("GlobalMaxPool", "s", "z"),
        ["ReduceMean"] = g => g.Ints("a", 1, 3).Node("ReduceMean", "s a", "z", Of("keepdims", 0)),
        ["Relu"] = g => g.Node("Relu", "s", "z"),
        ["LeakyRelu"] = g => g.Node("LeakyRelu", "s", "z", Of("alpha", 0.3f)),
        ["Clip"] = g => g.Weight("low", Tensor.Of([], -0.4)).Weight("high", Tensor.Of([], 0.6)).Node("Clip", "s low high", "z"),
        ["Max"] = g => g.Weight("low", Tensor.Of([], 0.1)).Node("Max", "s low", "z"),
        ["HardSigmoid"] = g => g.Node("HardSigmoid", "s", "z", Of("alpha", 0.8f)),
        ["SiLU"] = g => g.Node("Sigmoid", "s", "g").Node("Mul", "s g", "z"),
        ["Softplus"] = g => g.Node("Softplus", "s", "z"),
        ["Softmax"] = g => g.Node("Softmax", "s", "z", Of("axis", 1)),
        ["LogSoftmax"] = g => g.Node("LogSoftmax", "s", "z", Of("axis", 1)),
        ["quotient"] = g => g.Node("Exp", "s", "e").Node("Div", "s e", "z"),
        ["Concat"] = g => g.Node("Neg", "s", "m").Node("Tanh", "s", "t").Node("Concat", "m s t", "z", Of("axis", 2)),
        ["Split"] = g => g.Ints("p", 1, 3).Node("Split", "s p", "a b", Of("axis", 1)).Node("Mul", "a b", "z"),
        ["Slice"] = g => g.Ints("b", 1, -3).Ints("e", 4, 99).Ints("a", 2, 3).Node("Slice", "s b e a", "z"),
        ["Gather"] = g => g.Ints("i", 3, 1, 1).Node("Gather", "s i", "z", Of("axis", 1)),
        ["Pad"] = g => g.Ints("p", 0, 0, 1, 0, 0, 0, 0, 2).Node("Pad", "s p", "z"),
        ["Expand"] = g => g.Ints("a", 2, 3).Node("ReduceMean", "s a", "m").Ints("p", 2, 1, 5, 6).Node("Expand", "m p", "e").Node("Mul", "e s", "z"),
        ["attention"] = g => g.Ints("p", 2, 4, 30).Node("Reshape", "s p", "r").Node("Transpose", "r", "k", Of("perm", [0, 2, 1])).Node("MatMul", "r k", "q").Node("Softmax", "q", "a")
            .Node("MatMul", "a r", "z"),
        ["If"] = g => g.Weight("none", Tensor.Of([], 0)).Node("ReduceMean", "s", "m", Of("keepdims", 0)).Node("Greater", "m none", "c")
            .If("c", "z", b => b.Node("Exp", "s", "e").Node("Mul", "e s", "o").Output("o"), b => b.Node("Sigmoid", "s", "e").Node("Mul", "e s", "o").Output("o")),
        ["Scan"] = g => g.Weight("start", Tensor.Of([1, 1, 1], 0.5)).Ints("shape", 2, 5, 6).Node("Expand", "start shape", "begin")
            .Scan("begin s", "last z", 1, "h e", b => b.Node("Mul", "h e", "m").Node("Sin", "m", "n").Node("Add", "n e", "next").Node("Mul", "next next", "o").Output("next", "o"),
                Of("scan_input_axes", [1]), Of("scan_output_axes", [1])),
        ["Loop"] = g => g.Ints("count", [], [3])
            .Loop("count - s", "z", "h", b => b.Node("Mul", "h s", "m").Node("Sin", "m", "n").Node("Add", "n h", "next").Node("Identity", "going", "on").Output("on", "next")),
        ["fused attention"] = g => g.Ints("p", 2, 20, 6).Node("Reshape", "s p", "r").Node("com.microsoft.MultiHeadAttention", "r r r", "z", Of("num_heads", 2), Of("unidirectional", 1)),
        ["squeeze and excitation"] = g => g.Node("GlobalAveragePool", "s", "p").Weight("w", 4, 4, 1, 1).Node("Conv", "p w", "e").Node("Sigmoid", "e", "g").Node("Mul", "s g", "z"),
    };

    public static TheoryData<string, Known, bool> Variants =>
        [.. from form in Forms.Keys from known in Declared from optimised in Both select (form, known, optimised)];

    public static TheoryData<string, ScoreFunction> ScoredHeads =>
        [
            .. from head in Heads.Names
            from function in Enum.GetValues<ScoreFunction>()
            // The only class has probability 1 and the direction of its sign, whatever its score.
            where
                !head.StartsWith("one class", StringComparison.Ordinal)
                || function
                    is not (ScoreFunction.Softmax or ScoreFunction.LogSoftmax or ScoreFunction.TokenLogSoftmax or ScoreFunction.Direction)
            select (head, function),
        ];

    [Theory, MemberData(nameof(Variants))]
    public void TheProductIsTheSlopeOfTheGradientAlongTheLayersValue(string form, Known known, bool optimised)
    {
        var tiny = Forms[form]
            (new TinyGraph(known: known).Input("x", 2, 4, 5, 6).Node("Tanh", "x", "s"))
            .Node("Flatten", "z", "f")
            .Node("Softmax", "f", "scores")
            .Output("scores");
        Compare(tiny, "x", ScoreFunction.Logit, optimised, tiny.Feeds["x"]);
    }

    [Theory, MemberData(nameof(ScoredHeads))]
    public void EveryHeadAndScoreFunctionHasACurvature(string head, ScoreFunction function)
    {
        var tiny = Heads.Model(head);
        Compare(tiny, "l", function, false, Heads.Split(tiny).Run["l"]);
    }

    [Theory]
    [InlineData("average, Gemm with rows for classes")]
    [InlineData("class maps, largest")]
    [InlineData("flat, two layers")]
    [InlineData("Gemm, normalised")]
    public void OfLinearPiecesItIsZero(string head)
    {
        var tiny = Heads.Model(head);
        var outputs = Run(tiny, "l", ScoreFunction.Logit, false, Heads.Split(tiny).Run["l"]);
        Assert.Equal(outputs[ExplainGraph.GradientOf("l")].Shape, outputs[ExplainGraph.CurvatureOf("l")].Shape);
        Assert.All(outputs[ExplainGraph.CurvatureOf("l")].Values, v => Assert.Equal(0, v));
        Assert.Contains(outputs[ExplainGraph.GradientOf("l")].Values, v => v != 0);
    }

    [Fact]
    public void RowsAndClassesDoNotMix()
    {
        var tiny = Heads.Model("average, Gemm with rows for classes");
        var graph = Differentiated.Graph(
            tiny.Prepare(),
            new GradientQuery("scores", ["l"]) { Curvature = true, Function = ScoreFunction.Softmax }
        );
        Tensor Of(double[] classes, double[] weights) =>
            Runtime.Run(
                graph,
                new Dictionary<string, Tensor>(tiny.Feeds)
                {
                    [ExplainGraph.Classes] = Tensor.Of([2, classes.Length / 2], classes),
                    [ExplainGraph.Weights] = ClassSelectionTests.PerItem(Tensor.Of([2, classes.Length / 2], weights)),
                }
            )[ExplainGraph.CurvatureOf("l")];

        var (one, other, both) = (Of([1, 3], [1, 1]), Of([4, 0], [1, 1]), Of([1, 4, 3, 0], [2, -1, 1, 0.5]));
        var half = one.Values.Length / 2;
        var expected = one with
        {
            Values = [.. one.Values.Select((v, i) => i < half ? 2 * v - other.Values[i] : v + 0.5 * other.Values[i])],
        };
        Assert.InRange(both.DistanceTo(expected), 0, 1e-5);
        Assert.Equal(one.Values[..half], Of([1, 2], [1, 0]).Values[..half]);
        Assert.All(Of([1, 2], [1, 0]).Values[half..], v => Assert.Equal(0, v));
    }

    [Fact]
    public void ItIsGivenForEveryLayerAndAlsoFromLayersOn()
    {
        var tiny = Heads.Model("flat, two layers");
        var query = new GradientQuery("scores", ["x", "l", "h"]) { Curvature = true, Function = ScoreFunction.LogSoftmax };
        var feeds = Targets(tiny.Feeds);
        var whole = Runtime.Run(Differentiated.Graph(tiny.Prepare(), query), feeds);
        foreach (var layer in query.Layers)
            Assert.Equal(whole[ExplainGraph.GradientOf(layer)].Shape, whole[ExplainGraph.CurvatureOf(layer)].Shape);

        feeds["l"] = whole["l"];
        var tail = Runtime.Run(Differentiated.Graph(tiny.Prepare(), query with { Layers = ["l"], FromLayers = true }), feeds);
        Assert.Equal([ExplainGraph.GradientOf("l"), ExplainGraph.CurvatureOf("l")], tail.Keys);
        Assert.InRange(tail[ExplainGraph.CurvatureOf("l")].DistanceTo(whole[ExplainGraph.CurvatureOf("l")]), 0, 1e-6);
    }

    private static void Compare(TinyGraph tiny, string layer, ScoreFunction function, bool optimised, Tensor value)
    {
        Tensor Gradient(double factor) =>
            Run(tiny, layer, function, optimised, value with { Values = Array.ConvertAll(value.Values, v => v * factor) })[
                ExplainGraph.GradientOf(layer)
            ];
        var outputs = Run(tiny, layer, function, optimised, value);
        var (after, before) = (Gradient(1 + Step), Gradient(1 - Step));
        var slope = after with { Values = [.. after.Values.Zip(before.Values, (a, b) => (a - b) / (2 * Step))] };
        // Where the product is small against the gradient, the differences are those of rounding.
        var scale = Math.Max(slope.Values.Max(Math.Abs), 0.01 * outputs[ExplainGraph.GradientOf(layer)].Values.Max(Math.Abs));
        var error = slope.Values.Zip(outputs[ExplainGraph.CurvatureOf(layer)].Values, (a, b) => Math.Abs(a - b)).Max() / scale;
        TestContext.Current.TestOutputHelper?.WriteLine($"error {error:E1}, largest {slope.Values.Max(Math.Abs):E1}");
        Assert.InRange(error, 0, Tolerance);
    }

    private static Dictionary<string, Tensor> Run(TinyGraph tiny, string layer, ScoreFunction function, bool optimised, Tensor value)
    {
        var scores = Runtime.Run(tiny.Build(), tiny.Feeds)["scores"];
        var classes = scores.Values.Length / (int)scores.Shape[0];
        var graph = Differentiated.Graph(
            tiny.Prepare(),
            new GradientQuery("scores", [layer])
            {
                Curvature = true,
                Function = function,
                FromLayers = true,
            }
        );
        return Runtime.Run(graph, new Dictionary<string, Tensor>(Targets(tiny.Feeds, classes)) { [layer] = value }, optimised);
    }

    private static Dictionary<string, Tensor> Targets(Dictionary<string, Tensor> feeds, int classes = 5) =>
        new(feeds)
        {
            [ExplainGraph.Classes] = Tensor.Of([2, 1], 1 % classes, 3 % classes),
            [ExplainGraph.Weights] = ClassSelectionTests.PerItem(Tensor.Of([2, 1], 1, -2)),
        };

    // y = Σ s(x W) with s the sigmoid: with the layer grown by a factor, the gradient changes by the curvature.
    [Theory, InlineData(ScoreFunction.Logit), InlineData(ScoreFunction.Softmax)]
    public void ALayerThatAProductOfMatricesReadsHasACurvature(ScoreFunction function)
    {
        const double step = 0.01;
        var tiny = new TinyGraph()
            .Input("x", 2, 5, 4)
            .Node("Tanh", "x", "l")
            .Weight("w", 4, 3)
            .Node("MatMul", "l w", "m")
            .Node("Sigmoid", "m", "s")
            .Ints("a", 1)
            .Node("ReduceMean", "s a", "scores", Attributes.Of("keepdims", 0))
            .Output("scores");
        var feeds = new Dictionary<string, Tensor>(tiny.Feeds)
        {
            [ExplainGraph.Classes] = Tensor.Of([2, 1], 1, 2),
            [ExplainGraph.Weights] = ClassSelectionTests.PerItem(Tensor.Of([2, 1], 1, 1)),
        };
        var query = new GradientQuery("scores", ["l"]) { Function = function, Curvature = true };
        var whole = Runtime.Run(Differentiated.Graph(tiny.Prepare(), query), feeds);
        using var tail = new Runtime(Differentiated.Graph(tiny.Prepare(), query with { FromLayers = true }));
        double[] Gradient(double factor) =>
            tail.Run(
                new Dictionary<string, Tensor>(feeds)
                {
                    ["l"] = whole["l"] with { Values = [.. whole["l"].Values.Select(v => v * factor)] },
                }
            )[ExplainGraph.GradientOf("l")].Values;
        var expected = whole["l"] with
        {
            Values = [.. Gradient(1 + step).Zip(Gradient(1 - step), (above, below) => (above - below) / (2 * step))],
        };
        Assert.InRange(whole[ExplainGraph.CurvatureOf("l")].DistanceTo(expected), 0, 1e-3);
    }
}
