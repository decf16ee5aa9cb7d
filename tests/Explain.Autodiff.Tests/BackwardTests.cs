using Explain.Autodiff.Backpropagation;
using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using Explain.Autodiff.Rules;
using static Explain.Autodiff.Graphs.Attributes;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Tests;

/// <summary>What the engine does for all rules.</summary>
public class BackwardTests
{
    [Fact]
    public void GradientsAddUpWhereAValueIsReadThreeTimes() =>
        GradientCheck.Check(g =>
            g.Input("x", 2, 3).Node("Sigmoid", "x", "a").Node("Tanh", "x", "b").Node("Mul", "a b", "c").Node("Add", "c x", "y")
        );

    [Fact]
    public void GradientsAddUpThroughADiamond() =>
        GradientCheck.Check(g =>
            g.Input("x", 2, 3)
                .Node("Tanh", "x", "t")
                .Node("Sigmoid", "t", "a")
                .Node("Neg", "t", "b")
                .Node("Mul", "a b", "c")
                .Node("Sub", "c t", "d")
                .Node("Mul", "d a", "y")
        );

    [Fact]
    public void AValueTimesItselfHasTwiceItselfAsGradient() => GradientCheck.Check(g => g.Input("x", 2, 3).Node("Mul", "x x", "y"));

    [Fact]
    public void AValueMinusItselfHasNoGradient() => GradientCheck.Check(g => g.Input("x", 2, 3).Node("Sub", "x x", "y"));

    [Fact]
    public void AValueTimesItsOwnTransposeIsDifferentiable() =>
        GradientCheck.Check(g => g.Input("x", 3, 4).Node("Gemm", "x x", "y", Of("transB", 1)));

    [Fact]
    public void ANetworkWithForksPoolsAndAttentionIsDifferentiable() =>
        GradientCheck.Check(
            g =>
                g.Input("x", 2, 4, 5, 6)
                    .Ints("space", 2, 3)
                    .Weight("w", 6, 8)
                    .Weight("b", 8)
                    .Node("MatMul", "x w", "c")
                    .Node("Add", "c b", "d")
                    .Node("BatchNormalization", "d s s m v", "n")
                    .Weight("s", 4)
                    .Weight("m", 4)
                    .Weight("v", Tensor.Spread([4], 1, 2, 3))
                    .Node("Sigmoid", "n", "t")
                    .Node("MaxPool", "t", "p", Of("kernel_shape", [3, 3]), Of("pads", [1, 1, 1, 1]))
                    .Node("ReduceMean", "t space", "e")
                    .Node("Mul", "p e", "q")
                    .Node("Add", "q t", "r")
                    .Node("Concat", "r t", "u", Of("axis", 1))
                    .Node("ReduceMean", "u space", "a", Of("keepdims", 0))
                    .Weight("k", 5, 8)
                    .Weight("l", 5)
                    .Node("Gemm", "a k l", "z", Of("transB", 1))
                    .Node("Softmax", "z", "y"),
            least: Known.Ranks
        );

    [Fact]
    public void AGradientIsReturnedForEveryWantedValueOnThePath()
    {
        var graph = Chain().Prepare();
        var y = graph["y"];
        var gradients = Backward.Gradients(graph, y, graph.AddInput("dy", y.Type!), ["x", "a", "b", "y"], GradientRules.Plain);
        Assert.Equal(["a", "b", "x", "y"], gradients.Keys.Order());
        Assert.Equal("dy", gradients["y"].Name);
    }

    [Fact]
    public void AValueTheOutputDoesNotDependOnHasNoGradient()
    {
        var graph = Chain().Input("other", 2, 3).Node("Relu", "other", "unused").Prepare();
        var y = graph["y"];
        Assert.Equal(
            ["x"],
            Backward.Gradients(graph, y, graph.AddInput("dy", y.Type!), ["x", "other", "unused"], GradientRules.Plain).Keys
        );
    }

