using Explain.Autodiff.Backpropagation;
using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using Explain.Autodiff.Rules;
using Google.Protobuf;
using static Explain.Autodiff.Graphs.Attributes;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Tests;

/// <summary>Reading, editing and saving models.</summary>
public class GraphTests
{
    [Fact]
    public void FieldsThatAreNotKnownSurviveARoundTrip()
    {
        var model = Model().Model.Clone();
        var bytes = model.ToByteArray();
        // Field 900, a string, in the model; the schema knows no such field.
        byte[] unknown = [0xA2, 0x38, 3, (byte)'a', (byte)'b', (byte)'c'];
        var graph = Graph.Parse([.. bytes, .. unknown]);
        graph.SetOutputs(["y"]);
        Assert.Equal(unknown, graph.Clone().ToBytes()[^unknown.Length..]);
    }

    [Fact]
    public void AModelIsWrittenAsItWasRead() => Assert.Equal(Model().ToBytes(), Graph.Parse(Model().ToBytes()).ToBytes());

    [Fact]
    public void BytesThatAreNoModelAreRefused() => Assert.Throws<InvalidDataException>(() => Graph.Parse([0xFF, 0xFF, 0xFF]));

    [Fact]
    public void AValueThatTwoNodesComputeIsRefused()
    {
        var model = new TinyGraph().Input("x", 2).Node("Relu", "x", "y").Node("Neg", "x", "z").Output("y").Build().Model;
        model.Graph.Node[1].Output[0] = "y";
        Assert.Contains("two nodes compute 'y'", Refusal(model));
    }

    [Fact]
    public void AnInputThatIsListedTwiceIsRefused()
    {
        var model = new TinyGraph().Input("x", 2).Node("Relu", "x", "y").Output("y").Build().Model;
        model.Graph.Input.Add(model.Graph.Input[0].Clone());
        Assert.Contains("two of its inputs are called 'x'", Refusal(model));
    }

    [Theory, InlineData("strides", long.MaxValue), InlineData("pads", long.MinValue), InlineData("kernel_shape", 1L << 40)]
    public void AnExtentThatOnlyADamagedFileHoldsIsRefusedAlsoInsideABody(string attribute, long extent)
    {
        var model = new TinyGraph().Input("x", 1, 3, 5, 5).Weight("w", 4, 3, 3, 3).Node("Conv", "x w", "y").Output("y").Build().Model;
        model.Graph.Node[0].Set(Attributes.Of(attribute, [2L, extent]));
        Assert.Contains($"Conv 'conv/y': {attribute} holds {extent}; allowed are -2147483647 to 2147483647", Refusal(model));

        var outer = new TinyGraph().Input("c", 1).Node("If", "c", "z", Attributes.Of("then_branch", model.Graph)).Output("z").Build().Model;
        Assert.Contains($"Conv 'conv/y': {attribute} holds {extent}", Refusal(outer));
    }

    private static string Refusal(ModelProto model) =>
        Assert.Throws<InvalidDataException>(() => Graph.Parse(Google.Protobuf.MessageExtensions.ToByteArray(model))).Message;

    [Fact]
    public void AnEmptyFileIsRefused() => Assert.Throws<InvalidDataException>(() => Graph.Parse([]));

    [Fact]
    public void ACloneIsIndependent()
    {
        var graph = Model();
        graph.Declare("a", new TensorType(DataType.Float, [2, 3]));
        var before = graph.ToBytes();
        var clone = graph.Clone();
        clone.CutAt("a", new TensorType(DataType.Float, [2, 3]));
        clone.Declare("a", new TensorType(DataType.Double, null));
        Assert.Equal(before, graph.ToBytes());
        Assert.Equal([2, 3], graph.Type("a")!.FixedFrom(0)!);
        Assert.NotNull(graph.Producer("a"));
    }

    [Fact]
    public void CuttingAtAValueMakesItAnInput()
    {
        var graph = Model();
        graph.CutAt("a", new TensorType(DataType.Float, [2, 3]));
        graph.SetOutputs(["y"]);
        Assert.Equal(["a"], graph.Inputs);
        Assert.Equal(["Tanh", "Mul"], graph.Nodes.Select(n => n.OpType));
        var feeds = new Dictionary<string, Tensor> { ["a"] = Tensor.Of([2, 3], 1, 2, 3, 4, 5, 6) };
        Assert.All(Runtime.Run(graph, feeds)["y"].Values.Zip(feeds["a"].Values), p =>
            Assert.Equal(p.Second * Math.Tanh(p.Second), p.First, 1e-5)
        );
    }

    [Fact]
    public void CuttingAtOneOutputLeavesTheOthersOfItsNode()
    {
        var graph = new TinyGraph()
            .Input("x", 2, 4)
            .Node("Split", "x", "a b", Of("axis", 1), Of("num_outputs", 2))
            .Node("Add", "a b", "y")
            .Output("y")
            .Build();
        graph.CutAt("b", new TensorType(DataType.Float, [2, 2]));
        graph.SetOutputs(["y"]);
        Assert.Equal(["x", "b"], graph.Inputs);
        var feeds = new Dictionary<string, Tensor>
        {
            ["x"] = Tensor.Of([2, 4], 1, 2, 0, 0, 3, 4, 0, 0),
            ["b"] = Tensor.Of([2, 2], 10, 20, 30, 40),
        };
        Assert.Equal([11, 22, 33, 44], Runtime.Run(graph, feeds)["y"].Values);
    }

