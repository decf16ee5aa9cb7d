using Explain.Autodiff.Rules;
using static Explain.Autodiff.Graphs.Attributes;

namespace Explain.Autodiff.Tests;

/// <summary>What takes the items of a batch together, whatever they hold.</summary>
public sealed class RowMixingTests
{
    // From "x" [1, 3, 4, 5] to "y", and the operator that is found; null for none.
    private static readonly Dictionary<string, (Func<TinyGraph, TinyGraph> Build, string? Found)> Known = new()
    {
        ["over the batch"] = (g => g.Ints("a", 0).Node("ReduceMax", "x a", "y"), "ReduceMax"),
        ["over the batch, counted from the end"] = (g => g.Ints("a", -4).Node("ReduceMin", "x a", "y"), "ReduceMin"),
        ["over all axes"] = (g => g.Node("ReduceMax", "x", "y"), "ReduceMax"),
        ["over no axes"] = (g => g.Node("ReduceMax", "x", "y", Of("noop_with_empty_axes", 1)), null),
        ["over each item"] = (g => g.Ints("a", 1, 2, 3).Node("ReduceMax", "x a", "y"), null),
        ["over what the batch became"] = (
            g => g.Ints("s", -1).Node("Reshape", "x s", "f").Ints("a", 0).Node("ReduceMax", "f a", "y"),
            "ReduceMax"
        ),
        ["over rows of each item"] = (g => g.Ints("s", 0, -1).Node("Reshape", "x s", "f").Ints("a", 1).Node("ReduceMax", "f a", "y"), null),
        ["over the batch that was moved behind"] = (
            g => g.Node("Transpose", "x", "t", Of("perm", [1, 2, 3, 0])).Ints("a", 3).Node("ReduceMax", "t a", "y"),
            "ReduceMax"
        ),
        ["over what stands in front of it"] = (
            g => g.Node("Transpose", "x", "t", Of("perm", [1, 2, 3, 0])).Ints("a", 0).Node("ReduceMax", "t a", "y"),
            null
        ),
        ["behind a reduction without its axis"] = (
            g =>
                g.Node("Transpose", "x", "t", Of("perm", [1, 0, 2, 3]))
                    .Ints("a", 0)
                    .Node("ReduceMax", "t a", "r", Of("keepdims", 0))
                    .Ints("b", 0)
                    .Node("ReduceMax", "r b", "y"),
            "ReduceMax"
        ),
        ["a largest item"] = (g => g.Node("ArgMax", "x", "i").Node("Cast", "i", "y", Of("to", 1)), "ArgMax"),
        ["a largest channel"] = (g => g.Node("ArgMax", "x", "i", Of("axis", 1)).Node("Cast", "i", "y", Of("to", 1)), null),
        ["softmax over the batch"] = (g => g.Node("Softmax", "x", "y", Of("axis", 0)), "Softmax"),
        ["softmax over channels"] = (g => g.Node("Softmax", "x", "y", Of("axis", 1)), null),
        ["one scale for all"] = (
            g => g.Node("DynamicQuantizeLinear", "x", "q s z").Node("DequantizeLinear", "q s z", "y"),
            "DynamicQuantizeLinear"
        ),
        ["statistics of the batch"] = (
            g =>
                g.Weight("w", Tensor.Of([3], 1, 2, 3))
                    .Weight("v", Tensor.Of([3], 1, 1, 1))
                    .Node("BatchNormalization", "x w w w v", "y m n", Of("training_mode", 1)),
            "BatchNormalization"
        ),
        ["statistics of the training"] = (
            g => g.Weight("w", Tensor.Of([3], 1, 2, 3)).Weight("v", Tensor.Of([3], 1, 1, 1)).Node("BatchNormalization", "x w w w v", "y"),
            null
        ),
        ["extents only"] = (
            g => g.Node("Shape", "x", "s").Node("ReduceProd", "s", "n").Node("Cast", "n", "f", Of("to", 1)).Node("Mul", "x f", "y"),
            null
        ),
        ["for another output"] = (g => g.Node("ReduceMax", "x", "other").Node("Relu", "x", "y"), null),
    };

    public static TheoryData<string> Names => [.. Known.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void WhatTakesItemsTogetherIsFound(string name)
    {
        var (build, found) = Known[name];
        var graph = build(new TinyGraph().Input("x", 1, 3, 4, 5)).Output("y").Prepare();

        Assert.Equal(found, RowMixing.Find(graph, "x", ["y"])?.OpType);
    }
}
