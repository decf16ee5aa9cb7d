using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Tests.GradientCheck;

namespace Explain.Autodiff.Tests.ControlFlow;

/// <summary>Gradients of <c>Scan</c>, against finite differences.</summary>
public class ScanGradientTests
{
    // h' = sin(0.3 (h w + x v)), out = h' * x v
    private static TinyGraph Cell(TinyGraph b) =>
        b.Node("MatMul", "h w", "hw")
            .Node("MatMul", "e v", "xv")
            .Node("Add", "hw xv", "sum")
            .Weight("share", Tensor.Of([], 0.3))
            .Node("Mul", "sum share", "less")
            .Node("Sin", "less", "next")
            .Node("Mul", "next xv", "out")
            .Output("next", "out");

    private static TinyGraph Inputs(TinyGraph g, params long[] shape) =>
        g.Input("start", 2, 4).Input("x", shape).Input("w", 4, 4).Input("v", 3, 4);

    [Theory, InlineData("last"), InlineData("all"), InlineData("both")]
    public void StatesItemsAndCapturedWeightsGetTheirs(string output) =>
        Check(g => Read(Inputs(g, 5, 2, 3).Scan("start x", "last all", 1, "h e", Cell), output), Known.Ranks);

    [Theory]
    [InlineData(0, 1, 0, 0)]
    [InlineData(0, 0, 0, 1)]
    [InlineData(1, 0, 1, 0)]
    [InlineData(2, 1, 2, 1)]
    [InlineData(-1, 1, -1, 0)]
    [InlineData(-2, 0, 1, 1)]
    public void AxesAndDirectionsAreTurnedRound(long axis, long direction, long outputAxis, long outputDirection)
    {
        long[] shape = (axis < 0 ? axis + 3 : axis) switch
        {
            0 => [5, 2, 3],
            1 => [2, 5, 3],
            _ => [2, 3, 5],
        };
        Check(
            g =>
                Read(
                    Inputs(g, shape)
                        .Scan(
                            "start x",
                            "last all",
                            1,
                            "h e",
                            Cell,
                            Of("scan_input_axes", [axis]),
                            Of("scan_input_directions", [direction]),
                            Of("scan_output_axes", [outputAxis]),
                            Of("scan_output_directions", [outputDirection])
                        ),
                    "both"
                ),
            Known.Ranks
        );
    }

    [Fact]
    public void SeveralStatesAndItemsOfWhichSomeAreUnused() =>
        Check(
            g =>
                Inputs(g, 4, 2, 3)
                    .Input("z", 2, 4, 4)
                    .Ints("count", [], [0])
                    .Scan(
                        "start count start x z",
                        "h2 c2 k2 outs unused more",
                        2,
                        "h #c k e f",
                        b =>
                            b.Ints("one", [], [1])
                                .Node("Add", "c one", "cn")
                                .Node("Mul", "k f", "kn")
                                .Node("MatMul", "h w", "m")
                                .Node("Add", "m kn", "s")
                                .Node("Sigmoid", "s", "hn")
                                .Node("Identity", "hn", "o")
                                .Node("Neg", "e", "p")
                                .Node("MatMul", "e v", "q")
                                .Output("hn", "cn", "kn", "o", "p", "q"),
                        Of("scan_input_axes", [0, 1]),
                        Of("scan_input_directions", [0, 1])
                    )
                    .Ints("zero", 0)
                    .Node("ReduceSum", "outs zero", "os", Of("keepdims", 0))
                    .Node("ReduceSum", "more zero", "ms", Of("keepdims", 0))
                    .Node("Mul", "os ms", "om")
                    .Node("Mul", "om k2", "y"),
            Known.Ranks
        );

    [Fact]
    public void OneStateThatOnlyCounts() =>
        Check(
            g =>
                g.Input("x", 3, 2, 2)
                    .Weight("zero", 1)
                    .Scan("zero x", "last y", 1, "c e", b =>
                        b.Weight("one", Tensor.Of([1], 1)).Node("Add", "c one", "n").Node("Mul", "e c", "o").Output("n", "o")
                    ),
            Known.Ranks
        );

    [Fact]
    public void AScanInAScanReadsWhatIsOutsideOfBoth() =>
        Check(
            g =>
                Inputs(g, 3, 2, 2, 3)
                    .Scan("start x", "last all", 1, "s row", b =>
                        b.Node("Sin", "s", "begin")
                            .Scan("begin row", "inner outs", 1, "h e", Cell)
                            .Node("Add", "inner s", "next")
                            .Node("Identity", "outs", "kept")
                            .Output("next", "kept")
                    )
                    .Ints("axes", 0, 1)
                    .Node("ReduceSum", "all axes", "sum", Of("keepdims", 0))
                    .Node("Mul", "sum last", "y"),
            Known.Ranks
        );

    [Fact]
    public void ABranchInAScan() =>
        Check(
            g =>
                Read(
                    Inputs(g, 5, 2, 3)
                        .Weight("half", Tensor.Of([], 0.0))
                        .Scan("start x", "last all", 1, "h e", b =>
                            b.Node("ReduceSum", "e", "t", Of("keepdims", 0))
                                .Node("Greater", "t half", "bright")
                                .Node("MatMul", "e v", "xv")
                                .If(
                                    "bright",
                                    "next",
                                    c => c.Node("Mul", "xv h", "m").Output("m"),
                                    c => c.Node("MatMul", "h w", "m").Output("m")
                                )
                                .Node("Tanh", "next", "out")
                                .Output("next", "out")
                        ),
                    "both"
                ),
            Known.Ranks
        );

    private static TinyGraph Read(TinyGraph g, string output) =>
        output == "both"
            ? g.Node("ReduceSum", "all", "sum", Of("keepdims", 0))
                .Node("Mul", "sum last", "p")
                .Node("Sin", "all", "s")
                .Node("ReduceSum", "s", "t", Of("keepdims", 0))
                .Node("Add", "p t", "y")
            : g.Node("Identity", output, "y");
}
