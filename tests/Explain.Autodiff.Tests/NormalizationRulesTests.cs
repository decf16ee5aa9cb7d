using Explain.Autodiff.Backpropagation;
using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Tests.GradientCheck;
using static Explain.Autodiff.Tests.Operand;

namespace Explain.Autodiff.Tests;

/// <summary>Gradients of normalisations by what they normalise.</summary>
public class NormalizationRulesTests
{
    private const double Small = 0.01;

    [Theory, InlineData(3), InlineData(5), InlineData(1)]
    public void LRN(int size) =>
        Check("LRN", [In(2, 5, 3, 2)], [Of("size", size), Of("alpha", 0.5f), Of("beta", 0.6f), Of("bias", 1.5f)], same: g =>
        {
            // The sum over near channels is a product with a band matrix.
            var band = Tensor.Of([5, 5], [.. Enumerable.Range(0, 25).Select(i => Math.Abs(i / 5 - i % 5) <= size / 2 ? 0.5 / size : 0)]);
            g.Weight("band", band)
                .Weight("bias", Tensor.Of([], 1.5))
                .Weight("beta", Tensor.Of([], 0.6f))
                .Ints("flat", 2, 5, 6)
                .Ints("whole", 2, 5, 3, 2);
            g.Node("Mul", "x0 x0", "square")
                .Node("Reshape", "square flat", "rows")
                .Node("MatMul", "band rows", "near")
                .Node("Reshape", "near whole", "sums")
                .Node("Add", "sums bias", "s")
                .Node("Pow", "s beta", "p")
                .Node("Div", "x0 p", "y");
        });

    [Theory, InlineData(1, -1), InlineData(2, 1), InlineData(2, 0)]
    public void LpNormalization(int p, int axis) =>
        Check("LpNormalization", [In(2, 3, 4)], [Of("p", p), Of("axis", axis)], floatStep: Small);

    [Theory, InlineData(new long[] { 2, 3, 4, 5 }), InlineData(new long[] { 2, 3, 7 }), InlineData(new long[] { 1, 3, 2, 2, 3 })]
    public void InstanceNormalization(long[] shape) =>
        Check("InstanceNormalization", [In(shape), Weight(3), Weight(3)], [Of("epsilon", 0.0625f)], same: g =>
            Normalised(g.Ints("to", 0, 3, -1).Node("Reshape", "x0 to", "t"), 0.0625)
                .Ints("c", 3, 1)
                .Node("Reshape", "x1 c", "scale")
                .Node("Reshape", "x2 c", "shift")
                .Node("Mul", "n scale", "scaled")
                .Node("Add", "scaled shift", "shifted")
                .Node("Shape", "x0", "shape")
                .Node("Reshape", "shifted shape", "y")
        );

    [Fact]
    public void GroupNormalizationWithAScaleAGroup() =>
        Check("GroupNormalization", [In(2, 6, 3, 2), Weight(3), Weight(3)], [Of("num_groups", 3)], floatStep: Small);

    [Fact]
    public void GroupNormalizationWithAScaleAChannel() =>
        Check(
            "GroupNormalization",
            [In(2, 6, 3, 2), Weight(6), Weight(6)],
            [Of("num_groups", 2), Of("epsilon", 0.0625f)],
            opset: 21,
            same: g =>
                Normalised(g.Ints("to", 0, 2, -1).Node("Reshape", "x0 to", "t"), 0.0625)
                    .Ints("whole", 2, 6, 3, 2)
                    .Ints("c", 6, 1, 1)
                    .Node("Reshape", "n whole", "m")
                    .Node("Reshape", "x1 c", "scale")
                    .Node("Reshape", "x2 c", "shift")
                    .Node("Mul", "m scale", "scaled")
                    .Node("Add", "scaled shift", "y")
        );

    [Theory, InlineData(-1), InlineData(-2)]
    public void LayerNormalization(int axis) =>
        Check(
            "LayerNormalization",
            [In(2, 3, 5), axis == -1 ? Weight(5) : Weight(3, 5), axis == -1 ? Weight(5) : Weight(3, 5)],
            [Of("axis", axis)],
            floatStep: Small
        );

    [Fact]
    public void LayerNormalizationFromTheFront() =>
        Check("LayerNormalization", [In(2, 3, 5), Weight(3, 5)], [Of("axis", 1)], least: Known.Ranks, floatStep: Small);

    [Fact]
    public void RMSNormalization() => Check("RMSNormalization", [In(2, 3, 5), Weight(5)], opset: 23, floatStep: Small);

    [Fact]
    public void SimplifiedLayerNormalization() => Check("SimplifiedLayerNormalization", [In(2, 3, 5), Weight(5)], floatStep: Small);

    [Fact]
    public void MeanVarianceNormalization() =>
        Check("MeanVarianceNormalization", [In(2, 3, 4, 5)], same: g => Normalised(g.Node("Identity", "x0", "t"), 0, "y", 0, 2, 3));

    [Fact]
    public void MeanVarianceNormalizationOfConstantMapsIsFinite()
    {
        var tiny = new TinyGraph()
            .Input("x", Tensor.Of([1, 2, 2, 2], 0, 0, 0, 0, 1, 2, 3, 5))
            .Node("MeanVarianceNormalization", "x", "y", Of("axes", [2, 3]))
            .Output("y");
        var outputs = Runtime.Run(
            Backwards(tiny, ["x"]),
            new Dictionary<string, Tensor>(tiny.Feeds) { [ExplainGraph.Cotangent] = Tensor.Normal([1, 2, 2, 2], 3) }
        );
        Assert.All(outputs[ExplainGraph.GradientOf("x")].Values, v => Assert.True(double.IsFinite(v)));
    }

    [Fact]
    public void MeanVarianceNormalizationOverNamedAxes() =>
        Check("MeanVarianceNormalization", [In(2, 3, 4, 5)], [Of("axes", [1, 3])], same: g =>
            Normalised(g.Node("Identity", "x0", "t"), 0, "y", 1, 3)
        );

    // Zero mean and unit variance of "t" over axes, the last one unless they are named.
    private static TinyGraph Normalised(TinyGraph g, double epsilon, string y = "n", params long[] axes) =>
        g.Ints("axes", axes.Length == 0 ? [-1] : axes)
            .Weight("epsilon", Tensor.Of([], epsilon))
            .Node("ReduceMean", "t axes", "mean")
            .Node("Sub", "t mean", "d")
            .Node("Mul", "d d", "dd")
            .Node("ReduceMean", "dd axes", "variance")
            .Node("Add", "variance epsilon", "v")
            .Node("Sqrt", "v", "deviation")
            .Node("Div", "d deviation", y);
}