    [Fact]
    public void CuttingAtAnInputIsRefused() =>
        Assert.Throws<ArgumentException>(() => Model().CutAt("x", new TensorType(DataType.Float, null)));

    [Fact]
    public void ConstantsAreFoundBehindNodes()
    {
        var graph = new TinyGraph()
            .Ints("i", 1, 2)
            .Node("Identity", "i", "same")
            .Node("Constant", "", "ints", Of("value_ints", [3, 4]))
            .Node("Constant", "", "float", Of("value_float", 0.5f))
            .Node("Constant", "", "tensor", Of("value", Tensors.Ints(5)))
            .Input("x", 1)
            .Build();
        Assert.Equal([1, 2], Tensors.ReadInts(graph.Constant("same"))!);
        Assert.Equal([3, 4], Tensors.ReadInts(graph.Constant("ints"))!);
        Assert.Equal([0.5], Tensors.ReadFloats(graph.Constant("float"))!);
        Assert.Equal([5], Tensors.ReadInts(graph.Constant("tensor"))!);
        Assert.Null(graph.Constant("x"));
    }

    [Fact]
    public void AddedNamesBeginWithWhatNoNameOfTheModelBeginsWith()
    {
        var graph = new TinyGraph().Input("x", 1).Node("Relu", "x", "explain/Add_1").Node("Neg", "explain/Add_1", "explain3/y").Build();
        Assert.Equal("explain2/", graph.Prefix);
        Assert.Equal("explain2/Add_0", graph.Fresh("Add"));
        Assert.Equal("explain2/classes", graph.Clone().Own(ExplainGraph.Classes));
        Assert.Equal(ExplainGraph.Classes, new TinyGraph().Input("x", 1).Node("Relu", "x", "explain").Build().Own(ExplainGraph.Classes));
    }

    [Fact]
    public void FreshNamesAvoidNodesValuesAndWhatIsInsideSubgraphs()
    {
        var graph = Model();
        var inner = new GraphProto { Name = "body" };
        inner.Node.Add(
            new NodeProto
            {
                OpType = "Neg",
                Name = "explain/Add_1",
                Output = { "explain/Add_2" },
            }
        );
        inner.Initializer.Add(new TensorProto { Name = "explain/Add_3" });
        var holder = new NodeProto
        {
            OpType = "If",
            Name = "explain/Add_0",
            Output = { "chosen" },
        };
        holder.Attribute.Add(
            new AttributeProto
            {
                Name = "then_branch",
                Type = AttributeProto.Types.AttributeType.Graph,
                G = inner,
            }
        );
        graph.Proto.Node.Add(holder);
        var names = new GraphNames(graph.Proto);
        Assert.All(Enumerable.Range(0, 4), n => Assert.True(names.Contains($"explain/Add_{n}")));
        Assert.Equal("explain2/", new Graph(graph.Model.Clone()).Prefix);
        // In a copy, the prefix is that of the original, and what was added in between is avoided.
        var copy = graph.Clone();
        Assert.Equal("explain/", copy.Prefix);
        Assert.Equal("explain/Add_4", copy.Fresh("Add"));
    }

    [Fact]
    public void ANodeThatWasPutInByHandGetsANameOfItsOwn()
    {
        var graph = new TinyGraph().Input("x", 1).Node("Relu", "x", "y").Build();
        var node = new NodeProto
        {
            OpType = "Neg",
            Name = "relu/y",
            Input = { "y" },
            Output = { "z" },
        };
        graph.Proto.Node.Add(node);
        graph.Register(node);
        graph.Register(node);
        Assert.Equal("explain/Neg_0", node.Name);
        Assert.Equal("relu/y", graph.Nodes[0].Name);
    }

    [Fact]
    public void NamesReadInsideSubgraphsAreKept()
    {
        var inner = new GraphProto { Name = "body" };
        inner.Node.Add(
            new NodeProto
            {
                OpType = "Neg",
                Input = { "a" },
                Output = { "inner" },
            }
        );
        inner.Output.Add(new ValueInfoProto { Name = "inner" });
        var graph = Model();
        graph.Proto.Node.Add(
            new NodeProto
            {
                OpType = "If",
                Input = { "condition" },
                Output = { "z" },
                Attribute =
                {
                    new AttributeProto
                    {
                        Name = "then_branch",
                        Type = AttributeProto.Types.AttributeType.Graph,
                        G = inner,
                    },
                },
            }
        );
        graph = new Graph(graph.Model);
        graph.SetOutputs(["z"]);
        Assert.Equal(["Sigmoid", "If"], graph.Nodes.Select(n => n.OpType));
        Assert.Empty(Backward.Missing(graph, "z", ["x"], GradientRules.Plain));
    }

    private static Graph Model() =>
        new TinyGraph().Input("x", 2, 3).Node("Sigmoid", "x", "a").Node("Tanh", "a", "b").Node("Mul", "a b", "y").Output("y").Build();

    [Fact]
    public void WeightsOfMoreNumbersThanAWholeNumberHoldsAreMany()
    {
        var graph = new TinyGraph().Input("x", 1, 2).Node("Relu", "x", "y").Output("y").Build();
        foreach (var name in new[] { "a", "b" })
        {
            var tensor = new TensorProto
            {
                Name = name,
                DataType = (int)DataType.Float,
                DataLocation = TensorProto.Types.DataLocation.External,
            };
            tensor.Dims.AddRange([1L << 40, 1L << 40]);
            graph.Proto.Initializer.Add(tensor);
        }

        Assert.True(graph.HasLargeWeights);
        Assert.Equal(2 * Math.Pow(2, 80), graph.WeightCount);
    }
}
