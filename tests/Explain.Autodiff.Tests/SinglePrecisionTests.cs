using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using Explain.Autodiff.Rewriting;
using static Explain.Autodiff.Graphs.Attributes;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Tests;

/// <summary>Models of other precisions, rewritten to float32: the same function of numbers that are no longer rounded.</summary>
public class SinglePrecisionTests
{
    public static TheoryData<DataType> Formats => [DataType.Float16, DataType.Bfloat16, DataType.Double];

    [Theory, MemberData(nameof(Formats))]
    public void InputsOutputsWeightsAndCastsBecomeFloat32UnderTheirNames(DataType real)
    {
        var tiny = Net(new TinyGraph(real), real);
        var (before, after) = (tiny.Build(), tiny.Build());

        Assert.Equal([real], SinglePrecision.Apply(after.Model));
        var graph = new Graph(after.Model);
        Assert.Equal(before.Inputs, graph.Inputs);
        Assert.Equal(before.Outputs, graph.Outputs);
        Assert.DoesNotContain($"{(int)real}", graph.Proto.Initializer.Select(t => $"{t.DataType}"));
        var y = Runtime.Run(graph, tiny.Feeds)["y"];
        var expected = Runtime.Run(Net(new TinyGraph(), DataType.Float).Build(), tiny.Feeds)["y"];
        // What the weights lost when they were stored: 11 or 8 bits are left of each.
        Assert.InRange(
            y.DistanceTo(expected),
            0,
            real switch
            {
                DataType.Float16 => 1e-3,
                DataType.Bfloat16 => 2e-2,
                _ => 1e-6,
            }
        );
    }

    [Fact]
    public void AHalfPrecisionModelComputesTheSameWithinHalfPrecision()
    {
        var tiny = Net(new TinyGraph(DataType.Float16), DataType.Float16);
        var rewritten = tiny.Build();
        SinglePrecision.Apply(rewritten.Model);
        Assert.InRange(
            Runtime.Run(new Graph(rewritten.Model), tiny.Feeds)["y"].DistanceTo(Runtime.Run(tiny.Build(), tiny.Feeds)["y"]),
            0,
            2e-3
        );
    }

    [Fact]
    public void HalfPrecisionBetweenFloat32EdgesIsReplacedToo()
    {
        var graph = new TinyGraph()
            .Input("x", 2, 3)
            .Node("Cast", "x", "h", Of("to", 10))
            .Weight("w", Tensor.Normal([3, 2], 1), DataType.Float16)
            .Node("MatMul", "h w", "m")
            .Node("Cast", "m", "y", Of("to", 1))
            .Output("y")
            .Build();
        Assert.Equal([DataType.Float16], SinglePrecision.Apply(graph.Model));
        Assert.All(graph.Nodes.Where(n => n.OpType == "Cast"), n => Assert.Equal(1, n.Int("to", 0)));
    }

    [Fact]
    public void DoublePrecisionWithinAFloat32ModelStays()
    {
        var graph = new TinyGraph()
            .Input("x", 2, 3)
            .Node("Cast", "x", "d", Of("to", 11))
            .Weight("w", Tensor.Normal([3], 1), DataType.Double)
            .Node("Mul", "d w", "m")
            .Node("Cast", "m", "y", Of("to", 1))
            .Output("y")
            .Build();
        var before = graph.ToBytes();
        Assert.Empty(SinglePrecision.Apply(graph.Model));
        Assert.Equal(before, graph.ToBytes());
    }

    [Fact]
    public void NumbersBeyondTheRangeOfFloat32StayNumbers()
    {
        var tiny = new TinyGraph(DataType.Double)
            .Input("x", Tensor.Of([3], 1, 2, 3))
            .Weight("w", Tensor.Of([3], double.MinValue, 1e-310, double.PositiveInfinity))
            .Node("Max", "x w", "y")
            .Output("y");
        var graph = tiny.Build();
        SinglePrecision.Apply(graph.Model);
        Assert.Equal([1, 2, double.PositiveInfinity], Runtime.Run(new Graph(graph.Model), tiny.Feeds)["y"].Values);
        Assert.Equal(float.MinValue, Tensors.ReadFloats(graph.Proto.Initializer.Single())![0]);
    }

    [Fact]
    public void ConstantNodesAndBranchesAreRewrittenAsWeightsAre()
    {
        TensorProto Half(params double[] values) =>
            new TinyGraph().Weight("t", Tensor.Of([values.Length], values), DataType.Float16).Build().Proto.Initializer.Single();
        GraphProto Branch(double value)
        {
            var g = new GraphProto { Name = "branch" };
            var constant = new NodeProto
            {
                OpType = "Constant",
                Output = { "c" },
                Attribute = { Of("value", Half(value)) },
            };
            g.Node.Add(constant);
            g.Node.Add(
                new NodeProto
                {
                    OpType = "Mul",
                    Input = { "x", "c" },
                    Output = { $"r{value}" },
                }
            );
            g.Output.Add(new ValueInfoProto { Name = $"r{value}", Type = new TensorType(DataType.Float16, null).ToProto() });
            return g;
        }
        static AttributeProto Of(string name, object value) =>
            value is TensorProto tensor
                ? Attributes.Of(name, tensor)
                : new AttributeProto
                {
                    Name = name,
                    Type = AttributeProto.Types.AttributeType.Graph,
                    G = (GraphProto)value,
                };
        var tiny = new TinyGraph(DataType.Float16)
            .Input("x", Tensor.Of([2], 1, 2))
            .Input("yes", Tensor.Of([1], 1))
            .Node("Constant", "", "k", Of("value", Half(0.5)))
            .Node("Greater", "yes k", "cond")
            .Node("If", "cond", "y", Of("then_branch", Branch(3)), Of("else_branch", Branch(4)))
            .Output("y");
        var graph = tiny.Build();
        Assert.Equal([DataType.Float16], SinglePrecision.Apply(graph.Model));
        Assert.Equal([3, 6], Runtime.Run(new Graph(graph.Model), tiny.Feeds)["y"].Values);
    }

    private static TinyGraph Net(TinyGraph g, DataType real) =>
        g.Input("x", 2, 3, 5, 6)
            .Weight("w", 4, 3, 3, 3)
            .Weight("b", 4)
            .Node("Conv", "x w b", "c")
            .Node("Relu", "c", "l")
            .Node("GlobalAveragePool", "l", "p")
            .Node("Flatten", "p", "f")
            .Weight("v", 4, 3)
            .Node("MatMul", "f v", "m")
            .Node("Cast", "m", "d", Of("to", (long)DataType.Float))
            .Node("Cast", "d", "y", Of("to", (long)real))
            .Output("y");
}
