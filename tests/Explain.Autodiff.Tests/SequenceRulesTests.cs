using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Tests.GradientCheck;
using static Explain.Autodiff.Tests.Operand;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Tests;

/// <summary>Gradients of transforms of signals, of operators that put values by position, of losses, and of products.</summary>
public class SequenceRulesTests
{
    private const double Small = 0.001;

    // csharpier-ignore
    public static TheoryData<int, long, int, int, long, long> Transforms =>
    [
        (1, 17, 0, 0, 1, 0), (2, 17, 0, 0, 1, 0), (2, 17, 1, 0, 1, 0), (1, 17, 0, 1, 1, 0), (1, 17, 0, 0, 2, 5), (1, 18, 0, 1, 1, 4), (2, 18, 1, 0, 1, 8),
        (1, 20, 0, 0, -2, 0), (2, 20, 0, 0, 1, 0), (2, 20, 1, 0, 1, 9), (1, 20, 0, 1, 2, 7), (2, 20, 1, 0, 2, 2), (1, 20, 0, 1, -2, 3),
    ];

    [Theory, MemberData(nameof(Transforms))]
    public void DFT(int numbers, long opset, int inverse, int onesided, long axis, long length)
    {
        var own = length > 0 ? Indices([], length) : null;
        Check(
            "DFT",
            opset < 20 ? [In(2, 6, 5, numbers), own] : [In(2, 6, 5, numbers), own, Indices([], axis)],
            [Of("inverse", inverse), Of("onesided", onesided), .. opset < 20 ? [Of("axis", axis)] : Array.Empty<Onnx.AttributeProto>()],
            opset: opset,
            precise: false
        );
    }

    // In double precision ONNX Runtime takes roots of unity of single precision where the length is no power of 2.
    [Fact]
    public void DFTOverItsDefaultAxis() => Check("DFT", [In(2, 3, 8, 1)], opset: 20);

    [Theory, InlineData(17, 1, true), InlineData(17, 0, true), InlineData(17, 1, false), InlineData(20, 1, true)]
    public void STFT(long opset, int onesided, bool windowed) =>
        Check(
            "STFT",
            [In(2, 19, 1), Indices([], 3), windowed ? In(8) : null, windowed ? null : Indices([], 8)],
            [Of("onesided", onesided)],
            opset: opset
        );

    [Theory, InlineData(0, 0), InlineData(0, 1), InlineData(1, 0), InlineData(1, 1)]
    public void CumProd(int exclusive, int reverse) =>
        Check(
            "CumProd",
            [Positive(2, 5, 3), Indices([], 1)],
            [Of("exclusive", exclusive), Of("reverse", reverse)],
            opset: 26,
            floatStep: Small
        );

    [Theory, InlineData(0, 0), InlineData(0, 1), InlineData(1, 0)]
    public void CumProdOfZeros(int exclusive, int reverse) =>
        Check(
            g =>
                g.Input("x", Tensor.Of([3, 4], 2, 0, 3, -1, 0, 5, 0, 2, 1, 2, -4, 3))
                    .Ints("a", -1)
                    .Node("CumProd", "x a", "y", Of("exclusive", exclusive), Of("reverse", reverse)),
            opset: 26,
            floatStep: Small
        );

    [
        Theory,
        InlineData(new long[] { 3, 3 }),
        InlineData(new long[] { 2, 2, 2, 2 }),
        InlineData(new long[] { 1, 1, 1 }),
        InlineData(new long[] { 2, 4, 4 })
    ]
    public void Det(long[] shape) => Check("Det", [In(shape)]);

    [Fact]
    public void DetOfSingularMatrices() => Check(g => g.Input("x", Tensor.Of([3, 3], 1, 2, 3, 2, 4, 6, 1, 0, 1)).Node("Det", "x", "y"));

