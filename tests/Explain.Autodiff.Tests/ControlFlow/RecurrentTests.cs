using Explain.Autodiff.Backpropagation;
using Explain.Autodiff.Onnx;
using Explain.Autodiff.Rules;
using Google.Protobuf;
using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Tests.GradientCheck;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Tests.ControlFlow;

/// <summary>
/// RNN, GRU and LSTM: what they are taken apart into, against ONNX Runtime's own operators, and its gradients, against differences.
/// </summary>
public class RecurrentTests
{
    private const long Hidden = 2;

    /// <summary>A form of an operator.</summary>
    private sealed record Form(string Op, params AttributeProto[] Attributes)
    {
        public bool Bias { get; init; } = true;

        public bool States { get; init; } = true;

        public bool Lengths { get; init; }

        public bool Peepholes { get; init; }

        public long Directions => Attributes.Any(a => a.S?.ToStringUtf8() == "bidirectional") ? 2 : 1;

        public long Gates =>
            Op switch
            {
                "RNN" => 1,
                "GRU" => 3,
                _ => 4,
            };
    }

    // csharpier-ignore
    private static readonly Dictionary<string, Form> Forms = new()
    {
        ["RNN"] = new("RNN"),
        ["RNN alone"] = new("RNN") { Bias = false, States = false },
        ["RNN reversed"] = new("RNN", Of("direction", "reverse")),
        ["RNN in both directions with lengths"] = new("RNN", Of("direction", "bidirectional"), Names("Sigmoid", "Affine"), Floats("activation_alpha", 0.7f), Floats("activation_beta", 0.2f)) { Lengths = true },
        ["RNN reversed with lengths"] = new("RNN", Of("direction", "reverse")) { Lengths = true },
        ["RNN of LeakyRelu"] = new("RNN", Names("LeakyRelu"), Floats("activation_alpha", 0.3f)),
        ["RNN of ScaledTanh"] = new("RNN", Names("ScaledTanh"), Floats("activation_alpha", 0.8f), Floats("activation_beta", 0.6f)),
        ["RNN of HardSigmoid"] = new("RNN", Names("HardSigmoid"), Floats("activation_alpha", 0.15f), Floats("activation_beta", 0.4f)),
        ["RNN of Elu"] = new("RNN", Names("Elu"), Floats("activation_alpha", 0.5f)),
        ["RNN of Softsign"] = new("RNN", Names("Softsign")),
        ["RNN of Softplus"] = new("RNN", Names("Softplus")),
        ["RNN of ThresholdedRelu"] = new("RNN", Names("ThresholdedRelu"), Floats("activation_alpha", 0.1f)),
        ["RNN with a clip"] = new("RNN", Of("clip", 0.6f)),
        ["GRU"] = new("GRU"),
        ["GRU alone"] = new("GRU") { Bias = false, States = false },
        ["GRU, reset last"] = new("GRU", Of("linear_before_reset", 1L)),
        ["GRU, reset last, no bias"] = new("GRU", Of("linear_before_reset", 1L)) { Bias = false },
        ["GRU in both directions with lengths"] = new("GRU", Of("direction", "bidirectional"), Of("linear_before_reset", 1L)) { Lengths = true },
        ["GRU of other activations"] = new("GRU", Of("direction", "bidirectional"), Names("HardSigmoid", "Softsign", "Sigmoid", "Tanh")),
        ["GRU with a clip"] = new("GRU", Of("clip", 0.6f)),
        ["LSTM"] = new("LSTM"),
        ["LSTM alone"] = new("LSTM") { Bias = false, States = false },
        ["LSTM in both directions"] = new("LSTM", Of("direction", "bidirectional")),
        ["LSTM reversed with lengths"] = new("LSTM", Of("direction", "reverse")) { Lengths = true },
        ["LSTM with peepholes"] = new("LSTM") { Peepholes = true },
        ["LSTM with peepholes in both directions"] = new("LSTM", Of("direction", "bidirectional")) { Peepholes = true, Lengths = true },
        ["LSTM that forgets what it takes"] = new("LSTM", Of("input_forget", 1L)),
        ["LSTM of other activations"] = new("LSTM", Names("HardSigmoid", "Softsign", "Affine"), Floats("activation_alpha", 0.3f, 0.9f), Floats("activation_beta", 0.45f, 0.1f)),
        ["LSTM with a clip"] = new("LSTM", Of("clip", 0.6f)),
    };

