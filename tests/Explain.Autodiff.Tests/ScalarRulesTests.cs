using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Tests.GradientCheck;

namespace Explain.Autodiff.Tests;

/// <summary>Gradients where operands or results have no axes at all.</summary>
public class ScalarRulesTests
{
    [Theory]
    [InlineData("Add")]
    [InlineData("Sub")]
    [InlineData("Mul")]
    [InlineData("Div")]
    [InlineData("Pow")]
    [InlineData("Max")]
    [InlineData("Min")]
    [InlineData("Sum")]
    [InlineData("PRelu")]
    public void OfTwoComputedScalars(string op) => Check(g => Extremes(g).Node(op, "high low", "y"));

    [Fact]
    public void MeanOfTwoComputedScalars() =>
        Check(
            g => Extremes(g).Node("Mean", "high low", "y"),
            same: g => Extremes(g).Node("Add", "high low", "sum").Weight("half", Tensor.Of([], 0.5)).Node("Mul", "sum half", "y")
        );

    [Theory]
    [InlineData("Relu")]
    [InlineData("Sqrt")]
    [InlineData("Softplus")]
    [InlineData("Neg")]
    [InlineData("Identity")]
    public void OfOneComputedScalar(string op) => Check(g => Extremes(g).Node(op, "high", "y"));

    [Theory]
    [InlineData("ReduceSum")]
    [InlineData("ReduceMean")]
    [InlineData("ReduceMax")]
    [InlineData("ReduceL2")]
    public void ReducedOnceMore(string op) => Check(g => Extremes(g).Node(op, "high", "h", Of("keepdims", 0L)).Node("Mul", "h low", "y"));

    [Fact]
    public void Where() =>
        Check(g => Extremes(g).Node("Less", "low high", "is").Node("Where", "is low high", "z").Node("Mul", "z high", "y"));

    [Fact]
    public void WhereOfAScalarAndATensor() =>
        Check(g =>
            Extremes(g)
                .Weight("middle", Tensor.Of([], 1.5))
                .Node("Less", "x middle", "is")
                .Node("Where", "is low x", "z")
                .Node("Mul", "z z", "y")
        );

    [Fact]
    public void ConcatOfUnsqueezedScalars() =>
        Check(g =>
            Extremes(g)
                .Ints("axis", 0)
                .Node("Unsqueeze", "low axis", "l")
                .Node("Unsqueeze", "high axis", "h")
                .Node("Concat", "l h l", "y", Of("axis", 0L))
        );

    [Fact]
    public void ExpandOfAScalar() => Check(g => Extremes(g).Ints("shape", 2, 3).Node("Expand", "high shape", "e").Node("Mul", "e e", "y"));

    [Fact]
    public void ReshapeAndSqueezeToAScalar() =>
        Check(g =>
            Extremes(g)
                .Ints("one", 1, 1)
                .Node("Reshape", "low one", "l")
                .Node("Squeeze", "l", "s")
                .Ints("none", [0], [])
                .Node("Reshape", "l none", "r")
                .Node("Mul", "s r", "y")
        );

    [Fact]
    public void GatherOfAScalar() =>
        Check(g => g.Input("x", 4).Ints("at", [], [2]).Node("Gather", "x at", "a").Node("Mul", "a a", "y"), Known.Ranks);

    [Fact]
    public void ScalingByTheRangeOfTheInput() =>
        Check(g => Extremes(g).Node("Sub", "x low", "above").Node("Sub", "high low", "range").Node("Div", "above range", "y"));

    private static TinyGraph Extremes(TinyGraph g) =>
        g.Input("x", Tensor.Spread([2, 3, 4], 0.5, 2.5, 3))
            .Node("ReduceMax", "x", "high", Of("keepdims", 0L))
            .Node("ReduceMin", "x", "low", Of("keepdims", 0L));
}