    [Theory, InlineData(null), InlineData(0), InlineData(-1)]
    public void Compress(int? axis) =>
        Check(
            g =>
                g.Input("x", 3, 4)
                    .Ints("i", 0, 1, 1)
                    .Node("Cast", "i", "c", Of("to", (long)DataType.Bool))
                    .Node("Compress", "x c", "y", axis is { } a ? [Of("axis", a)] : []),
            least: Known.Ranks
        );

    [Theory, InlineData(null, 1), InlineData(0, 0), InlineData(1, 1)]
    public void Unique(int? axis, int sorted) =>
        Check(
            g => g.Input("x", 3, 4).Node("Unique", "x", "y i - -", [Of("sorted", sorted), .. axis is { } a ? new[] { Of("axis", a) } : []]),
            least: Known.Ranks,
            floatStep: Small
        );

    [Theory, InlineData(0, 1), InlineData(1, 0)]
    public void ReverseSequence(int time, int batch) =>
        Check(
            "ReverseSequence",
            [In(4, 3, 2), Ints(time == 0 ? [4, 1, 2] : [3, 1, 2, 2])],
            [Of("time_axis", time), Of("batch_axis", batch)]
        );

    [Theory, InlineData(new long[] { 2, 3, 4 }, new long[] { 3, 1 }), InlineData(new long[] { 4 }, new long[] { 2, 4 })]
    public void Mod(long[] a, long[] b) => Check("Mod", [In(a), Positive(b)], [Of("fmod", 1)], floatStep: Small);

    [Theory, InlineData(0.5f, 0), InlineData(0.9f, 0.4f), InlineData(-0.5f, 0.2f)]
    public void Shrink(float lambda, float bias) =>
        CheckFunction(
            "Shrink",
            x =>
                x < -lambda ? x + bias
                : x > lambda ? x - bias
                : 0,
            In(2, 3, 5),
            [Of("lambd", lambda), Of("bias", bias)]
        );

    [Theory, InlineData("max"), InlineData("min"), InlineData("mul")]
    public void ScatterElements(string reduction) =>
        Check(
            "ScatterElements",
            [In(3, 4), Indices([2, 4], 0, 2, 1, 1, 2, 2, 0, 1), In(2, 4)],
            [Of("axis", 0), Of("reduction", reduction)],
            opset: 18,
            floatStep: Small
        );

    [Theory, InlineData("max"), InlineData("min"), InlineData("mul")]
    public void ScatterElementsToOnePosition(string reduction) =>
        Check(
            "ScatterElements",
            [In(2, 3), Indices([2, 4], 0, 0, 0, 1, 2, 2, -1, 1), In(2, 4)],
            [Of("axis", 1), Of("reduction", reduction)],
            floatStep: Small
        );

    [Fact]
    public void ScatterElementsOfZeros() =>
        Check(
            g =>
                g.Input("x", Tensor.Of([4], 0, 2, 3, 0))
                    .Ints("i", 0, 0, 1, 1, 3)
                    .Input("u", Tensor.Of([5], 2, 3, 0, 4, 0))
                    .Node("ScatterElements", "x i u", "y", Of("reduction", "mul")),
            floatStep: Small,
            curved: false
        );

    [Theory, InlineData("max"), InlineData("min"), InlineData("mul")]
    public void ScatterND(string reduction) =>
        Check("ScatterND", [In(4, 3), Indices([3, 1], 3, 1, 3), In(3, 3)], [Of("reduction", reduction)], floatStep: Small);

    [Theory, InlineData("linear", -2, true), InlineData("circular", 2, true), InlineData("linear", 1, false)]
    public void TensorScatter(string mode, int axis, bool placed) =>
        Check(
            "TensorScatter",
            [
                axis == 1 ? In(2, 5, 3) : In(2, 2, 5, 3),
                axis == 1 ? In(2, 2, 3) : In(2, 2, 2, 3),
                placed ? Ints(mode == "circular" ? [4, 1] : [3, 1]) : null,
            ],
            [Of("mode", mode), Of("axis", axis)],
            least: Known.Ranks,
            opset: 24
        );

