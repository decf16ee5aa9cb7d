using Explain.Autodiff.Backpropagation;
using Explain.Autodiff.Onnx;
using Explain.Autodiff.Rules;
using static Explain.Autodiff.Graphs.Attributes;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Tests;

/// <summary>
/// Operators on quantised numbers, taken apart: what they compute stays within one step of quantisation, and their gradient is that of the
/// same operator on real numbers, which is checked against finite differences elsewhere.
/// </summary>
public class QuantizedOperatorsTests
{
    private const double Step = 0.05;

    public static TheoryData<DataType> Elements => [DataType.Int8, DataType.Uint8];

    private static readonly AttributeProto[] Window = [Of("kernel_shape", [3, 3]), Of("pads", [1, 1, 1, 1]), Of("strides", [2, 1])];

    [Theory, MemberData(nameof(Elements))]
    public void QLinearConv(DataType element) =>
        Check(
            element,
            [2, 3, 5, 6],
            [new("w", [4, 3, 3, 3], 0), new("b", [4], Bias: "w")],
            "QLinearConv",
            "x.q x.s x.z w.q w.s w.z y.s y.z b.q",
            "Conv",
            "x w b",
            Window
        );

    [Theory, MemberData(nameof(Elements))]
    public void QLinearConvWithoutABias(DataType element) =>
        Check(
            element,
            [1, 4, 5, 6],
            [new("w", [4, 1, 3, 3])],
            "QLinearConv",
            "x.q x.s x.z w.q w.s w.z y.s y.z",
            "Conv",
            "x w",
            [Of("kernel_shape", [3, 3]), Of("group", 4)]
        );

    [Theory, MemberData(nameof(Elements))]
    public void QLinearMatMul(DataType element) =>
        Check(element, [2, 3, 5], [new("w", [5, 4])], "QLinearMatMul", "x.q x.s x.z w.q w.s w.z y.s y.z", "MatMul", "x w");

    [Theory, MemberData(nameof(Elements))]
    public void QLinearMatMulWithAScaleAColumn(DataType element) =>
        Check(element, [3, 5], [new("w", [5, 4], 1)], "QLinearMatMul", "x.q x.s x.z w.q w.s w.z y.s y.z", "MatMul", "x w");

    [Theory, MemberData(nameof(Elements))]
    public void QGemm(DataType element) =>
        Check(
            element,
            [3, 5],
            [new("w", [4, 5], 0), new("b", [4], Bias: "w", Factor: 0.5)],
            "com.microsoft.QGemm",
            "x.q x.s x.z w.q w.s w.z b.q y.s y.z",
            "Gemm",
            "x w b",
            [Of("alpha", 0.5f), Of("transB", 1)]
        );

    [Theory, MemberData(nameof(Elements))]
    public void QGemmThatReturnsRealNumbers(DataType element) =>
        Check(element, [3, 5], [new("w", [5, 4])], "com.microsoft.QGemm", "x.q x.s x.z w.q w.s w.z", "Gemm", "x w", returnsReal: true);

    [Theory, MemberData(nameof(Elements))]
    public void QLinearAdd(DataType element) =>
        Check(
            element,
            [2, 3, 4, 5],
            [new("w", [3, 1, 1], Activation: true)],
            "com.microsoft.QLinearAdd",
            "x.q x.s x.z w.q w.s w.z y.s y.z",
            "Add",
            "x w"
        );

    [Theory, MemberData(nameof(Elements))]
    public void QLinearMul(DataType element) =>
        Check(
            element,
            [2, 3, 4, 5],
            [new("w", [3, 1, 1], Activation: true)],
            "com.microsoft.QLinearMul",
            "x.q x.s x.z w.q w.s w.z y.s y.z",
            "Mul",
            "x w"
        );

    [Theory, MemberData(nameof(Elements))]
    public void QLinearConcat(DataType element) =>
        Check(
            element,
            [2, 3, 4],
            [new("w", [2, 2, 4], Activation: true)],
            "com.microsoft.QLinearConcat",
            "y.s y.z x.q x.s x.z w.q w.s w.z",
            "Concat",
            "x w",
            [Of("axis", 1)]
        );

