using Explain.Autodiff.Backpropagation;
using Explain.Autodiff.Rewriting;
using static Explain.Autodiff.Graphs.Attributes;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Tests;

/// <summary>Straight-through gradients in closed form: what PyTorch's fake quantisation hands back.</summary>
public class QuantizationRulesTests
{
    // csharpier-ignore
    private static readonly Dictionary<DataType, (int Low, int High, double Zero)> Integers = new()
    {
        [DataType.Int8] = (-128, 127, -7),
        [DataType.Uint8] = (0, 255, 130),
        [DataType.Int16] = (-32768, 32767, 12),
        [DataType.Uint16] = (0, 65535, 32760),
    };

    public static TheoryData<DataType, bool> Forms => [.. Integers.Keys.Select(e => (e, false)), .. Integers.Keys.Select(e => (e, true))];

    [Theory, MemberData(nameof(Forms))]
    public void QuantizeLinearPassesInsideTheRangeOnly(DataType element, bool optimised)
    {
        // A third of the values lies outside on either side.
        var scale = 4.0 / (Integers[element].High - Integers[element].Low);
        Check(Tensor.Spread([2, 3, 4, 5], -6, 6, 3), element, [scale], [Integers[element].Zero], optimised: optimised);
    }

    [Theory, MemberData(nameof(Forms))]
    public void QuantizeLinearHasARangeForEachPlaceOfAnAxis(DataType element, bool optimised)
    {
        var (low, high, zero) = Integers[element];
        double[] scales = [1.0 / (high - low), 3.0 / (high - low), 6.0 / (high - low)],
            zeros = [zero, low, high];
        Check(Tensor.Spread([2, 3, 4, 5], -4, 4, 3), element, scales, zeros, axis: 1, optimised);
        Check(Tensor.Spread([2, 4, 3], -4, 4, 3), element, scales, zeros, axis: -1, optimised);
    }

    [Theory, InlineData(DataType.Int8), InlineData(DataType.Uint8)]
    public void QuantizeLinearPassesAtBothEndsOfTheRange(DataType element)
    {
        var (low, high, zero) = Integers[element];
        var x = Tensor.Of(
            [6],
            (low - zero) * 0.5,
            (high - zero) * 0.5,
            (low - zero - 0.4) * 0.5,
            (high - zero + 0.4) * 0.5,
            (low - zero - 0.6) * 0.5,
            (high - zero + 0.6) * 0.5
        );
        Assert.Equal(
            [1, 1, 1, 1, 0, 0],
            Gradient(
                g =>
                    g.Input("x", x)
                        .Weight("s", Tensor.Of([], 0.5))
                        .Weight("z", Tensor.Of([], zero), element)
                        .Node("QuantizeLinear", "x s z", "q")
                        .Node("DequantizeLinear", "q s z", "y"),
                [1, 1, 1, 1, 1, 1]
            )
        );
    }

    [Fact]
    public void QuantizeLinearWithoutAZeroPointIsUnsigned() =>
        Assert.Equal(
            [0, 2, 3, 0],
            Gradient(
                g =>
                    g.Input("x", Tensor.Of([4], -1, 0, 25, 26))
                        .Weight("s", Tensor.Of([], 0.1))
                        .Node("QuantizeLinear", "x s", "q")
                        .Node("DequantizeLinear", "q s", "y"),
                [1, 2, 3, 4]
            )
        );

    [Fact]
    public void DequantizeLinearPassesTheCotangentByItsOwnScale() =>
        Assert.Equal(
            [2, 4, 6],
            Gradient(
                g =>
                    g.Input("x", Tensor.Of([3], -1, 0, 1))
                        .Weight("s", Tensor.Of([], 0.25))
                        .Weight("t", Tensor.Of([], 0.5))
                        .Weight("z", Tensor.Of([], 0), DataType.Int8)
                        .Node("QuantizeLinear", "x s z", "q")
                        .Node("DequantizeLinear", "q t z", "y"),
                [1, 2, 3]
            )
        );

    [Fact]
    public void DequantizeLinearInBlocksHasAScaleForEach()
    {
        Assert.Equal([4, 4, 8, 8, 2, 2, 2, 2], Gradient(g => Blocked(g), [1, 1, 1, 1, 1, 1, 1, 1], 21));

        static TinyGraph Blocked(TinyGraph g) =>
            g.Input("x", Tensor.Of([2, 4], 0.5, 0, 0.25, -0.25, 0, 0.25, -0.5, 0.5))
                .Weight("s", Tensor.Of([], 0.25))
                .Weight("t", Tensor.Of([2, 2], 1, 2, 0.5, 0.5))
                .Weight("z", Tensor.Of([2, 2], 0, 0, 0, 0), DataType.Int8)
                .Weight("o", Tensor.Of([], 0), DataType.Int8)
                .Node("QuantizeLinear", "x s o", "q")
                .Node("DequantizeLinear", "q t z", "y", Of("axis", 1), Of("block_size", 2));
    }

    [Fact]
    public void QuantizeLinearOfTheRuntimesOwnDomainIsTheSame() =>
        Assert.Equal(
            [0, 2, 3, 0],
            Gradient(
                    g =>
                        g.Input("x", Tensor.Of([4], -1, 0, 65, 66))
                            .Weight("s", Tensor.Of([], 0.001))
                            .Weight("z", Tensor.Of([], 0), DataType.Uint16)
                            .Node("com.microsoft.QuantizeLinear", "x s z", "q")
                            .Node("com.microsoft.DequantizeLinear", "q s z", "y"),
                    [1, 2, 3, 4]
                )
                .Select(v => Math.Round(v, 5))
        );

