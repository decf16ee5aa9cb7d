using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using Explain.Autodiff.Rewriting;
using static Explain.Autodiff.Graphs.Attributes;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Tests.ControlFlow;

/// <summary>What is inside nodes is raised like the graph around them, and computes the same.</summary>
public class OldBodiesTests
{
    // csharpier-ignore
    private static readonly Dictionary<string, (long Opset, Func<TinyGraph, TinyGraph> Branch)> Forms = new()
    {
        ["axes of reductions"] = (11, g => g.Node("ReduceMax", "x", "a", Of("axes", [2]), Of("keepdims", 0)).Node("ReduceSum", "a", "b", Of("axes", [1]))),
        ["axes of a maximum at opset 13"] = (13, g => g.Node("ReduceMax", "x", "b", Of("axes", [1, 2]), Of("keepdims", 1))),
        ["bounds"] = (10, g => g.Node("Clip", "x", "b", Of("min", -0.5f), Of("max", 0.7f))),
        ["pads"] = (9, g => g.Node("Pad", "x", "b", Of("pads", [0, 1, 0, 0, 0, 2]), Of("value", 0.5f))),
        ["slices"] = (9, g => g.Node("Slice", "x", "b", Of("starts", [1, -3]), Of("ends", [3, 100]), Of("axes", [1, 2]))),
        ["squeezed"] = (11, g => g.Node("Unsqueeze", "x", "a", Of("axes", [0, 3])).Node("Squeeze", "a", "b", Of("axes", [3]))),
        ["a softmax over two axes"] = (11, g => g.Node("Softmax", "x", "b")),
        ["a softmax over all axes"] = (12, g => g.Node("Neg", "x", "a").Node("LogSoftmax", "a", "b", Of("axis", 0))),
        ["a softmax from the end"] = (11, g => g.Node("Softmax", "x", "b", Of("axis", -2))),
        ["the largest"] = (9, g => g.Node("TopK", "x", "b places", Of("axis", 2), Of("k", 3))),
        ["halves"] = (12, g => g.Node("Split", "x", "c b", Of("axis", 2), Of("split", [2, 3]))),
        ["dropout"] = (9, g => g.Node("Dropout", "x", "b", Of("ratio", 0.4f))),
        ["an own weight"] = (11, g => g.Weight("own", 5, 2).Node("MatMul", "x own", "a").Node("ReduceL2", "a", "b", Of("axes", [1]))),
    };

    private static readonly bool[] Both = [false, true];

    public static TheoryData<string, bool, bool> Variants =>
        [.. from form in Forms.Keys from nested in Both from typed in Both select (form, nested, typed)];

    [Theory, MemberData(nameof(Variants))]
    public void BranchesComputeTheSame(string form, bool nested, bool typed)
    {
        var (opset, branch) = Forms[form];
        var inner = branch(new TinyGraph(opset: opset)).Output("b").Body();
        if (nested)
            inner = new TinyGraph(opset: opset).Node("If", "flag", "b2", Branches(inner, inner)).Output("b2").Body();
        // Branches of old opsets have one shape.
        var other = branch(new TinyGraph(opset: opset)).Node("Neg", "b", "o").Output("o").Body();
        foreach (var truth in Both)
        {
            var tiny = new TinyGraph(opset: opset)
                .Input("x", 2, 4, 5)
                .Input("flag", Tensor.Of([], truth ? 1 : 0), DataType.Float)
                .Weight("half", Tensor.Of([], 0.5))
                .Node("Greater", "flag half", "yes")
                .Node("If", "yes", "y", Branches(Renamed(inner), other))
                .Output("y");
            Same(tiny, typed);
        }

        GraphProto Renamed(GraphProto body)
        {
            var copy = body.Clone();
            Bodies.Reread(new NodeProto { Attribute = { Of("body", copy) } }, new Dictionary<string, string> { ["flag"] = "yes" });
            return copy;
        }
    }