    public static IEnumerable<TheoryDataRow<string, bool, long?>> Losses =>
        from reduction in (string[])["none", "sum", "mean"]
        from weighted in (bool[])[false, true]
        from ignored in (long?[])[null, 2]
        select new TheoryDataRow<string, bool, long?>(reduction, weighted, ignored);

    [Theory, MemberData(nameof(Losses))]
    public void NegativeLogLikelihoodLoss(string reduction, bool weighted, long? ignored) =>
        Check(
            "NegativeLogLikelihoodLoss",
            [In(3, 4, 2), Indices([3, 2], 0, 2, 1, 3, 2, 1), weighted ? Positive(4) : null],
            Attributes(reduction, ignored),
            least: Known.Ranks,
            floatStep: Small
        );

    [Theory, MemberData(nameof(Losses))]
    public void SoftmaxCrossEntropyLoss(string reduction, bool weighted, long? ignored) =>
        Check(
            "SoftmaxCrossEntropyLoss",
            [In(3, 4, 2), Indices([3, 2], 0, 2, 1, 3, 2, 1), weighted ? Positive(4) : null],
            Attributes(reduction, ignored),
            least: Known.Ranks,
            floatStep: Small
        );

    [Fact]
    public void SoftmaxCrossEntropyLossWhoseLogarithmsAreReadToo() =>
        Check(
            g => g.Input("x", 3, 4).Ints("t", 0, 2, 3).Node("SoftmaxCrossEntropyLoss", "x t", "l p").Node("Mul", "l p", "y"),
            least: Known.Ranks,
            floatStep: Small
        );

    [Theory, InlineData(new long[] { 4, 3, 2, 2 }), InlineData(new long[] { 5, 3 }), InlineData(new long[] { 2, 3, 4 })]
    public void BatchNormalization(long[] shape) =>
        Check(
            g =>
                g.Input("x", shape)
                    .Input("s", 3)
                    .Input("b", 3)
                    .Weight("m", 3)
                    .Weight("v", Tensor.Of([3], 1, 2, 0.5))
                    .Node("BatchNormalization", "x s b m v", "y rm rv", Of("training_mode", 1)),
            floatStep: Small
        );

    [Fact]
    public void BatchNormalizationWhoseStatisticsAreReadToo() =>
        Check(
            g =>
                g.Input("x", 4, 3, 2)
                    .Weight("s", 3)
                    .Weight("b", 3)
                    .Input("m", 3)
                    .Input("v", Tensor.Of([3], 1, 2, 0.5))
                    .Node("BatchNormalization", "x s b m v", "n rm rv", Of("training_mode", 1), Of("momentum", 0.7f))
                    .Node("Transpose", "n", "t", Of("perm", [0, 2, 1]))
                    .Node("Mul", "t rm", "p")
                    .Node("Add", "p rv", "y"),
            least: Known.Ranks,
            floatStep: Small
        );

    [Theory, InlineData("bii->bi"), InlineData("bii->b"), InlineData("bii"), InlineData("...ii->...i"), InlineData("iib->b")]
    public void EinsumOfDiagonals(string equation) =>
        Check("Einsum", [equation.StartsWith("ii", StringComparison.Ordinal) ? In(3, 3, 2) : In(2, 3, 3)], [Of("equation", equation)]);

    [Fact]
    public void EinsumOfADiagonalAndAnother() => Check("Einsum", [In(3, 3, 2), In(3, 2)], [Of("equation", "iij,ij->j")], floatStep: Small);

    [Theory, InlineData(true), InlineData(false)]
    public void DropoutInTrainingThatDropsNothing(bool half) =>
        Check(g =>
            g.Input("x", 2, 3)
                .Weight("r", Tensor.Of([], 0), half ? DataType.Float16 : null)
                .Weight("t", Tensor.Of([], 1), DataType.Bool)
                .Node("Dropout", "x r t", "y")
        );

    private static Onnx.AttributeProto[] Attributes(string reduction, long? ignored) =>
        [Of("reduction", reduction), .. ignored is { } i ? new[] { Of("ignore_index", i) } : []];
}