    [Theory, MemberData(nameof(Elements))]
    public void QLinearGlobalAveragePool(DataType element) =>
        Check(element, [2, 3, 4, 5], [], "com.microsoft.QLinearGlobalAveragePool", "x.q x.s x.z y.s y.z", "GlobalAveragePool", "x");

    [Theory, MemberData(nameof(Elements))]
    public void QLinearAveragePool(DataType element) =>
        Check(element, [2, 3, 4, 5], [], "com.microsoft.QLinearAveragePool", "x.q x.s x.z y.s y.z", "AveragePool", "x", Window);

    [Theory, MemberData(nameof(Elements))]
    public void QLinearSigmoid(DataType element) =>
        Check(element, [2, 3, 4], [], "com.microsoft.QLinearSigmoid", "x.q x.s x.z y.s y.z", "Sigmoid", "x");

    [Theory, MemberData(nameof(Elements))]
    public void QLinearLeakyRelu(DataType element) =>
        Check(element, [2, 3, 4], [], "com.microsoft.QLinearLeakyRelu", "x.q x.s x.z y.s y.z", "LeakyRelu", "x", [Of("alpha", 0.2f)]);

    [Fact]
    public void QLinearSoftmaxOverSeveralAxes() =>
        SameGradient(
            Quantised(
                DataType.Uint8,
                [2, 3, 4],
                [],
                "com.microsoft.QLinearSoftmax",
                "x.q x.s x.z y.s y.z",
                [Of("axis", 1L), Of("opset", 12L)],
                1.0 / 256
            ),
            new TinyGraph()
                .Input("x", Real([2, 3, 4], DataType.Uint8, 1))
                .Node("Flatten", "x", "f")
                .Node("Softmax", "f", "m")
                .Ints("whole", 2, 3, 4)
                .Node("Reshape", "m whole", "y")
                .Output("y"),
            1.0 / 256,
            rounded: true
        );

    [Theory, InlineData(13, 1L), InlineData(12, 2L)]
    public void QLinearSoftmax(long opset, long axis) =>
        Check(
            DataType.Uint8,
            [2, 3, 4],
            [],
            "com.microsoft.QLinearSoftmax",
            "x.q x.s x.z y.s y.z",
            "Softmax",
            "x",
            [Of("axis", axis)],
            extra: [Of("opset", opset)]
        );

    [Theory, MemberData(nameof(Elements))]
    public void OperatorsWithTheirChannelsLast(DataType element)
    {
        ChannelsLast(element, "QLinearGlobalAveragePool", "x.q x.s x.z y.s y.z", "GlobalAveragePool", "t", []);
        ChannelsLast(element, "QLinearAveragePool", "x.q x.s x.z y.s y.z", "AveragePool", "t", Window);
        ChannelsLast(
            element,
            "QLinearConv",
            "x.q x.s x.z w.q w.s w.z y.s y.z b.q",
            "Conv",
            "t w b",
            Window,
            new Operand("w", [4, 3, 3, 3], 0),
            new Operand("b", [4], Bias: "w")
        );
    }

    [Theory, MemberData(nameof(Elements))]
    public void MaximaWithTheirChannelsLast(DataType element)
    {
        var quantised = new TinyGraph()
            .Input("x", Real([2, 5, 6, 3], element, 1))
            .Weight("s", Tensor.Of([], Step))
            .Weight("z", Tensor.Of([], element == DataType.Uint8 ? 120 : 5), element)
            .Node("QuantizeLinear", "x s z", "q")
            .Node("com.microsoft.NhwcMaxPool", "q", "m", Window)
            .Node("DequantizeLinear", "m s z", "y")
            .Output("y");
        SameGradient(quantised, Around(new TinyGraph().Input("x", Real([2, 5, 6, 3], element, 1)), "MaxPool", "t", Window), 0);
    }

    public static TheoryData<string> Sums => ["MatMulInteger", "ConvInteger"];