    [Theory, InlineData(false), InlineData(true)]
    public void DynamicQuantizeLinearPassesEverything(bool optimised)
    {
        double[] cotangent = [1, 2, 3, 4, 5];
        var gradient = Gradient(
            g =>
                g.Input("x", Tensor.Of([5], -1, -0.3, 0, 2, 4))
                    .Node("DynamicQuantizeLinear", "x", "q s z")
                    .Node("DequantizeLinear", "q s z", "y"),
            cotangent,
            optimised: optimised
        );
        Assert.All(gradient.Zip(cotangent), g => Assert.Equal(g.Second, g.First, 1e-6));
    }

    [Fact]
    public void CastOfAQuantizedValueKeepsTheCotangentAFloat() =>
        Assert.Equal(
            [2, 4, 6],
            Gradient(
                g =>
                    g.Input("x", Tensor.Of([3], -1, 0, 1))
                        .Weight("s", Tensor.Of([], 0.5))
                        .Weight("z", Tensor.Of([], 0), DataType.Int8)
                        .Node("QuantizeLinear", "x s z", "q")
                        .Node("Cast", "q", "y", Of("to", 1)),
                [1, 2, 3]
            )
        );

    [Fact]
    public void IntegersAreMovedAboutAsTheirRealNumbersAre()
    {
        static TinyGraph Moved(TinyGraph g, string op, string x, string y) =>
            op switch
            {
                "Reshape" => g.Ints("shape", 2, 3, 4, 2).Node(op, $"{x} shape", y),
                "Transpose" => g.Node(op, x, y, Of("perm", [0, 2, 3, 1])),
                "Concat" => g.Node(op, $"{x} {x}", y, Of("axis", 1)),
                "MaxPool" => g.Node(op, x, y, Of("kernel_shape", [2, 2]), Of("strides", [1, 2])),
                _ => g.Node(op, x, y),
            };
        foreach (var op in new[] { "Reshape", "Transpose", "Concat", "MaxPool", "Flatten" })
        {
            var x = Grid([2, 4, 3, 2]);
            var real = Moved(new TinyGraph().Input("x", x), op, "x", "y").Output("y");
            var cotangent = Tensor.Normal(Runtime.Run(real.Build(), real.Feeds)["y"].Shape, 4).Values;
            var quantised = Gradient(
                g =>
                    Moved(
                            g.Input("x", x)
                                .Weight("s", Tensor.Of([], 0.25))
                                .Weight("z", Tensor.Of([], 5), DataType.Uint8)
                                .Node("QuantizeLinear", "x s z", "q"),
                            op,
                            "q",
                            "r"
                        )
                        .Node("DequantizeLinear", "r s z", "y"),
                cotangent
            );
            Assert.InRange(
                Tensor
                    .Of(x.Shape, quantised)
                    .DistanceTo(Tensor.Of(x.Shape, Gradient(g => Moved(g.Input("x", x), op, "x", "y"), cotangent))),
                0,
                1e-6
            );
        }

        // All different, so that a maximum has one place.
        static Tensor Grid(long[] shape) => new(shape, [.. Tensor.Spread(shape, 0, 48, 6).Values.Select(v => Math.Floor(v) * 0.25)]);
    }

    private static void Check(Tensor x, DataType element, double[] scales, double[] zeros, int axis = 0, bool optimised = false)
    {
        long[] shape = scales.Length == 1 ? [] : [scales.Length];
        var y = Tensor.Normal(x.Shape, 8);
        var gradient = Gradient(
            g =>
                g.Input("x", x)
                    .Weight("s", Tensor.Of(shape, scales))
                    .Weight("z", Tensor.Of(shape, zeros), element)
                    .Node("QuantizeLinear", "x s z", "q", Of("axis", axis))
                    .Node("DequantizeLinear", "q s z", "y", Of("axis", axis)),
            y.Values,
            21,
            optimised
        );
        var (low, high, _) = Integers[element];
        var inner = x.Shape.Skip(axis < 0 ? axis + x.Shape.Length + 1 : axis + 1).Aggregate(1L, (a, b) => a * b);
        var cut = 0;
        for (var i = 0; i < gradient.Length; i++)
        {
            var place = scales.Length == 1 ? 0 : i / inner % scales.Length;
            var integer = Math.Round((float)x.Values[i] / (float)scales[place], MidpointRounding.ToEven) + zeros[place];
            var inside = integer >= low && integer <= high;
            cut += inside ? 0 : 1;
            Assert.Equal(inside ? y.Values[i] : 0, gradient[i], 1e-6);
        }
        Assert.InRange(cut, gradient.Length / 10, gradient.Length * 9 / 10);
    }

    private static double[] Gradient(
        Func<TinyGraph, TinyGraph> describe,
        double[] cotangent,
        long opset = Upgrade.Floor,
        bool optimised = false
    )
    {
        var tiny = describe(new TinyGraph(opset: opset)).Output("y");
        var shape = Runtime.Run(tiny.Build(), tiny.Feeds)["y"].Shape;
        var feeds = new Dictionary<string, Tensor>(tiny.Feeds) { [ExplainGraph.Cotangent] = Tensor.Of(shape, cotangent) };
        return Runtime.Run(GradientCheck.Backwards(tiny, ["x"]), feeds, optimised)[ExplainGraph.GradientOf("x")].Values;
    }
}
