using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Tests.GradientCheck;
using static Explain.Autodiff.Tests.Operand;

namespace Explain.Autodiff.Tests;

/// <summary>Gradients of reductions and of operators that only move elements.</summary>
public class ShapeRulesTests
{
    private static readonly (long[]? Axes, int Noop)[] Axes =
    [
        ([1], 0),
        ([-1], 0),
        ([2, 3], 0),
        ([-1, 0], 0),
        ([0, 1, 2, 3], 0),
        (null, 0),
        ([], 0),
        (null, 1),
        ([], 1),
        ([1], 1),
    ];

    public static IEnumerable<TheoryDataRow<long[]?, int, int>> Reductions =>
        from keep in Enumerable.Range(0, 2)
        from row in Axes
        select new TheoryDataRow<long[]?, int, int>(row.Axes, keep, row.Noop);

    [Theory, MemberData(nameof(Reductions))]
    public void ReduceMean(long[]? axes, int keep, int noop) => Reduce("ReduceMean", axes, keep, noop);

    [Theory, MemberData(nameof(Reductions))]
    public void ReduceSum(long[]? axes, int keep, int noop) => Reduce("ReduceSum", axes, keep, noop);

    [Fact]
    public void ReduceMeanByDefault() => Check("ReduceMean", [In(2, 3)]);

    [Fact]
    public void ReduceSumByDefault() => Check("ReduceSum", [In(2, 3)]);

    [Theory, InlineData(0), InlineData(1)]
    public void ReduceMeanOfAnOldModel(int keep) =>
        Check("ReduceMean", [In(2, 3, 4, 2)], [Of("axes", [-1, 2]), Of("keepdims", keep)], opset: 13);

    [Theory, InlineData(0), InlineData(1)]
    public void ReduceSumOfAnOldModel(int keep) =>
        Check("ReduceSum", [In(2, 3, 4, 2)], [Of("axes", [3, 1]), Of("keepdims", keep)], opset: 11);

    [Fact]
    public void ReduceMeanOfAnOldModelOverEverything() => Check("ReduceMean", [In(2, 3, 4)], [Of("keepdims", 0)], opset: 11);

    [Theory, InlineData(0), InlineData(1), InlineData(2), InlineData(3), InlineData(-1)]
    public void Flatten(int axis) => Check("Flatten", [In(2, 3, 4)], [Of("axis", axis)]);

    [
        Theory,
        InlineData(new long[] { 6, 4 }),
        InlineData(new long[] { 2, -1 }),
        InlineData(new long[] { 0, 0, 2, 2 }),
        InlineData(new long[] { -1 })
    ]
    public void Reshape(long[] shape) => Check("Reshape", [In(2, 3, 4), Ints(shape)]);

    [Fact]
    public void SqueezeOfNamedAxes() => Check("Squeeze", [In(2, 1, 3, 1), Ints(1, -1)]);

    [Fact]
    public void SqueezeOfAllAxesOfExtentOne() => Check("Squeeze", [In(2, 1, 3, 1)]);

    [Fact]
    public void SqueezeOfAnOldModel() => Check("Squeeze", [In(2, 1, 3, 1)], [Of("axes", [3])], opset: 11);

    [Fact]
    public void UnsqueezeOfSeveralAxes() => Check("Unsqueeze", [In(2, 3), Ints(0, -1, 2)]);

    [Fact]
    public void UnsqueezeOfAnOldModel() => Check("Unsqueeze", [In(2, 3)], [Of("axes", [0, 3])], opset: 12);

    [Fact]
    public void TransposeOfAllAxesByDefault() => Check("Transpose", [In(2, 3, 4)]);

    [Theory, InlineData(new long[] { 1, 2, 0, 3 }), InlineData(new long[] { 0, 2, 3, 1 }), InlineData(new long[] { 3, 0, 1, 2 })]
    public void Transpose(long[] permutation) => Check("Transpose", [In(2, 3, 4, 5)], [Of("perm", permutation)]);

    [Theory, InlineData(new long[] { 2, 3, 4 }), InlineData(new long[] { 5, 2, 3, 4 }), InlineData(new long[] { 1 })]
    public void Expand(long[] shape) => Check("Expand", [In(3, 1), Ints(shape)]);

