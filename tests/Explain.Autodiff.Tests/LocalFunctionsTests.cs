using Explain.Autodiff.Backpropagation;
using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using Explain.Autodiff.Rewriting;
using Explain.Autodiff.Rules;
using static Explain.Autodiff.Graphs.Attributes;
using Kind = Explain.Autodiff.Onnx.AttributeProto.Types.AttributeType;

namespace Explain.Autodiff.Tests;

/// <summary>Functions that a model brings with it.</summary>
public class LocalFunctionsTests
{
    private const string Domain = "own";

    [Fact]
    public void ACallBecomesItsBodyAndComputesTheSame()
    {
        var model = Model();
        var x = new Dictionary<string, Tensor> { ["x"] = Tensor.Spread([2, 3], -2, 2, 1) };
        var expected = Runtime.Run(new Graph(model.Clone()), x)["y"];
        var graph = new Graph(model);

        Upgrade.ToFloor(graph);

        Assert.Empty(graph.Model.Functions);
        Assert.Equal(["LeakyRelu", "Mul", "LeakyRelu", "Mul"], graph.Nodes.Select(n => n.OpType));
        Assert.Equal(["first/inner/leak", "first/square", "second/inner/leak", "second/square"], graph.Nodes.Select(n => n.Name));
        // The first call has a slope of its own, the second the default.
        Assert.Equal([0.3f, 0.1f], graph.Nodes.Where(n => n.OpType == "LeakyRelu").Select(n => n.Float("alpha", 0)));
        Assert.Equal(0, Runtime.Run(graph, x)["y"].DistanceTo(expected));
        Assert.Empty(Backward.Missing(graph, "y", ["x"], GradientRules.Plain));
    }

    [Fact]
    public void AFunctionThatCallsItselfIsRefused()
    {
        var model = Model();
        model.Functions[0].Node[0] = Call("leaky", "a", "b", "again");
        Assert.Contains(
            "'leaky' calls itself",
            Assert.Throws<NotSupportedException>(() => LocalFunctions.Inline(new Graph(model))).Message
        );
    }

    [Theory]
    [InlineData(3, 40, "unfold to 64000 nodes; allowed are 50000")]
    [InlineData(30, 10, "unfold to 2147483647 nodes; allowed are 50000")]
    [InlineData(100_000, 1, "calls itself")]
    public void FunctionsThatStandForMoreThanAnybodyHasAreRefusedBeforeTheyAreUnfolded(int levels, int calls, string expected)
    {
        var model = Model();
        model.Functions.Clear();
        for (var level = 0; level < levels; level++)
        {
            model.Functions.Add(
                Function(
                    $"f{level}",
                    [
                        .. Enumerable
                            .Range(0, calls)
                            .Select(n =>
                                level == 0
                                    ? new NodeProto
                                    {
                                        OpType = "Relu",
                                        Input = { "a" },
                                        Output = { $"b{n}" },
                                    }
                                    : Call($"f{level - 1}", "a", $"b{n}", $"n{n}")
                            ),
                    ]
                )
            );
        }
        model.Graph.Node.Clear();
        model.Graph.Node.Add(Call($"f{levels - 1}", "x", "y", "all"));
        Assert.Contains(expected, Assert.Throws<NotSupportedException>(() => LocalFunctions.Inline(new Graph(model))).Message);
    }

    [Fact]
    public void AFunctionOfAnotherOpsetIsRefused()
    {
        var model = Model();
        model.Functions[1].OpsetImport[0].Version = 12;
        Assert.Contains(
            "'squared' is written for opset 12 of 'ai.onnx', the model for 17",
            Assert.Throws<NotSupportedException>(() => LocalFunctions.Inline(new Graph(model))).Message
        );
    }

    // y = squared(squared(x)) with squared(t) = leaky(t)²; the slope is handed through.
    private static ModelProto Model()
    {
        var leaky = Function(
            "leaky",
            new NodeProto
            {
                OpType = "LeakyRelu",
                Name = "leak",
                Input = { "a" },
                Output = { "b" },
                Attribute = { Reference("alpha", "slope") },
            }
        );
        var inner = Call("leaky", "a", "t", "inner");
        inner.Attribute.Add(Reference("slope", "slope"));
        var squared = Function(
            "squared",
            inner,
            new NodeProto
            {
                OpType = "Mul",
                Name = "square",
                Input = { "t", "t" },
                Output = { "b" },
            }
        );
        squared.AttributeProto.Add(Of("slope", 0.1f));
        leaky.Attribute.Add("slope");
        var first = Call("squared", "x", "m", "first");
        first.Attribute.Add(Of("slope", 0.3f));
        var tiny = new TinyGraph(opset: 17).Input("x", 2, 3).Node("Identity", "x", "y").Output("y").Build().Model;
        tiny.Graph.Node.Clear();
        tiny.Graph.Node.AddRange([first, Call("squared", "m", "y", "second")]);
        tiny.OpsetImport.Add(new OperatorSetIdProto { Domain = Domain, Version = 1 });
        tiny.Functions.AddRange([leaky, squared]);
        return tiny;
    }

    private static AttributeProto Reference(string name, string of) =>
        new()
        {
            Name = name,
            RefAttrName = of,
            Type = Kind.Float,
        };

    private static NodeProto Call(string function, string input, string output, string name) =>
        new()
        {
            OpType = function,
            Domain = Domain,
            Name = name,
            Input = { input },
            Output = { output },
        };

    private static FunctionProto Function(string name, params NodeProto[] body) =>
        new()
        {
            Name = name,
            Domain = Domain,
            Input = { "a" },
            Output = { "b" },
            Node = { body },
            OpsetImport =
            {
                new OperatorSetIdProto { Version = 17 },
                new OperatorSetIdProto { Domain = Domain, Version = 1 },
            },
        };
}