    [Fact]
    public void NodesAndWeightsThatReachNoOutputAreDropped()
    {
        var graph = Chain().Input("other", 2, 3).Weight("w", 2, 3).Node("Add", "other w", "unused").Prepare();
        graph.SetOutputs(["b"]);
        Assert.Equal(["Sigmoid", "Tanh"], graph.Nodes.Select(n => n.OpType));
        Assert.Equal(["x"], graph.Inputs);
        Assert.Empty(graph.Proto.Initializer);
        Assert.Equal(["b"], graph.Outputs);
    }

    [Fact]
    public void InputsThatNothingReadsCanBeKept()
    {
        var graph = Chain().Input("other", 2, 3).Prepare();
        graph.SetOutputs(["b"], new HashSet<string> { "other" });
        Assert.Equal(["x", "other"], graph.Inputs);
    }

    [Fact]
    public void WeightGradientsAreNeverBuilt()
    {
        var tiny = new TinyGraph()
            .Input("x", 2, 3, 4, 4)
            .Weight("w", 4, 3, 3, 3)
            .Weight("b", 4)
            .Node("Conv", "x w b", "c")
            .Node("Flatten", "c", "f")
            .Weight("v", 16, 5)
            .Weight("d", 5)
            .Node("Gemm", "f v d", "g")
            .Weight("u", 5, 6)
            .Node("MatMul", "g u", "m")
            .Weight("s", 6)
            .Node("Mul", "m s", "y")
            .Output("y");
        var graph = GradientCheck.Backwards(tiny, ["x"]);
        var backward = graph.Nodes.Where(n => n.Name.StartsWith("explain/", StringComparison.Ordinal)).ToArray();
        // The gradient of a product of matrices is a Gemm, which transposes without a copy.
        Assert.Equal(3, graph.Nodes.Count(n => n.OpType == "Gemm"));
        Assert.Equal(1, graph.Nodes.Count(n => n.OpType == "MatMul"));
        Assert.Equal(2, graph.Nodes.Count(n => n.OpType == "Mul"));
        // The backward pass reads weights and no activation: only an activation could make it a weight's gradient.
        Assert.DoesNotContain(backward, n => n.Input.Any(i => i is "x" or "c" or "f" or "g" or "m") && n.OpType != "Shape");
    }

    [Fact]
    public void EveryGradientNodeReachesAnOutput()
    {
        var graph = GradientCheck.Backwards(Chain(), ["a"]);
        var needed = Walk.Ancestors(graph, graph.Outputs);
        Assert.All(graph.Nodes, n => Assert.Contains(n.Output, needed.Contains));
        Assert.All(graph.Proto.Initializer, t => Assert.Contains(t.Name, needed));
    }

    [Fact]
    public void MissingRulesAreAllNamedFromOutputToInput()
    {
        var graph = new TinyGraph()
            .Input("x", 2, 3)
            .Node("ai.onnx.ml.Normalizer", "x", "a")
            .Node("Relu", "a", "b")
            .Node("ai.onnx.ml.Binarizer", "b", "c")
            .Node("ai.onnx.ml.Normalizer", "c", "y")
            .Output("y")
            .Prepare();
        var y = graph["y"];
        var error = Assert.Throws<MissingRuleException>(() => Backward.Gradients(graph, y, y, ["x"], GradientRules.Plain));
        Assert.Equal(
            [
                new("ai.onnx.ml.Normalizer", "ai.onnx.ml.normalizer/y"),
                new("ai.onnx.ml.Binarizer", "ai.onnx.ml.binarizer/c"),
                new("ai.onnx.ml.Normalizer", "ai.onnx.ml.normalizer/a"),
            ],
            error.Missing
        );
        Assert.StartsWith("no gradient rule for ai.onnx.ml.Normalizer (node 'ai.onnx.ml.normalizer/y'", error.Message);
        Assert.Contains("ai.onnx.ml.Binarizer (node 'ai.onnx.ml.binarizer/c')", error.Message);
    }

    [Fact]
    public void AMissingRuleLeavesTheGraphAsItWas()
    {
        var graph = new TinyGraph().Input("x", 2, 3).Node("ai.onnx.ml.Normalizer", "x", "a").Node("Relu", "a", "y").Output("y").Prepare();
        var before = graph.ToBytes();
        Assert.Throws<MissingRuleException>(() => Backward.Gradients(graph, graph["y"], graph["y"], ["x"], GradientRules.Plain));
        Assert.Equal(before, graph.ToBytes());
    }