    [Theory, InlineData(9), InlineData(11), InlineData(13), InlineData(17)]
    public void LoopsAndScansComputeTheSame(long opset)
    {
        var step = new TinyGraph(opset: opset)
            .Node("ReduceMean", "item", "mean", Of("axes", [1]), Of("keepdims", 1))
            .Node("Add", "state mean", "next")
            .Node("Identity", "next", "out")
            .Output("next", "out")
            .Body(("state", null), ("item", null));
        var turn = new TinyGraph(opset: opset)
            .Node("ReduceL1", "carried", "size", Of("axes", [0, 1]), Of("keepdims", 1))
            .Node("Div", "carried size", "smaller")
            .Node("Identity", "go", "on")
            .Output("on", "smaller")
            .Body(("turn", DataType.Int64), ("go", DataType.Bool), ("carried", null));
        Same(
            new TinyGraph(opset: opset)
                .Input("x", 2, 4, 5)
                .Weight("start", 4, 1)
                .Ints("three", [], [3])
                .Node("Scan", "start x", "last all", Of("body", step), Of("num_scan_inputs", 1))
                .Node("Loop", "three - last", "y", Of("body", turn))
                .Output("y"),
            typed: true
        );
    }

    [Theory, InlineData(0L), InlineData(1L)]
    public void AScanOfOpsetEightIsAScanOfEachItem(long direction)
    {
        var step = new TinyGraph(opset: 8)
            .Node("ReduceSum", "item", "sum", Of("axes", [0]), Of("keepdims", 1))
            .Node("Mul", "state weight", "kept")
            .Node("Add", "kept sum", "next")
            .Node("Identity", "next", "out")
            .Output("next", "out")
            .Body(("state", null), ("item", null));
        foreach (var output in new[] { "last", "all" })
        {
            Same(
                new TinyGraph(opset: 8)
                    .Input("x", 3, 4, 5)
                    .Weight("start", 3, 1)
                    .Weight("weight", 1)
                    .Node("Scan", "- start x", "last all", Of("body", step), Of("num_scan_inputs", 1), Of("directions", [direction]))
                    .Node("Identity", output, "y")
                    .Output("y"),
                typed: true
            );
        }
    }

    [Fact]
    public void WhatNoNewerOpsetSaysIsRefusedBeforeAnythingChanges()
    {
        var step = new TinyGraph(opset: 8).Node("Add", "state item", "next").Output("next").Body(("state", null), ("item", null));
        var graph = new TinyGraph(opset: 8)
            .Input("x", 2, 4, 5)
            .Weight("start", 2, 5)
            .Ints("lengths", 4, 2)
            .Node("Scan", "lengths start x", "y", Of("body", step), Of("num_scan_inputs", 1))
            .Output("y")
            .Build();
        var before = graph.ToBytes();
        Assert.Contains("sequences of different lengths", Assert.Throws<NotSupportedException>(() => Upgrade.ToFloor(graph)).Message);
        Assert.Equal(before, graph.ToBytes());
    }

    private static AttributeProto[] Branches(GraphProto then, GraphProto otherwise) =>
        [Of("then_branch", then), Of("else_branch", otherwise)];

    private static void Same(TinyGraph tiny, bool typed)
    {
        var before = Runtime.Run(tiny.Build(), tiny.Feeds)["y"];
        var graph = tiny.Build();
        if (typed)
            Runtime.DeclareTypes(graph);
        Upgrade.ToFloor(graph);
        Assert.Equal(Upgrade.Floor, graph.Opset);
        var after = Runtime.Run(graph, tiny.Feeds)["y"];
        Assert.Equal(before.Shape, after.Shape);
        Assert.InRange(after.DistanceTo(before), 0, 1e-6);
        Runtime.DeclareTypes(graph);
        Assert.InRange(Runtime.Run(graph, tiny.Feeds)["y"].DistanceTo(before), 0, 1e-6);
    }
}