    [Theory, MemberData(nameof(Sums))]
    public void SumsOfIntegersAreExactAndDifferentiable(string op)
    {
        var (x, w) = op == "ConvInteger" ? (Grid([2, 3, 5, 6], 1), new[] { 4L, 3, 3, 3 }) : (Grid([3, 6], 1), new[] { 6L, 4 });
        var integers = Whole(w, DataType.Int8, 2);
        TinyGraph Net(TinyGraph g) =>
            g.Input("x", x)
                .Node("DynamicQuantizeLinear", "x", "q s z")
                .Weight("w", integers, DataType.Int8)
                .Weight("o", Tensor.Of([], 3), DataType.Int8)
                .Weight("t", Tensor.Of([], 0.02))
                .Node(op, "q w z o", "i", op == "ConvInteger" ? [Of("kernel_shape", [3, 3])] : [])
                .Node("Cast", "i", "f", Of("to", 1))
                .Node("Mul", "s t", "u")
                .Node("Mul", "f u", "y")
                .Output("y");
        var weights = new Tensor(w, [.. integers.Values.Select(v => (v - 3) * 0.02)]);
        TinyGraph Real(TinyGraph g) =>
            g.Input("x", x)
                .Weight("w", weights)
                .Node(op[..^"Integer".Length], "x w", "y", op == "ConvInteger" ? [Of("kernel_shape", [3, 3])] : [])
                .Output("y");
        SameGradient(Net(new TinyGraph()), Real(new TinyGraph()), 0);
    }

    [Fact]
    public void DynamicQuantizeMatMul() =>
        SameGradient(
            new TinyGraph()
                .Input("x", Grid([3, 6], 1))
                .Weight("w", Whole([6, 4], DataType.Int8, 2), DataType.Int8)
                .Weight("t", Tensor.Of([], 0.02))
                .Weight("o", Tensor.Of([], 3), DataType.Int8)
                .Weight("b", Tensor.Of([4], 1, 2, 3, 4))
                .Node("com.microsoft.DynamicQuantizeMatMul", "x w t o b", "y")
                .Output("y"),
            new TinyGraph()
                .Input("x", Grid([3, 6], 1))
                .Weight("w", new Tensor([6, 4], [.. Whole([6, 4], DataType.Int8, 2).Values.Select(v => (v - 3) * 0.02)]))
                .Weight("b", Tensor.Of([4], 1, 2, 3, 4))
                .Node("Gemm", "x w b", "y")
                .Output("y"),
            0
        );

    [Fact]
    public void MatMulIntegerToFloat() =>
        SameGradient(
            new TinyGraph()
                .Input("x", Grid([3, 6], 1))
                .Node("DynamicQuantizeLinear", "x", "q s z")
                .Weight("w", Whole([6, 4], DataType.Int8, 2), DataType.Int8)
                .Weight("t", Tensor.Of([4], 0.02, 0.03, 0.04, 0.05))
                .Node("com.microsoft.MatMulIntegerToFloat", "q w s t z", "y")
                .Output("y"),
            new TinyGraph()
                .Input("x", Grid([3, 6], 1))
                .Weight("w", new Tensor([6, 4], [.. Whole([6, 4], DataType.Int8, 2).Values.Select((v, i) => v * (0.02 + 0.01 * (i % 4)))]))
                .Node("MatMul", "x w", "y")
                .Output("y"),
            0
        );

    [Fact]
    public void EqualQuantisationsOfOneValueAreOne()
    {
        var graph = new TinyGraph()
            .Input("x", Grid([2, 3], 1))
            .Weight("s", Tensor.Of([], Step))
            .Weight("t", Tensor.Of([], Step))
            .Weight("z", Tensor.Of([], 0), DataType.Int8)
            .Node("QuantizeLinear", "x s z", "q")
            .Node("QuantizeLinear", "x t z", "r")
            .Node("DequantizeLinear", "q s z", "a")
            .Node("DequantizeLinear", "r t z", "b")
            .Node("Mul", "a b", "y")
            .Output("y")
            .Prepare();
        Assert.Equal(["a", "a"], graph.Nodes[^1].Input);
    }