    [Fact]
    public void AScaleThatDependsOnTheInputIsRefusedWhereTheRuleTakesItForAConstant()
    {
        var graph = new TinyGraph()
            .Input("x", 2, 3)
            .Node("ReduceMean", "x", "s", Of("keepdims", 1))
            .Ints("n", 3)
            .Node("Expand", "s n", "e")
            .Ints("flat", -1)
            .Node("Slice", "e zero one axis", "row")
            .Ints("zero", 0)
            .Ints("one", 1)
            .Ints("axis", 0)
            .Node("Reshape", "row flat", "scale")
            .Node("LayerNormalization", "x scale", "y")
            .Output("y")
            .Prepare();
        var e = Assert.Throws<NotSupportedException>(() => Backward.Gradients(graph, graph["y"], graph["y"], ["x"], GradientRules.Plain));
        Assert.Contains("LayerNormalization 'layernormalization/y' is not known: its input 1, 'scale'", e.Message);
    }

    [Fact]
    public void AnOutputThatTheRuleDoesNotKnowIsRefusedWhereItIsUsed()
    {
        var graph = new TinyGraph()
            .Input("x", 2, 3)
            .Weight("w", 3)
            .Node("LayerNormalization", "x w", "n mean")
            .Node("Mul", "n mean", "y")
            .Output("y")
            .Prepare();
        var e = Assert.Throws<NotSupportedException>(() => Backward.Gradients(graph, graph["y"], graph["y"], ["x"], GradientRules.Plain));
        Assert.Contains("its output 1, 'mean', is used", e.Message);
    }

    [Fact]
    public void ANodeWithoutANameIsCalledByItsOutput()
    {
        var graph = new TinyGraph().Input("x", 2, 3).Node("ai.onnx.ml.Normalizer", "x", "y").Output("y").Build();
        graph.Nodes[0].Name = "";
        Assert.Equal([new("ai.onnx.ml.Normalizer", "y")], Backward.Missing(graph, "y", ["x"], GradientRules.Plain));
    }

    [Fact]
    public void AModeOrDomainIsPartOfTheNameOfAMissingRule()
    {
        var graph = new TinyGraph()
            .Input("x", 2, 3)
            .Ints("p", 0, 1, 0, 1)
            .Node("Pad", "x p", "a", Of("mode", "turned"))
            .Node("Relu", "a", "y")
            .Output("y")
            .Build();
        graph.Nodes[1].Domain = "com.example";
        Assert.Equal(
            [new("com.example.Relu", "relu/y"), new("Pad(mode=turned)", "pad/a")],
            Backward.Missing(graph, "y", ["x"], GradientRules.Plain)
        );
    }

    [Theory]
    [InlineData("a")]
    [InlineData("b")]
    public void AMissingRuleOffThePathDoesNotMatter(string wanted)
    {
        var graph = new TinyGraph()
            .Input("x", 2, 3)
            .Node("Sin", "x", "a")
            .Node("Relu", "a", "b")
            .Node("Tanh", "b", "y")
            .Node("Cos", "b", "side")
            .Output("y", "side")
            .Prepare();
        Assert.Empty(Backward.Missing(graph, "y", [wanted], GradientRules.Plain));
    }

    [Fact]
    public void AConstantBranchNeedsNoRules()
    {
        var graph = new TinyGraph().Input("x", 2, 3).Weight("w", 2, 3).Node("Sin", "w", "s").Node("Mul", "x s", "y").Output("y").Prepare();
        Assert.Empty(Backward.Missing(graph, "y", ["x"], GradientRules.Plain));
    }

