using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Tests.GradientCheck;

namespace Explain.Autodiff.Tests.ControlFlow;

/// <summary>Gradients of <c>Loop</c>, against finite differences.</summary>
public class LoopGradientTests
{
    private static TinyGraph Step(TinyGraph b) =>
        b.Node("MatMul", "h w", "m")
            .Node("Sin", "m", "next")
            .Node("Mul", "next h", "out")
            .Node("Identity", "going", "on")
            .Output("on", "next", "out");

    [Theory, InlineData(0), InlineData(1), InlineData(4)]
    public void AFixedNumberOfIterations(long count) =>
        Check(
            g =>
                g.Input("x", 2, 3)
                    .Input("w", 3, 3)
                    .Ints("count", [], [count])
                    .Loop("count - x", "last all", "h", Step)
                    .Node("Identity", "last", "y"),
            Known.Ranks
        );

    [Fact]
    public void WhatEachIterationGivesOut() =>
        Check(
            g =>
                g.Input("x", 2, 3)
                    .Input("w", 3, 3)
                    .Ints("count", [], [3])
                    .Loop("count - x", "last all", "h", Step)
                    .Ints("zero", 0)
                    .Node("ReduceSum", "all zero", "sum", Of("keepdims", 0))
                    .Node("Mul", "sum last", "y"),
            Known.Ranks
        );

    [Fact]
    public void TheImageDecidesWhenItEnds() =>
        Check(
            g =>
                g.Input("x", 2, 3)
                    .Input("w", 3)
                    .Weight("limit", Tensor.Of([], 30))
                    .Bool("begin", true)
                    .Loop("- begin x", "y turns", "h", b =>
                        b.Node("Abs", "w", "v")
                            .Weight("growth", Tensor.Of([], 1.4))
                            .Node("Add", "v growth", "factor")
                            .Node("Mul", "h factor", "next")
                            .Node("ReduceL1", "next", "size", Of("keepdims", 0))
                            .Node("Less", "size limit", "on")
                            .Node("Identity", "turn", "number")
                            .Output("on", "next", "number")
                    ),
            Known.Ranks
        );

    [Fact]
    public void AConditionMayForbidTheFirstIteration() =>
        Check(
            g =>
                g.Input("x", 2, 3)
                    .Input("w", 3, 3)
                    .Ints("count", [], [4])
                    .Bool("begin", false)
                    .Loop("count begin x", "last all", "h", Step)
                    .Node("Exp", "last", "y"),
            Known.Ranks
        );

    [Fact]
    public void StatesThatGrow() =>
        Check(
            g =>
                g.Input("x", 1, 3)
                    .Input("w", 3)
                    .Ints("count", [], [3])
                    .Loop("count - x w", "y v", "h u", b =>
                        b.Node("Mul", "h u", "m")
                            .Node("Sin", "m", "s")
                            .Node("Concat", "h s", "next", Of("axis", 0))
                            .Node("Tanh", "u", "un")
                            .Node("Identity", "going", "on")
                            .Output("on", "next", "un")
                    ),
            Known.Ranks
        );

    [Fact]
    public void ScalarStatesAndIndicesOfTheIteration() =>
        Check(
            g =>
                g.Input("x", 4, 3)
                    .Ints("count", [], [4])
                    .Weight("zero", Tensor.Of([], 0.5))
                    .Loop("count - zero", "last y", "s", b =>
                        b.Node("Gather", "x turn", "row", Of("axis", 0))
                            .Node("Mul", "row s", "o")
                            .Node("ReduceSum", "o", "t", Of("keepdims", 0))
                            .Node("Sin", "t", "next")
                            .Node("Identity", "going", "on")
                            .Output("on", "next", "o")
                    ),
            Known.Ranks
        );

    [Fact]
    public void ALoopInABranchInALoop() =>
        Check(
            g =>
                g.Input("x", 2, 3)
                    .Input("w", 3, 3)
                    .Ints("count", [], [3])
                    .Ints("two", [], [2])
                    .Ints("one", [], [1])
                    .Loop(
                        "count - x",
                        "y",
                        "s",
                        b =>
                            b.Node("Equal", "round one", "middle")
                                .If(
                                    "middle",
                                    "next",
                                    c => c.Loop("two - s", "deep all", "h", Step).Node("Mul", "deep x", "o").Output("o"),
                                    c => c.Node("MatMul", "s w", "m").Node("Sin", "m", "o").Output("o")
                                )
                                .Node("Identity", "more", "further")
                                .Output("further", "next"),
                        "round",
                        "more"
                    ),
            Known.Ranks
        );
}
