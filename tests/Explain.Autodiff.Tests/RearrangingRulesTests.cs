using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Tests.GradientCheck;
using static Explain.Autodiff.Tests.Operand;

namespace Explain.Autodiff.Tests;

/// <summary>Gradients of further reductions, of operators that repeat, pick and put elements, and of contractions.</summary>
public class RearrangingRulesTests
{
    private const double Small = 0.01;

    private static readonly string[] Operators =
    [
        "ReduceMax",
        "ReduceMin",
        "ReduceProd",
        "ReduceL1",
        "ReduceL2",
        "ReduceSumSquare",
        "ReduceLogSum",
        "ReduceLogSumExp",
    ];

    public static IEnumerable<TheoryDataRow<string, long[]?, int>> Reductions =>
        from op in Operators
        from keep in Enumerable.Range(0, 2)
        from axes in (long[]?[])
            [
                [1],
                [-1, 0],
                [0, 1, 2],
                null,
            ]
        select new TheoryDataRow<string, long[]?, int>(op, axes, keep);

    [Theory, MemberData(nameof(Reductions))]
    public void ReducedAs(string op, long[]? axes, int keep) =>
        Check(
            op,
            [op is "ReduceLogSum" or "ReduceProd" ? Positive(2, 2, 2) : In(2, 3, 4), axes is null ? null : Ints(axes)],
            [Of("keepdims", keep)],
            floatStep: Small
        );

    [Fact]
    public void ReduceMax() => Check("ReduceMax", [In(2, 3, 4)], [Of("axes", [1])], opset: 13, floatStep: Small);

    [Fact]
    public void ReduceMin() => Check("ReduceMin", [In(2, 3, 4)], [Of("axes", [1])], opset: 13, floatStep: Small);

    [Fact]
    public void ReduceProdOfZeros() =>
        Check(
            g => g.Input("x", Tensor.Of([3, 3], 2, 0, 3, 0, 5, 0, 1, 2, -4)).Ints("a", 1).Node("ReduceProd", "x a", "y"),
            floatStep: Small,
            curved: false
        );

    [Fact]
    public void ReduceL1() => Check("ReduceL1", [In(2, 3, 4)], [Of("axes", [2])], opset: 13, floatStep: Small);

    [Fact]
    public void ReduceL2() => Check("ReduceL2", [In(2, 3, 4)], [Of("axes", [2])], opset: 13, floatStep: Small);

    [Fact]
    public void ReduceSumSquare() => Check("ReduceSumSquare", [In(2, 3, 4)], [Of("axes", [2])], opset: 13, floatStep: Small);

    [Fact]
    public void ReduceLogSum() => Check("ReduceLogSum", [Positive(2, 3, 4)], [Of("axes", [2])], opset: 13, floatStep: Small);

    [Fact]
    public void ReduceLogSumExp() => Check("ReduceLogSumExp", [In(2, 3, 4)], [Of("axes", [2])], opset: 13, floatStep: Small);

    [Theory, InlineData(0, 0), InlineData(0, 1), InlineData(1, 0), InlineData(1, 1)]
    public void CumSum(int exclusive, int reverse) =>
        Check("CumSum", [In(2, 5, 3), Indices([], 1)], [Of("exclusive", exclusive), Of("reverse", reverse)]);

    [Theory, InlineData(0, 1), InlineData(1, 0), InlineData(-1, 1)]
    public void Trilu(long k, int upper) => Check("Trilu", [In(2, 4, 5), Indices([], k)], [Of("upper", upper)]);

    [Fact]
    public void TriluByDefault() => Check("Trilu", [In(3, 3)]);

    [Theory, InlineData(new long[] { 2, 1, 3 }), InlineData(new long[] { 1, 1, 1 })]
    public void Tile(long[] repeats) => Check("Tile", [In(2, 3, 4), Ints(repeats)], least: Known.Ranks);

    [Fact]
    public void GatherElements() => Check("GatherElements", [In(3, 4), Indices([2, 4], 0, -1, 1, 1, 2, 2, 0, 1)], [Of("axis", 0)]);

    [Fact]
    public void GatherND() => Check("GatherND", [In(3, 4, 2), Indices([3, 2], 0, 1, 2, -1, 0, 1)]);

    [Fact]
    public void GatherNDBelowABatch() =>
        Check("GatherND", [In(2, 4, 3), Indices([2, 2, 1], 3, 0, 1, 1)], [Of("batch_dims", 1)], least: Known.Ranks);

    [Fact]
    public void GatherNDBelowTwoBatches() =>
        Check("GatherND", [In(2, 3, 4), Indices([2, 3, 1], 3, 0, 1, 2, 2, 1)], [Of("batch_dims", 2)], least: Known.Ranks);

    [Fact]
    public void GatherNDOfWholeSlices() => Check("GatherND", [In(3, 4, 2), Indices([2, 1, 1], 2, 2)]);