    public static TheoryData<string> Every => [.. Forms.Keys];

    [Theory, MemberData(nameof(Every))]
    public void EveryOutputIsTheOperators(string form)
    {
        foreach (var output in Outputs(Forms[form]))
        {
            var tiny = Model(new TinyGraph(), Forms[form]).Node("Identity", output, "y").Output("y");
            var expected = Runtime.Run(tiny.Build(), tiny.Feeds)["y"];
            var graph = tiny.Prepare();
            Assert.DoesNotContain(graph.Nodes, n => n.OpType == Forms[form].Op);
            graph.SetOutputs(["y"]);
            var found = Runtime.Run(graph, tiny.Feeds)["y"];
            Assert.Equal(expected.Shape, found.Shape);
            Assert.InRange(found.DistanceTo(expected), 0, 2e-6);
        }
    }

    // ONNX Runtime's operators know no double precision; what they are taken apart into does, but for some activations.
    [Theory, MemberData(nameof(Every))]
    public void GradientsAreThoseOfDifferences(string form)
    {
        TinyGraph Product(DataType real, Known known)
        {
            var g = Model(new TinyGraph(real, known), Forms[form]).Ints("zero", 0);
            g.Node("ReduceSum", "all zero", "sum", Of("keepdims", 0)).Node("Mul", "sum last", "m");
            return g.Node("Mul", Forms[form].Op == "LSTM" ? "m cell" : "m last", "y").Output("y");
        }
        // Before types are inferred: RNN does not even open in double precision.
        Graphs.Graph Apart(DataType real, Known known)
        {
            var graph = Product(real, known).Build();
            Assert.True(Rewriting.Definitions.TakeApart(graph));
            Runtime.DeclareTypes(graph);
            return graph;
        }
        Graphs.Graph Gradient(DataType real, Known known)
        {
            var graph = Apart(real, known);
            var seed = graph.AddInput(ExplainGraph.Cotangent, new Graphs.TensorType(real, null));
            var gradients = Backward.Gradients(graph, graph["y"], seed, [.. graph.Inputs.SkipLast(1)], GradientRules.Plain);
            graph.SetOutputs([.. gradients.Select(g => Graphs.Ops.Named(g.Value, ExplainGraph.GradientOf(g.Key)).Name)]);
            return graph;
        }

        var feeds = Product(DataType.Float, Known.Everything).Feeds;
        var y = Runtime.Run(Product(DataType.Float, Known.Everything).Build(), feeds)["y"];
        var cotangent = Tensor.Normal(y.Shape, 7);
        using var precise = Runtime.OpenIfThereAreKernels(Apart(DataType.Double, Known.Everything));
        using var forward = precise ?? new Runtime(Apart(DataType.Float, Known.Everything));
        Assert.InRange(forward.Run(feeds)["y"].DistanceTo(y), 0, 2e-6);
        var expected = Differences(forward, feeds, cotangent, precise is null ? 1e-2 : 1e-5);
        var all = new Dictionary<string, Tensor>(feeds) { [ExplainGraph.Cotangent] = cotangent };
        foreach (var real in precise is null ? [DataType.Float] : new List<DataType> { DataType.Float, DataType.Double })
        {
            foreach (var known in new List<Known> { Known.Ranks, Known.AllButBatch, Known.Everything })
            {
                var found = Runtime.Run(Gradient(real, known), all);
                foreach (var (input, gradient) in expected)
                {
                    Assert.InRange(
                        found[ExplainGraph.GradientOf(input)].DistanceTo(gradient),
                        0,
                        precise is null ? 2e-3
                            : real == DataType.Float ? 5e-6
                            : 1e-8
                    );
                }
            }
        }
    }