    [Theory, InlineData(new long[] { 1, 2, 2 }), InlineData(new long[] { 0, 4, 1 })]
    public void Split(long[] sizes) =>
        Check(g =>
            g.Input("x", 2, 5, 3)
                .Ints("sizes", sizes)
                .Node("Split", "x sizes", "a b c", Of("axis", 1))
                .Weight("w", 2, 1, 3)
                .Node("Sigmoid", "a", "s")
                .Node("Mul", "c w", "t")
                .Node("Concat", "s b t a", "y", Of("axis", -2))
        );

    [Fact]
    public void SplitIntoEqualParts() =>
        Check(g =>
            g.Input("x", 5, 2)
                .Node("Split", "x", "a b", Of("num_outputs", 2))
                .Node("Tanh", "b", "t")
                .Node("Concat", "t a", "y", Of("axis", 0))
        );

    [Fact]
    public void SplitOfWhichOnlyTheLastPartIsRead() =>
        Check(g => g.Input("x", 2, 5).Ints("sizes", 2, 3).Node("Split", "x sizes", "a y", Of("axis", 1)));

    [Fact]
    public void SplitOfAnOldModel() =>
        Check(g => g.Input("x", 4, 2).Node("Split", "x", "a b", Of("axis", 0), Of("split", [1, 3])).Node("Tanh", "b", "y"), opset: 11);

    [Fact]
    public void SliceOfAllAxes() => Check("Slice", [In(4, 5), Ints(1, 2), Ints(3, 4)]);

    [Fact]
    public void SliceOfOneAxis() => Check("Slice", [In(2, 5, 3), Ints(1), Ints(4), Ints(1)]);

    [Fact]
    public void SliceFromTheEnd() => Check("Slice", [In(4, 5, 3), Ints(-3, -2), Ints(-1, long.MaxValue), Ints(-2, 0)]);

    [Fact]
    public void SliceBeyondTheBorders() => Check("Slice", [In(4, 5), Ints(-9, 2), Ints(99, 7), Ints(0, 1)]);

    [Fact]
    public void SliceWithSteps() => Check("Slice", [In(6, 5), Ints(1, 0), Ints(6, 5), Ints(0, 1), Ints(2, 3)]);

    [Fact]
    public void SliceBackwards() => Check("Slice", [In(6, 5), Ints(-1, 3), Ints(long.MinValue, 0), Ints(0, 1), Ints(-2, -1)]);

    [Fact]
    public void SliceWithStepsOfOne() => Check("Slice", [In(6, 5), Ints(1), Ints(4), Ints(0), Ints(1)]);

    [Fact]
    public void SliceOfAnOldModel() => Check("Slice", [In(2, 5, 3)], [Of("starts", [1L]), Of("ends", [4L]), Of("axes", [1L])], opset: 9);

    [Theory, InlineData("add"), InlineData("none")]
    public void ScatterElements(string reduction) =>
        Check("ScatterElements", [In(3, 4), Indices([2, 3], 1, 0, 2, 0, 2, 1), In(2, 3)], [Of("axis", 0), Of("reduction", reduction)]);

    [Fact]
    public void ScatterElementsThatMeetInOnePlace() =>
        Check("ScatterElements", [In(2, 4), Indices([2, 3], 1, 1, -1, 0, 3, 3), In(2, 3)], [Of("axis", 1), Of("reduction", "add")]);

    [Fact]
    public void ConcatOfSeveralInputs() => Check("Concat", [In(2, 3, 2), In(2, 1, 2), In(2, 2, 2)], [Of("axis", 1)]);

    [Fact]
    public void ConcatAlongANegativeAxis() => Check("Concat", [In(2, 3), In(2, 4)], [Of("axis", -1)]);

    [Fact]
    public void ConcatAlongTheFirstAxis() => Check("Concat", [In(3, 2), In(1, 2)], [Of("axis", 0)]);

    [Fact]
    public void ConcatWithConstants() => Check("Concat", [Weight(2, 1), In(2, 3), Weight(2, 2)], [Of("axis", 1)]);

    [Fact]
    public void ConcatOfTheSameInputTwice() => Check(g => g.Input("x", 2, 3).Input("z", 2, 2).Node("Concat", "x z x", "y", Of("axis", 1)));