    [Fact]
    public void ShapeArithmeticIsPassedBy() =>
        GradientCheck.Check(g =>
            g.Input("x", 2, 3, 4)
                .Node("Shape", "x", "s")
                .Ints("zero", [], [0])
                .Ints("front", 0)
                .Ints("rest", -1)
                .Node("Gather", "s zero", "n")
                .Node("Unsqueeze", "n front", "batch")
                .Node("Concat", "batch rest", "shape", Of("axis", 0))
                .Node("Reshape", "x shape", "y")
        );

    [Fact]
    public void NumbersComputedFromAShapeAreConstants() =>
        GradientCheck.Check(
            g =>
                g.Input("x", 2, 3, 4)
                    .Node("Shape", "x", "s")
                    .Node("Cast", "s", "sizes", Of("to", (long)g.Real))
                    .Node("ReduceProd", "sizes", "size", Of("keepdims", 0))
                    .Node("Div", "x size", "y"),
            least: Known.Ranks
        );

    [
        Theory,
        InlineData(DataType.Int64),
        InlineData(DataType.Int32),
        InlineData(DataType.Int8),
        InlineData(DataType.Uint8),
        InlineData(DataType.Bool)
    ]
    public void ACastToIntegersStopsTheGradient(DataType to) =>
        GradientCheck.Check(g =>
            g.Input("x", Tensor.Spread([2, 3], 0.1, 5, 8))
                .Node("Cast", "x", "whole", Of("to", (long)to))
                .Node("Cast", "whole", "back", Of("to", (long)g.Real))
                .Node("Mul", "x back", "y")
        );

    [Fact]
    public void AComparisonStopsTheGradient() =>
        GradientCheck.Check(g =>
            g.Input("x", 2, 3)
                .Weight("w", Tensor.Of([], 0.01))
                .Node("Greater", "x w", "above")
                .Node("Cast", "above", "mask", Of("to", (long)g.Real))
                .Node("Mul", "x mask", "y")
        );

    [Fact]
    public void AConstantOfTheShapeOfAValueIsAConstant() =>
        GradientCheck.Check(
            g =>
                g.Input("x", 2, 3)
                    .Node("Shape", "x", "s")
                    .Node("ConstantOfShape", "s", "ones", Of("value", Ones(g.Real)))
                    .Node("Mul", "x ones", "y"),
            least: Known.Ranks
        );

    [Fact]
    public void ValuesBroadcastFromAnyRankAreSummedBackEvenWhenTheirShapesAreDecidedAtRunTime() =>
        GradientCheck.Check(g =>
            g.Input("x", 2, 3, 1, 4)
                .Input("z", 3, 5, 1)
                .Input("t", 4)
                .Input("s", [])
                .Node("Mul", "x z", "a")
                .Node("Add", "a t", "b")
                .Node("Mul", "b s", "y")
        );

    [Fact]
    public void ARuleSetReplacesRulesByName()
    {
        var doubled = GradientRules.Plain.With("doubled", KeyValuePair.Create("Neg", new GradientRule((_, dy) => [dy + dy])));
        var tiny = new TinyGraph().Input("x", Tensor.Of([2], 1, 2)).Node("Neg", "x", "y").Output("y");
        var feeds = new Dictionary<string, Tensor>(tiny.Feeds) { [ExplainGraph.Cotangent] = Tensor.Of([2], 1, 3) };
        Assert.Equal([2, 6], Runtime.Run(GradientCheck.Backwards(tiny, ["x"], doubled), feeds)[ExplainGraph.GradientOf("x")].Values);
        Assert.Equal("doubled", doubled.Name);
    }

    [Fact]
    public void ValuesBetweenTwoOthersAreThoseAGradientFlowsThrough()
    {
        var graph = Chain().Node("Relu", "a", "side").Node("Shape", "a", "shape").Prepare();
        Assert.Equal(["a", "b", "y"], Paths.Between(graph, "a", "y").Order());
    }

    private static TensorProto Ones(DataType element)
    {
        var one = Tensors.Scalar(element, 1);
        one.Dims.Add(1);
        return one;
    }

    private static TinyGraph Chain() =>
        new TinyGraph().Input("x", 2, 3).Node("Sigmoid", "x", "a").Node("Tanh", "a", "b").Node("Mul", "a b", "y").Output("y");
}
