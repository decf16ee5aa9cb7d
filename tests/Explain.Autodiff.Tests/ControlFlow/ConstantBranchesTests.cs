using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using Explain.Autodiff.Rewriting;
using static Explain.Autodiff.Graphs.Attributes;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Tests.ControlFlow;

/// <summary>A condition that is always the same leaves one branch.</summary>
public class ConstantBranchesTests
{
    [Theory, InlineData(true), InlineData(false)]
    public void TheBranchTakesThePlaceOfTheNode(bool truth)
    {
        var tiny = Model(truth, "If", "flag");
        var (graph, expected) = (tiny.Build(), Runtime.Run(tiny.Build(), tiny.Feeds)["y"]);
        Assert.True(Resolve(graph));
        Assert.Equal(truth ? ["Relu", "Mul", "Neg"] : ["Relu", "Identity", "Neg"], graph.Nodes.Select(n => n.OpType));
        Assert.Equal(expected.Values, Runtime.Run(graph, tiny.Feeds)["y"].Values);
        Assert.NotNull(graph.Producer("z"));
    }

    [Fact]
    public void ConditionsThatFollowFromExtentsAreResolvedInBodiesToo()
    {
        var inner = new TinyGraph().Node("If", "square", "deep", Branches("Exp", "Abs")).Output("deep").Body();
        var other = new TinyGraph().Node("Neg", "x", "other").Output("other").Body();
        var tiny = new TinyGraph()
            .Input("x", 3, 3)
            .Ints("rows", 0)
            .Ints("columns", 1)
            .Weight("none", Tensor.Of([], 0))
            .Node("Shape", "x", "shape")
            .Node("Gather", "shape rows", "height")
            .Node("Gather", "shape columns", "width")
            .Node("Equal", "height width", "square")
            .Node("ReduceSum", "x", "sum", Of("keepdims", 0))
            .Node("Greater", "sum none", "bright")
            .Node("If", "bright", "z", Of("then_branch", inner), Of("else_branch", other))
            .Node("If", "square", "q", Branches("Exp", "Abs"))
            .Node("Add", "z q", "y")
            .Output("y");
        var graph = tiny.Build();
        Runtime.DeclareTypes(graph);
        Assert.True(Resolve(graph));
        Assert.False(Resolve(graph));
        Assert.Single(graph.Nodes, n => n.OpType == "If");
        Assert.DoesNotContain(Bodies.WithAll(graph).Skip(1).SelectMany(g => g.Nodes), n => n.OpType == "If");
        Assert.Equal(Runtime.Run(tiny.Build(), tiny.Feeds)["y"].Values, Runtime.Run(graph, tiny.Feeds)["y"].Values);
    }

    [Fact]
    public void NamesThatBothGraphsHaveStayApart()
    {
        // The branch calls a value of its own as the graph calls one that is made later.
        var then = new TinyGraph()
            .Weight("c", 3)
            .Node("Add", "r c", "t")
            .Node("Tanh", "t", "b")
            .Node("Mul", "b t", "m")
            .Output("m", "b")
            .Body();
        var other = new TinyGraph().Node("Neg", "r", "t").Node("Abs", "r", "b").Output("t", "b").Body();
        var tiny = new TinyGraph()
            .Input("x", 2, 3)
            .Weight("flag", Tensor.Of([], 1), DataType.Int8)
            .Weight("c", 2, 1)
            .Node("Relu", "x", "r")
            .Node("Cast", "flag", "on", Of("to", (long)DataType.Bool))
            .Node("If", "on", "z w", Of("then_branch", then), Of("else_branch", other))
            .Node("Mul", "z c", "t")
            .Node("Sub", "t w", "b")
            .Node("Add", "b c", "y")
            .Output("y");
        var graph = tiny.Build();
        Runtime.DeclareTypes(graph);
        Assert.True(Resolve(graph));
        Assert.Equal(Runtime.Run(tiny.Build(), tiny.Feeds)["y"].Values, Runtime.Run(graph, tiny.Feeds)["y"].Values);
    }

    [Fact]
    public void WhatAnInputDecidesStays()
    {
        var tiny = new TinyGraph()
            .Input("x", 2, 3)
            .Weight("none", Tensor.Of([], 0))
            .Node("ReduceSum", "x", "s", Of("keepdims", 0))
            .Node("Greater", "s none", "flag")
            .Node("If", "flag", "y", Branches("Exp", "Abs"))
            .Output("y");
        var graph = tiny.Build();
        Runtime.DeclareTypes(graph);
        Assert.False(Resolve(graph));
        Assert.Contains(graph.Nodes, n => n.OpType == "If");
    }

    private static AttributeProto[] Branches(string then, string otherwise) =>
        [
            Of("then_branch", new TinyGraph().Node(then, "x", "t1").Output("t1").Body()),
            Of("else_branch", new TinyGraph().Node(otherwise, "x", "t1").Output("t1").Body()),
        ];

    private static TinyGraph Model(bool truth, string op, string condition) =>
        new TinyGraph()
            .Input("x", 2, 3)
            .Node("Relu", "x", "r")
            .Bool(condition, truth)
            .Node(
                op,
                condition,
                "z",
                Of("then_branch", new TinyGraph().Weight("w", 3).Node("Mul", "r w", "t").Output("t").Body()),
                Of("else_branch", new TinyGraph().Node("Identity", "r", "t").Output("t").Body())
            )
            .Node("Neg", "z", "y")
            .Output("y");

    private static bool Resolve(Graph graph) => ConstantBranches.Resolve(graph, conditions =>
        {
            var values = Runtime.Run(conditions, new Dictionary<string, Tensor>());
            return [.. conditions.Outputs.Select(o => (bool?)(values[o].Values[0] != 0))];
        });
}
