using Explain.Autodiff.Backpropagation;
using Explain.Autodiff.Backpropagation.ControlFlow;
using Explain.Autodiff.Rules;
using static Explain.Autodiff.Tests.GradientCheck;

namespace Explain.Autodiff.Tests.ControlFlow;

/// <summary>Gradients of <c>If</c>, against finite differences.</summary>
public class BranchGradientTests
{
    [Theory, InlineData(-100.0), InlineData(100.0)]
    public void WhatTheTakenBranchCapturesGetsItsGradient(double threshold) =>
        Check(g =>
            Bright(g, threshold)
                .If(
                    "bright",
                    "y",
                    b => b.Weight("w", 3).Node("Mul", "x w", "t").Node("Tanh", "t", "o").Output("o"),
                    b => b.Node("Exp", "a", "o").Output("o")
                )
        );

    [Theory, InlineData(-100.0), InlineData(100.0)]
    public void SeveralOutputsAddUp(double threshold) =>
        Check(g =>
            Bright(g, threshold)
                .If(
                    "bright",
                    "p q",
                    b => b.Node("Mul", "x a", "s").Node("Tanh", "s", "t").Node("Identity", "x", "u").Output("t", "u"),
                    // One value given out twice.
                    b => b.Node("Sigmoid", "x", "s").Node("Identity", "s", "t").Output("s", "t")
                )
                .Node("Mul", "p q", "m")
                .Node("Add", "m p", "y")
        );

    [Theory, InlineData(-100.0, -50.0), InlineData(-100.0, 50.0), InlineData(100.0, 50.0)]
    public void BranchesInBranchesReadWhatIsOutsideOfBoth(double outer, double inner) =>
        Check(g =>
            Bright(g, outer)
                .Weight("inner", Tensor.Of([], inner))
                .If(
                    "bright",
                    "y",
                    b =>
                        b.Node("Sin", "x", "h")
                            .Node("Greater", "total inner", "brighter")
                            .If(
                                "brighter",
                                "o",
                                c => c.Node("Mul", "h a", "t").Node("Mul", "t x", "p").Output("p"),
                                c => c.Node("Exp", "a", "p").Output("p")
                            )
                            .Output("o"),
                    b => b.Node("Identity", "x", "o").Output("o")
                )
        );

    [Fact]
    public void EveryOperatorThatTheTableSaysHasBodiesHasARule() =>
        Assert.All(GradientRules.WithBodies, op => Assert.NotNull(FlowRules.Find(new Onnx.NodeProto { OpType = op })));

    [Fact]
    public void WhatNoBranchDependsOnHasNoGradient()
    {
        var graph = Bright(new TinyGraph(), 0)
            .If("bright", "b", b => b.Node("Neg", "a", "o").Output("o"), b => b.Node("Abs", "a", "o").Output("o"))
            .Node("Identity", "b", "y")
            .Output("y")
            .Prepare();
        var gradients = Backward.Gradients(graph, graph["y"], graph["y"], ["x", "a"], GradientRules.Plain);
        Assert.Equal(["a"], gradients.Keys);
    }

    [Fact]
    public void AnOperatorWithoutARuleIsFoundInsideABranch()
    {
        var graph = Bright(new TinyGraph(), 0)
            .If("bright", "y", b => b.Node("own.Odd", "a", "o").Output("o"), b => b.Node("Abs", "a", "o").Output("o"))
            .Output("y")
            .Build();
        Assert.Equal([new MissingRule("own.Odd", "own.odd/o")], Backward.Missing(graph, "y", ["a"], GradientRules.Plain));
        Assert.Empty(Backward.Missing(graph, "y", ["x"], GradientRules.Plain));
    }

    [Fact]
    public void AutomaticPadsInsideABranchAreMadeExplicit() =>
        Check(
            g =>
                g.Input("x", 1, 2, 5, 7)
                    .Weight("w", 3, 2, 3, 3)
                    .Weight("threshold", Tensor.Of([], -100))
                    .Node("ReduceSum", "x", "total", Graphs.Attributes.Of("keepdims", 0))
                    .Node("Greater", "total threshold", "bright")
                    .If(
                        "bright",
                        "y",
                        b =>
                            b.Node(
                                    "Conv",
                                    "x w",
                                    "o",
                                    Graphs.Attributes.Of("auto_pad", "SAME_UPPER"),
                                    Graphs.Attributes.Of("strides", [2, 2]),
                                    Graphs.Attributes.Of("kernel_shape", [3, 3])
                                )
                                .Output("o"),
                        b =>
                            b.Node("Conv", "x w", "o", Graphs.Attributes.Of("strides", [2, 2]), Graphs.Attributes.Of("pads", [1, 1, 1, 1]))
                                .Output("o")
                    ),
            Known.Everything,
            floatStep: 0.1
        );

    [Fact]
    public void GuidedRulesHoldInsideABranch()
    {
        TinyGraph Model(bool inside) =>
            inside
                ? Bright(new TinyGraph(), -100)
                    .If(
                        "bright",
                        "y",
                        b => b.Node("Relu", "x", "r").Node("Mul", "r a", "o").Output("o"),
                        b => b.Node("Abs", "x", "o").Output("o")
                    )
                    .Output("y")
                : Bright(new TinyGraph(), -100).Node("Relu", "x", "r").Node("Mul", "r a", "y").Output("y");
        Tensor Gradient(bool inside)
        {
            var tiny = Model(inside);
            var feeds = new Dictionary<string, Tensor>(tiny.Feeds) { [ExplainGraph.Cotangent] = Tensor.Normal([2, 3], 3) };
            return Runtime.Run(Backwards(tiny, ["x"], RuleSets.Guided), feeds)[ExplainGraph.GradientOf("x")];
        }
        Assert.Equal(Gradient(false).Values, Gradient(true).Values);
    }

    [Fact]
    public void WhatDrawsAtRandomInsideIsRefused()
    {
        var graph = Bright(new TinyGraph(), 0)
            .If(
                "bright",
                "y",
                b => b.Node("RandomNormalLike", "x", "n").Node("Add", "n x", "o").Output("o"),
                b => b.Node("Abs", "x", "o").Output("o")
            )
            .Output("y")
            .Prepare();
        Assert.Contains(
            "draws at random",
            Assert
                .Throws<NotSupportedException>(() => Backward.Gradients(graph, graph["y"], graph["y"], ["x"], GradientRules.Plain))
                .Message
        );
    }

    private static TinyGraph Bright(TinyGraph g, double threshold) =>
        g.Input("x", 2, 3)
            .Input("a", 2, 3)
            .Weight("threshold", Tensor.Of([], threshold))
            .Node("ReduceSum", "x", "total", Graphs.Attributes.Of("keepdims", 0))
            .Node("Greater", "total threshold", "bright");
}