    [Fact]
    public void ALayoutByItemIsTheSameWithAxesExchanged()
    {
        foreach (var op in Forms.Keys.Where(k => !k.Contains(' ')))
        {
            var form = Forms[op];
            var tiny = Model(new TinyGraph(), form).Output(Outputs(form));
            var expected = Runtime.Run(tiny.Prepare(), tiny.Feeds);
            var turned = new TinyGraph();
            Model(turned, form with { Attributes = [.. form.Attributes, Of("layout", 1L)] }).Output(Outputs(form));
            foreach (var name in new List<string> { "x", "h0", "c0" }.Where(turned.Feeds.ContainsKey))
                turned.Feeds[name] = Exchanged(tiny.Feeds[name]);
            foreach (var name in turned.Feeds.Keys.Except(["x", "h0", "c0"]))
                turned.Feeds[name] = tiny.Feeds[name];
            var graph = turned.Build();
            foreach (var name in new List<string> { "x", "h0", "c0" }.Where(turned.Feeds.ContainsKey))
            {
                var dims = turned.Feeds[name].Shape.Select(d => new Graphs.Dim(d)).ToArray();
                graph.RetypeInput(name, new Graphs.TensorType(DataType.Float, dims));
            }

            Assert.True(Rewriting.Definitions.TakeApart(graph));
            var found = Runtime.Run(graph, turned.Feeds);
            Assert.Equal([2, 4, 1, Hidden], found["all"].Shape);
            Assert.Equal([2, 1, Hidden], found["last"].Shape);
            Assert.Equal(expected["last"].Values, found["last"].Values);
        }
    }

    [Fact]
    public void AnActivationThatNobodyKnowsIsNoRule()
    {
        var graph = Model(new TinyGraph(), new Form("RNN", Names("Odd"))).Node("Identity", "all", "y").Output("y").Build();
        Assert.False(Rewriting.Definitions.TakeApart(graph));
        Assert.Equal("RNN", Backward.Missing(graph, "y", ["x"], GradientRules.Plain).Single().Operator);
    }

    // [a, b, …] to [b, a, …]
    private static Tensor Exchanged(Tensor t)
    {
        var (a, b, rest) = ((int)t.Shape[0], (int)t.Shape[1], (int)t.Shape.Skip(2).Aggregate(1L, (p, d) => p * d));
        return new Tensor(
            [b, a, .. t.Shape.Skip(2)],
            [
                .. from j in Enumerable.Range(0, b)
                from i in Enumerable.Range(0, a)
                from r in Enumerable.Range(0, rest)
                select t.Values[(i * b + j) * rest + r],
            ]
        );
    }

    private static string[] Outputs(Form form) => form.Op == "LSTM" ? ["all", "last", "cell"] : ["all", "last"];

    private static TinyGraph Model(TinyGraph g, Form form)
    {
        var (d, h) = (form.Directions, Hidden);
        g.Input("x", Tensor.Spread([4, 2, 3], -1, 1, 1));
        g.Input("w", Tensor.Spread([d, form.Gates * h, 3], -0.9, 0.9, 2));
        g.Input("r", Tensor.Spread([d, form.Gates * h, h], -0.9, 0.9, 3));
        if (form.Bias)
            g.Input("b", Tensor.Spread([d, 2 * form.Gates * h], -0.5, 0.5, 4));
        if (form.Lengths)
            g.Weight("lengths", Tensor.Of([2], 4, 2), DataType.Int32);
        if (form.States)
            g.Input("h0", Tensor.Spread([d, 2, h], -0.8, 0.8, 5));
        if (form.States && form.Op == "LSTM")
            g.Input("c0", Tensor.Spread([d, 2, h], -0.7, 0.7, 6));
        if (form.Peepholes)
            g.Input("p", Tensor.Spread([d, 3 * h], -0.6, 0.6, 7));
        var inputs =
            $"x w r {(form.Bias ? "b" : "-")} {(form.Lengths ? "lengths" : "-")} {(form.States ? "h0" : "-")}"
            + (form.Op == "LSTM" ? $" {(form.States ? "c0" : "-")} {(form.Peepholes ? "p" : "-")}" : "");
        return g.Node(form.Op, inputs, string.Join(' ', Outputs(form)), [.. form.Attributes, Of("hidden_size", h)]);
    }

    private static AttributeProto Names(params string[] names)
    {
        var attribute = new AttributeProto { Name = "activations", Type = AttributeProto.Types.AttributeType.Strings };
        attribute.Strings.AddRange(names.Select(ByteString.CopyFromUtf8));
        return attribute;
    }

    private static AttributeProto Floats(string name, params float[] values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Floats };
        attribute.Floats.AddRange(values);
        return attribute;
    }
}
