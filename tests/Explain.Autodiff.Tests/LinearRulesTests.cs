using Explain.Autodiff.Backpropagation;
using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Tests.GradientCheck;
using static Explain.Autodiff.Tests.Operand;

namespace Explain.Autodiff.Tests;

/// <summary>Gradients of the matrix products, with respect to every operand.</summary>
public class LinearRulesTests
{
    private static readonly long[]?[] Biases = [null, [], [1], [5], [1, 5], [3, 1], [1, 1], [3, 5]];

    public static IEnumerable<TheoryDataRow<int, int, bool, long[]?>> Gemms =>
        from variant in Enumerable.Range(0, 8)
        from bias in Biases
        select new TheoryDataRow<int, int, bool, long[]?>(variant & 1, variant >> 1 & 1, variant >= 4, bias);

    [Theory]
    [MemberData(nameof(Gemms))]
    public void GemmInAllTranspositions(int transA, int transB, bool scaled, long[]? bias) =>
        Check(
            "Gemm",
            [transA == 0 ? In(3, 4) : In(4, 3), transB == 0 ? In(4, 5) : In(5, 4), .. bias is null ? Array.Empty<Operand>() : [In(bias)]],
            [Of("transA", transA), Of("transB", transB), Of("alpha", scaled ? 0.5f : 1), Of("beta", scaled ? -2f : 1)]
        );

    [Fact]
    public void GemmWithConstantWeights() => Check("Gemm", [In(3, 4), Weight(5, 4), Weight(5)], [Of("transB", 1)]);

    [Fact]
    public void GemmWithoutAttributes() => Check("Gemm", [In(3, 4), Weight(4, 5), Weight(5)]);

    [Theory]
    [InlineData(new long[] { 3, 4 }, new long[] { 4, 5 })]
    [InlineData(new long[] { 2, 3, 4 }, new long[] { 2, 4, 5 })]
    [InlineData(new long[] { 2, 3, 4 }, new long[] { 4, 5 })]
    [InlineData(new long[] { 3, 4 }, new long[] { 2, 4, 5 })]
    [InlineData(new long[] { 2, 3, 4 }, new long[] { 1, 4, 5 })]
    [InlineData(new long[] { 1, 3, 4 }, new long[] { 2, 4, 5 })]
    [InlineData(new long[] { 2, 1, 3, 4 }, new long[] { 1, 3, 4, 2 })]
    [InlineData(new long[] { 2, 2, 3, 4 }, new long[] { 2, 4, 3 })]
    [InlineData(new long[] { 3, 4 }, new long[] { 2, 2, 4, 3 })]
    [InlineData(new long[] { 1, 1, 3, 4 }, new long[] { 2, 2, 4, 3 })]
    [InlineData(new long[] { 4 }, new long[] { 4 })]
    [InlineData(new long[] { 4 }, new long[] { 4, 5 })]
    [InlineData(new long[] { 3, 4 }, new long[] { 4 })]
    [InlineData(new long[] { 4 }, new long[] { 2, 4, 5 })]
    [InlineData(new long[] { 2, 3, 4 }, new long[] { 4 })]
    [InlineData(new long[] { 2, 2, 3, 4 }, new long[] { 4 })]
    [InlineData(new long[] { 4 }, new long[] { 2, 2, 4, 3 })]
    [InlineData(new long[] { 1, 4 }, new long[] { 4, 1 })]
    public void MatMulOfAnyRanks(long[] left, long[] right) => Check("MatMul", [In(left), In(right)], least: Known.Ranks);

    [Fact]
    public void MatMulWithConstantWeights() => Check("MatMul", [In(2, 3, 4), Weight(4, 5)], least: Known.Ranks);

    [Fact]
    public void MatMulWithAConstantOnTheLeft() => Check("MatMul", [Weight(3, 4), In(2, 4, 5)], least: Known.Ranks);

    [Fact]
    public void MatMulWhoseVariableBatchTurnsOutToBeOne()
    {
        var tiny = new TinyGraph(known: Known.Ranks).Input("x", 1, 3, 4).Weight("w", 5, 4, 2).Node("MatMul", "x w", "y").Output("y");
        var gradient = Backwards(tiny, ["x"]);
        var cotangent = Tensor.Normal([5, 3, 2], 3);
        var outputs = Runtime.Run(gradient, new Dictionary<string, Tensor>(tiny.Feeds) { [ExplainGraph.Cotangent] = cotangent });
        Assert.Equal([1, 3, 4], outputs[ExplainGraph.GradientOf("x")].Shape);
    }
}