    [Theory, InlineData("none"), InlineData("add")]
    public void ScatterND(string reduction) =>
        Check("ScatterND", [In(4, 3), Indices([2, 1], 3, 1), In(2, 3)], [Of("reduction", reduction)]);

    [Theory, InlineData(1, 1), InlineData(-2, 0)]
    public void TopK(int axis, int largest) =>
        Check(
            g => g.Input("x", 3, 5, 4).Ints("k", 2).Node("TopK", "x k", "y i", Of("axis", axis), Of("largest", largest)),
            least: Known.Ranks,
            floatStep: Small
        );

    [Fact]
    public void TopKWhosePlacesAreRead() =>
        Check(
            g => g.Input("x", 3, 5).Ints("k", 2).Node("TopK", "x k", "v i").Node("Mul", "v v", "y"),
            least: Known.Ranks,
            floatStep: Small
        );

    [Theory, InlineData("DCR"), InlineData("CRD")]
    public void DepthToSpace(string mode) => Check("DepthToSpace", [In(2, 12, 2, 3)], [Of("blocksize", 2), Of("mode", mode)]);

    [Fact]
    public void SpaceToDepth() => Check("SpaceToDepth", [In(2, 3, 4, 6)], [Of("blocksize", 2)]);

    [Theory, InlineData("reflect", 18), InlineData("edge", 18), InlineData("wrap", 19)]
    public void Pad(string mode, long opset) => Check("Pad", [In(2, 4, 5), Ints(0, 2, 1, 0, 1, 3)], [Of("mode", mode)], opset: opset);

    [Fact]
    public void PadOfNamedAxesByTheEdge() => Check("Pad", [In(2, 4, 5), Ints(2, 1), null, Ints(-1)], [Of("mode", "edge")], opset: 18);

    [Theory]
    [InlineData("ij,jk->ik", new long[] { 2, 3 }, new long[] { 3, 4 })]
    [InlineData("bij,bkj->bik", new long[] { 2, 3, 4 }, new long[] { 2, 5, 4 })]
    [InlineData("ij,jk", new long[] { 2, 3 }, new long[] { 3, 4 })]
    [InlineData("ij,kl->il", new long[] { 2, 3 }, new long[] { 2, 4 })]
    [InlineData("...ij,...jk->...ik", new long[] { 2, 3, 4 }, new long[] { 2, 4, 2 })]
    [InlineData("bhwc,hkc->bhwk", new long[] { 2, 3, 2, 4 }, new long[] { 3, 5, 4 })]
    public void Einsum(string equation, long[] a, long[] b) =>
        Check("Einsum", [In(a), In(b)], [Of("equation", equation)], least: Known.Ranks);

    [Theory, InlineData("ij->ji"), InlineData("ij->i"), InlineData("ij->")]
    public void EinsumOfOne(string equation) => Check("Einsum", [In(2, 3)], [Of("equation", equation)], least: Known.Ranks);

    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void LpPool(int p) =>
        Check(
            "LpPool",
            [In(2, 3, 6, 5)],
            [Of("p", p), Of("kernel_shape", [3, 2]), Of("strides", [2, 1]), Of("pads", [1, 0, 1, 1])],
            same: g =>
            {
                // Each place of the window is a slice of the padded input.
                g.Ints("pads", 0, 0, 1, 0, 0, 0, 1, 1)
                    .Node("Abs", "x0", "a")
                    .Node("Pad", "a pads", "t")
                    .Ints("axes", 2, 3)
                    .Ints("steps", 2, 1);
                Powers(g, p, "t");
                for (var i = 0; i < 6; i++)
                {
                    g.Ints($"from{i}", i / 2, i % 2)
                        .Ints($"to{i}", i / 2 + 5, i % 2 + 5)
                        .Node("Slice", $"tp from{i} to{i} axes steps", $"s{i}");
                }

                g.Node("Sum", "s0 s1 s2 s3 s4 s5", "sum").Node("Pow", "sum root", "y");
            }
        );

    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void GlobalLpPool(int p) =>
        Check("GlobalLpPool", [In(2, 3, 4, 5)], [Of("p", p)], same: g =>
            Powers(g.Node("Abs", "x0", "a"), p, "a").Ints("axes", 2, 3).Node("ReduceSum", "ap axes", "sum").Node("Pow", "sum root", "y")
        );

    [Fact]
    public void MaxPoolWithDilations() =>
        Check("MaxPool", [In(2, 3, 7, 6)], [Of("kernel_shape", [2, 3]), Of("dilations", [2, 1])], floatStep: Small);

    [Fact]
    public void AveragePoolWithDilations() =>
        Check("AveragePool", [In(2, 3, 7, 6)], [Of("kernel_shape", [2, 3]), Of("dilations", [2, 1]), Of("pads", [1, 1, 1, 1])], opset: 19);

    private static TinyGraph Powers(TinyGraph g, int p, string x) =>
        g.Weight("p", Tensor.Of([], p)).Weight("root", Tensor.Of([], 1.0 / p)).Node("Pow", $"{x} p", $"{x}p");
}