    /// <summary>
    /// A quantised operand beside x: weights, or with <paramref name="Activation"/> numbers of the same type as x, or a bias in steps of x
    /// and the operand it names.
    /// </summary>
    private sealed record Operand(
        string Name,
        long[] Shape,
        int? Axis = null,
        bool Activation = false,
        string? Bias = null,
        double Factor = 1
    );

    // The same operator between transpositions.
    private static TinyGraph Around(TinyGraph g, string op, string inputs, AttributeProto[] attributes) =>
        g.Node("Transpose", "x", "t", Of("perm", [0L, 3, 1, 2]))
            .Node(op, inputs, "u", attributes)
            .Node("Transpose", "u", "y", Of("perm", [0L, 2, 3, 1]))
            .Output("y");

    private static void ChannelsLast(
        DataType element,
        string quantised,
        string inputs,
        string real,
        string reals,
        AttributeProto[] attributes,
        params Operand[] operands
    )
    {
        long[] shape = [2, 5, 6, 3];
        var twin = Around(Weights(new TinyGraph().Input("x", Real(shape, element, 1)), element, operands), real, reals, attributes);
        var step = Runtime.Run(twin.Build(), twin.Feeds)["y"].Values.Max(Math.Abs) / 120;
        AttributeProto[] own = [.. attributes, Of("channels_last", 1)];
        SameGradient(Quantised(element, shape, operands, $"com.microsoft.{quantised}", inputs, own, step), twin, step);
    }

    private static TinyGraph Weights(TinyGraph twin, DataType element, Operand[] operands)
    {
        foreach (var o in operands)
        {
            twin.Weight(
                o.Name,
                o.Bias is not null
                    ? new Tensor(o.Shape, [.. Ints(o, 0).Values.Select((v, i) => v * BiasStep(o, operands, i))])
                    : new Tensor(o.Shape, [.. Ints(o, element).Values.Select((v, i) => (v - Zero(o, element)) * Scale(o, i))])
            );
        }
        return twin;
    }

    private static void Check(
        DataType element,
        long[] shape,
        Operand[] operands,
        string quantised,
        string inputs,
        string real,
        string reals,
        AttributeProto[]? attributes = null,
        bool returnsReal = false,
        AttributeProto[]? extra = null
    )
    {
        var twin = Weights(new TinyGraph().Input("x", Real(shape, element, 1)), element, operands);
        twin.Node(real, reals, "y", attributes ?? []).Output("y");
        var largest = Runtime.Run(twin.Build(), twin.Feeds)["y"].Values.Max(Math.Abs);
        // Of an unsigned type without negative numbers, as behind a sigmoid, half the range is left unused.
        SameGradient(
            Quantised(element, shape, operands, quantised, inputs, [.. attributes ?? [], .. extra ?? []], largest / 120, returnsReal),
            twin,
            returnsReal ? 0 : largest / 120
        );
    }

    private static TinyGraph Quantised(
        DataType element,
        long[] shape,
        Operand[] operands,
        string op,
        string inputs,
        AttributeProto[] attributes,
        double step,
        bool returnsReal = false
    )
    {
        var middle = element == DataType.Int8 ? 3.0 : 128;
        var g = new TinyGraph()
            .Input("x", Real(shape, element, 1))
            .Weight("x.s", Tensor.Of([], Step))
            .Weight("x.z", Tensor.Of([], middle), element)
            .Weight("y.s", Tensor.Of([], step))
            .Weight("y.z", Tensor.Of([], op.EndsWith("Softmax", StringComparison.Ordinal) ? 0 : middle), element)
            .Node("QuantizeLinear", "x x.s x.z", "x.q");
        foreach (var o in operands)
        {
            if (o.Bias is not null)
            {
                g.Weight($"{o.Name}.q", Ints(o, 0), DataType.Int32);
                continue;
            }
            long[] parameters = o.Axis is { } axis ? [o.Shape[axis]] : [];
            var stored = o.Activation ? element : DataType.Int8;
            g.Weight($"{o.Name}.q", Ints(o, element), stored)
                .Weight(
                    $"{o.Name}.s",
                    new Tensor(
                        parameters,
                        o.Axis is { } a ? [.. Enumerable.Range(0, (int)o.Shape[a]).Select(k => 0.02 + 0.005 * k)] : [0.02]
                    )
                )
                .Weight(
                    $"{o.Name}.z",
                    new Tensor(parameters, [.. Enumerable.Repeat(Zero(o, element), (int)(parameters.Length == 0 ? 1 : parameters[0]))]),
                    stored
                );
        }
        g.Node(op, inputs, returnsReal ? "y" : "y.q", attributes);
        return (returnsReal ? g : g.Node("DequantizeLinear", "y.q y.s y.z", "y")).Output("y");
    }

