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
    [InlineData(3, 40, "unfold to 64000 nodes; allowed are 50000", true)]
    [InlineData(30, 10, "unfold to 2147483647 nodes; allowed are 50000", false)]
    [InlineData(100_000, 1, "calls itself", false)]
    public void FunctionsThatStandForMoreThanAnybodyHasAreRefusedBeforeTheyAreUnfolded(int levels, int calls, string expected, bool run)
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
        Assert.Equal(run, LocalFunctions.WhyNotRun(new Graph(model)) is null);
        Assert.Contains(expected, Assert.Throws<NotSupportedException>(() => LocalFunctions.Inline(new Graph(model))).Message);
    }

    [
        Theory,
        InlineData(17, 11),
        InlineData(13, 11),
        InlineData(18, 12),
        InlineData(21, 11),
        InlineData(9, 11),
        InlineData(11, 17),
        InlineData(13, 21)
    ]
    public void AFunctionIsRaisedFromItsOwnOpsetAndAModelToThatOfAFunction(long opset, long own)
    {
        var model = Model();
        model.OpsetImport[0].Version = opset;
        model.Functions.Clear();
        model.Graph.Node.Clear();
        // Softmax over two axes where the opset says so, and what only one of the two opsets can say.
        var body = new TinyGraph(opset: own).Node("Softmax", "a", "s", Of("axis", 1));
        body = own < 18 ? body.Node("ReduceMax", "s", "b", Of("axes", [2])) : body.Node("Neg", "s", "n").Node("Sub", "n s", "b");
        var function = Function("att", [.. body.Body().Node]);
        function.OpsetImport[0].Version = own;
        model.Functions.Add(function);
        model.Graph.Node.AddRange([
            Call("att", "x", "m", "first"),
            new NodeProto
            {
                OpType = "Softmax",
                Name = "after",
                Input = { "m" },
                Output = { "y" },
                Attribute = { Of("axis", 1) },
            },
        ]);
        model.Graph.Input[0].Type = new TensorType(Onnx.TensorProto.Types.DataType.Float, [2, 3, 4]).ToProto();
        var x = new Dictionary<string, Tensor> { ["x"] = Tensor.Spread([2, 3, 4], -2, 2, 1) };
        // ONNX Runtime takes the nodes of a function for ones of the model's opset, against the specification.
        TinyGraph Alone(Tensor input, long of) => new TinyGraph(opset: of).Input("a", input);
        var inside = Alone(x["x"], own).Node("Softmax", "a", "s", Of("axis", 1));
        inside =
            own < 18
                ? inside.Node("ReduceMax", "s", "b", Of("axes", [2])).Output("b")
                : inside.Node("Neg", "s", "n").Node("Sub", "n s", "b").Output("b");
        var middle = Runtime.Run(inside.Build(), inside.Feeds)["b"];
        var after = Alone(middle, opset).Node("Softmax", "a", "y", Of("axis", 1)).Output("y");
        var expected = Runtime.Run(after.Build(), after.Feeds)["y"];
        var graph = new Graph(model);

        Upgrade.ToFloor(graph);

        Assert.Equal(Math.Max(Math.Max(opset, own), Upgrade.Floor), graph.Opset);
        Assert.InRange(Runtime.Run(graph, x)["y"].DistanceTo(expected), 0, 1e-6);
        Assert.Equal(own < 13, graph.Nodes.Take(2).Any(n => n.OpType == "Flatten"));
    }

    [Fact]
    public void CallsInsideBodiesAndBodiesInsideFunctionsAreReplacedToo()
    {
        var model = Model();
        // The branches of the function call another one, and name a value as the model does.
        var branches = new List<(string Name, string Function)> { ("then_branch", "squared"), ("else_branch", "leaky") }.Select(b =>
        {
            var body = new TinyGraph().Node("Identity", "a", "m").Output("m").Body();
            body.Node.Clear();
            body.Node.Add(Call(b.Function, "a", "m", "inside"));
            return Of(b.Name, body);
        });
        model.Functions.Add(
            Function(
                "either",
                new NodeProto
                {
                    OpType = "ReduceSum",
                    Input = { "a" },
                    Output = { "t" },
                    Attribute = { Of("keepdims", 0) },
                },
                new NodeProto
                {
                    OpType = "Cast",
                    Input = { "t" },
                    Output = { "c" },
                    Attribute = { Of("to", (long)Onnx.TensorProto.Types.DataType.Bool) },
                },
                new NodeProto
                {
                    OpType = "If",
                    Input = { "c" },
                    Output = { "b" },
                    Attribute = { branches },
                }
            )
        );
        model.Graph.Node.Add(Call("either", "y", "z", "third"));
        model.Graph.Output[0].Name = "z";
        var x = new Dictionary<string, Tensor> { ["x"] = Tensor.Spread([2, 3], -2, 2, 1) };
        var expected = Runtime.Run(new Graph(model.Clone()), x)["z"];
        var graph = new Graph(model);

        Upgrade.ToFloor(graph);

        Assert.Equal(expected.Values, Runtime.Run(graph, x)["z"].Values);
        Assert.Empty(Backward.Missing(graph, "z", ["x"], GradientRules.Plain));
    }

    [Fact]
    public void AnotherOpsetOfADomainThatNobodyKnowsIsRefused()
    {
        var model = Model();
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "vendor", Version = 2 });
        model.Functions[0].OpsetImport.Add(new OperatorSetIdProto { Domain = "vendor", Version = 1 });
        model.Functions[0].Node[0].Domain = "vendor";
        Assert.Contains(
            "'leaky' is written for opset 1 of 'vendor', the model for 2",
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
