using Explain.Autodiff.Backpropagation;
using static Explain.Autodiff.Graphs.Attributes;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Tests.ControlFlow;

/// <summary>Operators on quantised numbers inside branches and loops have the values and the gradient that they have outside.</summary>
public class QuantizedBodiesTests
{
    private const double Tolerance = 1e-6;

    [Fact]
    public void ABranchThatQuantisesWhatItCaptures() =>
        Same(
            Bright().If("bright", "y", b => Dynamic(b, "x", "o").Output("o"), b => b.Node("Abs", "x", "o").Output("o")),
            Dynamic(Bright(), "x", "y")
        );

    [Fact]
    public void ABranchThatCapturesWhatIsQuantised() =>
        Same(
            Quantised(Bright(), "x", "q").If("bright", "y", b => Linear(b, "q", "o").Output("o"), b => b.Node("Abs", "x", "o").Output("o")),
            Linear(Quantised(Bright(), "x", "q"), "q", "y")
        );

    [Fact]
    public void ALoopThatQuantisesItsState() =>
        Same(
            Bright()
                .Ints("times", [], [2])
                .Loop("times - x", "y", "state", b =>
                    Linear(Quantised(b, "state", "q"), "q", "next").Node("Identity", "going", "more").Output("more", "next")
                ),
            Linear(Quantised(Linear(Quantised(Bright(), "x", "q"), "q", "once"), "once", "r"), "r", "y")
        );

    [Fact]
    public void AScanThatQuantisesEachStep() =>
        Same(Bright().Scan("x", "y", 1, "row", b => Dynamic(b, "row", "o").Output("o")), Rows(Bright()));

    private static TinyGraph Bright() => new TinyGraph().Input("x", Tensor.Spread([3, 4], -1, 1, 3)).Bool("bright", true);

    private static TinyGraph Rows(TinyGraph g)
    {
        g.Ints("first", 0);
        for (var i = 0; i < 3; i++)
        {
            g.Ints($"at.{i}", [], [i]).Node("Gather", $"x at.{i}", $"row.{i}", Of("axis", 0L));
            Dynamic(g, $"row.{i}", $"o.{i}").Node("Unsqueeze", $"o.{i} first", $"u.{i}");
        }
        return g.Node("Concat", "u.0 u.1 u.2", "y", Of("axis", 0L));
    }

    private static TinyGraph Dynamic(TinyGraph g, string x, string y) =>
        g.Weight($"{y}.w", Whole(), DataType.Uint8)
            .Weight($"{y}.z", Tensor.Of([], 128), DataType.Uint8)
            .Weight($"{y}.s", Tensor.Of([], 0.01))
            .Node("DynamicQuantizeLinear", x, $"{y}.q {y}.step {y}.zero")
            .Node("MatMulInteger", $"{y}.q {y}.w {y}.zero {y}.z", $"{y}.sum")
            .Node("Cast", $"{y}.sum", $"{y}.real", Of("to", 1L))
            .Node("Mul", $"{y}.step {y}.s", $"{y}.both")
            .Node("Mul", $"{y}.real {y}.both", y);

    private static TinyGraph Quantised(TinyGraph g, string x, string q) =>
        g.Weight($"{q}.s", Tensor.Of([], 0.02))
            .Weight($"{q}.z", Tensor.Of([], 120), DataType.Uint8)
            .Node("QuantizeLinear", $"{x} {q}.s {q}.z", q);

    private static TinyGraph Linear(TinyGraph g, string q, string y) =>
        g.Weight($"{y}.w", Whole(), DataType.Uint8)
            .Weight($"{y}.xs", Tensor.Of([], 0.02))
            .Weight($"{y}.xz", Tensor.Of([], 120), DataType.Uint8)
            .Weight($"{y}.ws", Tensor.Of([], 0.01))
            .Weight($"{y}.wz", Tensor.Of([], 128), DataType.Uint8)
            .Node("QLinearMatMul", $"{q} {y}.xs {y}.xz {y}.w {y}.ws {y}.wz {y}.xs {y}.xz", $"{y}.q")
            .Node("DequantizeLinear", $"{y}.q {y}.xs {y}.xz", y);

    private static Tensor Whole() => new([4, 4], [.. Tensor.Spread([4, 4], 60, 190, 5).Values.Select(v => Math.Round(v))]);

    private static void Same(TinyGraph inside, TinyGraph outside)
    {
        inside.Output("y");
        outside.Output("y");
        var y = Runtime.Run(outside.Build(), outside.Feeds)["y"];
        Assert.InRange(Runtime.Run(inside.Build(), inside.Feeds)["y"].DistanceTo(y), 0, Tolerance);
        var feeds = new Dictionary<string, Tensor>(inside.Feeds) { [ExplainGraph.Cotangent] = Tensor.Normal(y.Shape, 7) };
        var (a, b) = (GradientCheck.Backwards(inside, ["x"]), GradientCheck.Backwards(outside, ["x"]));
        var gradient = Runtime.Run(b, feeds)[ExplainGraph.GradientOf("x")];
        Assert.Contains(gradient.Values, v => v != 0);
        Assert.InRange(Runtime.Run(a, feeds)[ExplainGraph.GradientOf("x")].DistanceTo(gradient), 0, Tolerance);
    }
}