    [Fact]
    public void ConcatOfOneInput() => Check("Concat", [In(2, 3)], [Of("axis", 1)]);

    [Fact]
    public void ConcatBetweenConvolutions() =>
        Check(g =>
            g.Input("x", 2, 3, 4, 4)
                .Weight("v", 2, 3, 3, 3)
                .Node("Conv", "x v", "a", Of("pads", [1, 1, 1, 1]))
                .Node("Concat", "x a", "c", Of("axis", 1))
                .Weight("w", 4, 5, 3, 3)
                .Node("Conv", "c w", "y")
        );

    [Fact]
    public void ConcatReadByTwoConvolutions() =>
        Check(g =>
            g.Input("x", 2, 3, 4, 4)
                .Input("z", 2, 1, 4, 4)
                .Node("Concat", "x z x", "c", Of("axis", 1))
                .Weight("v", 2, 7, 3, 3)
                .Node("Conv", "c v", "a")
                .Weight("w", 2, 7, 2, 2)
                .Node("Conv", "c w", "b", Of("dilations", [2, 2]))
                .Node("Add", "a b", "y")
        );

    [Fact]
    public void ConcatBeforeAConvolutionWithGroups() =>
        Check(g =>
            g.Input("x", 2, 1, 4, 4)
                .Input("z", 2, 3, 4, 4)
                .Node("Concat", "x z", "c", Of("axis", 1))
                .Weight("w", 4, 2, 3, 3)
                .Node("Conv", "c w", "y", Of("group", 2))
        );

    [Fact]
    public void PadWithZeros() => Check("Pad", [In(2, 3, 4), Ints(0, 1, 2, 1, 0, 3)]);

    [Fact]
    public void PadWithAValue() => Check("Pad", [In(2, 3), Ints(1, 1, 0, 2), Values([], 5)]);

    [Fact]
    public void PadWithNegativePads() => Check("Pad", [In(4, 5), Ints(-1, 2, 1, -3)]);

    [Fact]
    public void PadAlongSomeAxes() => Check("Pad", [In(2, 3, 4), Ints(1, -1, 2, 1), null, Ints(2, 1)]);

    [Fact]
    public void PadAlongANegativeAxis() => Check("Pad", [In(2, 3, 4), Ints(1, 2), null, Ints(-2)]);

    [Fact]
    public void PadOfAnOldModel() => Check("Pad", [In(2, 3)], [Of("pads", [1, 0, 0, 2]), Of("value", 1.5f)], opset: 9);

    [Fact]
    public void GatherOfOnePlace() => Check("Gather", [In(3, 4, 2), Indices([], 2)], [Of("axis", 1)], Known.Ranks);

    [Fact]
    public void GatherOfAVectorOfPlaces() => Check("Gather", [In(3, 4, 2), Ints(2, 0, 3)], [Of("axis", 1)], Known.Ranks);

    [Fact]
    public void GatherOfAMatrixOfPlaces() =>
        Check("Gather", [In(3, 4, 2), Indices([2, 3], 2, 0, 3, 1, 1, 2)], [Of("axis", 1)], Known.Ranks);

    [Fact]
    public void GatherFromTheEnd() => Check("Gather", [In(3, 4, 2), Ints(-1, -4, 1)], [Of("axis", 1)], Known.Ranks);

    [Fact]
    public void GatherOfTheSamePlaceTwice() => Check("Gather", [In(3, 4, 2), Ints(1, 1, -3)], [Of("axis", -2)], Known.Ranks);

    [Fact]
    public void GatherAlongTheFirstAxis() => Check("Gather", [In(3, 4), Ints(2, 2)], [Of("axis", 0)], Known.Ranks);

    [Fact]
    public void GatherAlongTheLastAxis() => Check("Gather", [In(3, 4), Indices([], -1)], [Of("axis", 1)], Known.Ranks);

    [Fact]
    public void GatherFromAVector() => Check("Gather", [In(5), Indices([2, 1], 4, 0)], least: Known.Ranks);

    private static void Reduce(string op, long[]? axes, int keep, int noop) =>
        Check(op, axes is null ? [In(2, 3, 4, 2)] : [In(2, 3, 4, 2), Ints(axes)], [Of("keepdims", keep), Of("noop_with_empty_axes", noop)]);
}
