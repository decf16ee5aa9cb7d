using Explain.Autodiff.Backpropagation;
using Explain.Autodiff.Rewriting;
using Explain.Autodiff.Rules;
using Explain.Autodiff.Tests.ControlFlow;
using static Explain.Autodiff.Graphs.Attributes;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Tests;

/// <summary>Where a node is not taken apart as others of its operator are, whoever asks for a gradient reads why.</summary>
public class DefinitionsTests
{
    private const string Domain = "com.microsoft.";

    // csharpier-ignore
    private static readonly Dictionary<string, (Action<TinyGraph> Describe, string Reason)> Forms = new()
    {
        ["ordered weights"] = (g => Ordered(g.Input("x", 2, 32), "y"), "its rows say themselves of which blocks they are, and it has zero points, too"),
        ["quantised cache"] = (g => Attention(g).Node($"{Domain}GroupQueryAttention", "x x x - - l l - - - - - c c", "y", Of("num_heads", 2L), Of("kv_num_heads", 2L)), "its cache of keys and values is quantised"),
        ["beams"] = (g => Attention(g).Node($"{Domain}MultiHeadAttention", "x x x - - - - - - l", "y", Of("num_heads", 2L)), "its cache holds several beams"),
        ["beams of one query"] = (g => Attention(g).Node($"{Domain}DecoderMaskedMultiHeadAttention", "x x x - - - - - - l", "y", Of("num_heads", 2L)), "its buffer holds several beams"),
        ["shared past"] = (g => Attention(g).Node($"{Domain}Attention", "x w", "y", Of("num_heads", 2L), Of("past_present_share_buffer", 1L)), "its past lies in a buffer that it writes to"),
        ["mask"] = (g => Attention(g).Weight("m", Tensor.Of([1, 1, 3, 3], new double[9]), DataType.Int32).Node($"{Domain}Attention", "x w - m", "y", Of("num_heads", 2L)), "its mask has 4 axes"),
        ["heads"] = (g => Attention(g).Input("u", 1, 3).Node($"{Domain}MultiHeadAttention", "x u u", "y", Of("num_heads", 2L)), "it is not known how the heads of its queries and keys lie"),
        ["activation"] = (g => g.Input("x", 2, 3).Weight("w", 3, 4).Node($"{Domain}FusedGemm", "x w", "y", Of("activation", "Odd")), "its activation 'Odd' is not known"),
        ["metric"] = (g => g.Input("x", 2, 3).Node($"{Domain}CDist", "x x", "y", Of("metric", "cosine")), "its metric 'cosine' is not known"),
        ["crop"] = (g => g.Input("x", 1, 2, 4, 4).Weight("r", 1, 4).Ints("i", 0).Ints("s", 2, 2).Node($"{Domain}CropAndResize", "x r i s", "y", Of("mode", "nearest")), "its mode 'nearest' is not known"),
        ["output"] = (g => g.Input("x", 1, 3, 4).Node("Attention", "x x x", "y - - s", Of("q_num_heads", 2L), Of("kv_num_heads", 2L), Of("qk_matmul_output_mode", 7L)), "nothing is known of its output 3, 's'"),
        ["experts"] = (g => g.Input("x", 2, 4).Weight("w", 3, 4, 4).Node($"{Domain}MoE", "x x w - w - w", "y", Of("activation_type", "relu")), "its experts have a third layer"),
        ["recurrent"] = (g => g.Input("x", 3, 1, 4).Weight("w", 1, 6, 4).Weight("r", 1, 6, 2).Node("GRU", "x w r", "y", Of("hidden_size", 2L), Of("direction", "up")), "its direction 'up' is not known"),
    };

    public static TheoryData<string> Names => [.. Forms.Keys];

    [Theory, MemberData(nameof(Names))]
    public void TheReasonIsToldOfTheNode(string form)
    {
        var g = new TinyGraph();
        Forms[form].Describe(g);
        var graph = g.Output("y").Build();
        Assert.False(Definitions.TakeApart(graph));
        var before = graph.ToBytes();
        var missing = Assert.Single(Backward.Missing(graph, "y", ["x"], GradientRules.Plain));
        Assert.Equal(Forms[form].Reason, missing.WhyNotApart);
        Assert.Equal(
            $"no gradient rule for {missing.Operator} (node '{missing.Node}': it cannot be taken apart, as {Forms[form].Reason})",
            new MissingRuleException([missing]).Message
        );
        Assert.Equal(before, graph.ToBytes());
    }

    [Fact]
    public void TheReasonIsToldOfANodeInsideABranch()
    {
        var graph = new TinyGraph()
            .Input("x", 2, 32)
            .Bool("flag", true)
            .If("flag", "y", b => Ordered(b, "o").Output("o"), b => b.Node("Abs", "x", "o").Output("o"))
            .Output("y")
            .Build();
        Assert.False(Definitions.TakeApart(graph));
        Assert.Equal(Forms["ordered weights"].Reason, Assert.Single(Backward.Missing(graph, "y", ["x"], GradientRules.Plain)).WhyNotApart);
    }

    [Fact]
    public void NodesOfOneReasonAreToldTogether()
    {
        var graph = new TinyGraph().Input("x", 2, 32).Weight("w2", 3, 32);
        Ordered(graph, "a").Node("MatMul", "a w2", "b");
        var missing = Backward.Missing(Ordered(graph, "y", "b").Output("y").Build(), "y", ["x"], GradientRules.Plain);
        Assert.Contains(" and 1 more: it cannot be taken apart, as its rows say", new MissingRuleException(missing).Message);
    }

    [Fact]
    public void ANodeWithARuleOfItsOwnNeedsNoReason()
    {
        var graph = new TinyGraph().Input("x", 2, 3).Input("w", 3, 4).Node($"{Domain}FusedMatMul", "x w", "y").Output("y").Build();
        Assert.False(Definitions.TakeApart(graph));
        Assert.Null(Definitions.WhyNot(graph, graph.Nodes[0]));
    }

    private static TinyGraph Attention(TinyGraph g) =>
        g.Input("x", 1, 3, 4).Weight("w", 4, 12).Weight("l", Tensor.Of([1], 3), DataType.Int32).Weight("c", 1);

    // Products whose weights' rows say their blocks themselves, with zero points.
    private static TinyGraph Ordered(TinyGraph g, string y, string x = "x") =>
        g.Weight($"{y}.w", Tensor.Of([3, 1, 16], new double[48]), DataType.Uint8)
            .Weight($"{y}.s", Tensor.Of([3], 0.5, 1, 1.5))
            .Weight($"{y}.z", Tensor.Of([3], 1, 2, 3), DataType.Uint8)
            .Weight($"{y}.g", Tensor.Of([32], new double[32]), DataType.Int32)
            .Node($"{Domain}MatMulNBits", $"{x} {y}.w {y}.s {y}.z {y}.g", y, Of("K", 32L), Of("N", 3L), Of("block_size", 32L));
}