    // The values within the step of the quantised model, the gradients those of the real one.
    private static void SameGradient(TinyGraph quantised, TinyGraph real, double step, bool rounded = false)
    {
        var untouched = Runtime.Run(quantised.Build(), quantised.Feeds)["y"];
        var rewritten = quantised.Prepare();
        Assert.Empty(Backward.Missing(rewritten, "y", ["x"], GradientRules.Plain));
        var cotangent = Tensor.Normal(untouched.Shape, 7);
        var feeds = new Dictionary<string, Tensor>(quantised.Feeds) { [ExplainGraph.Cotangent] = cotangent };
        var expected = Runtime.Run(GradientCheck.Backwards(real, ["x"]), feeds)[ExplainGraph.GradientOf("x")];
        var largest = untouched.Values.Max(Math.Abs);
        foreach (var optimised in new[] { false, true })
        {
            var answer = Runtime.Run(GradientCheck.Backwards(quantised, ["x"]), feeds, optimised);
            Assert.All(answer["y"].Values.Zip(untouched.Values), v =>
                Assert.InRange(Math.Abs(v.First - v.Second), 0, step * 1.001 + 1e-6 * largest)
            );
            var distance = answer[ExplainGraph.GradientOf("x")].DistanceTo(expected);
            TestContext.Current.TestOutputHelper?.WriteLine($"gradient {distance:E1} from the one on real numbers");
            // Behind a function that is not linear, the gradient is taken at values that are rounded to a step.
            Assert.InRange(distance, 0, step == 0 || (IsLinear(real) && !rounded) ? 2e-6 : 0.03);
        }
    }

    private static bool IsLinear(TinyGraph real) => real.Build().Nodes[^1].OpType is not ("Sigmoid" or "Softmax" or "LeakyRelu");

    private static double Scale(Operand o, int index) =>
        o.Axis is { } axis ? 0.02 + 0.005 * (index / o.Shape.Skip(axis + 1).Aggregate(1L, (a, b) => a * b) % o.Shape[axis]) : 0.02;

    private static double BiasStep(Operand bias, Operand[] operands, int index) =>
        Step * bias.Factor * (operands.Single(o => o.Name == bias.Bias) is { Axis: not null } ? 0.02 + 0.005 * index : 0.02);

    private static double Zero(Operand o, DataType element) =>
        o.Axis is not null ? 0
        : o.Activation && element == DataType.Uint8 ? 120
        : 5;

    private static Tensor Ints(Operand o, DataType element) =>
        o.Bias is not null
            ? new Tensor(o.Shape, [.. Enumerable.Range(0, (int)o.Shape[0]).Select(k => (double)(100 * k - 150))])
            : Whole(o.Shape, o.Activation ? element : DataType.Int8, 9);

    private static Tensor Whole(long[] shape, DataType element, int seed) =>
        new(
            shape,
            [
                .. Tensor
                    .Spread(shape, element == DataType.Int8 ? -60 : 70, element == DataType.Int8 ? 60 : 190, seed)
                    .Values.Select(v => Math.Round(v)),
            ]
        );

    // Numbers that the quantised input holds exactly.
    private static Tensor Real(long[] shape, DataType element, int seed) =>
        new(shape, [.. Tensor.Spread(shape, -100, 100, seed).Values.Select(v => (double)(float)(Math.Round(v) * Step))]);

    private static Tensor Grid(long[] shape, int seed) => Tensor.Spread(shape, -2, 3, seed);
}
