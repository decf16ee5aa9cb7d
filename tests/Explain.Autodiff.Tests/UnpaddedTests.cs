using Explain.Autodiff.Backpropagation;
using Explain.Autodiff.Onnx;
using static Explain.Autodiff.Graphs.Attributes;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Tests;

/// <summary>
/// Attention to the tokens of sequences without their padding, and of queries, keys and values in one tensor: ONNX Runtime computes neither
/// on this processor, and both are what is documented.
/// </summary>
public class UnpaddedTests
{
    private const string Domain = "com.microsoft.";

    // Three sequences of 1, 2 and 4 tokens, in room for four each.
    private static readonly int[] Ends = [1, 3, 7];
    private static readonly double[] Offsets = [0, 4, 5, 8, 9, 10, 11, 1, 2, 3, 6, 7];
    private static readonly Tensor Weights = Tensor.Spread([4, 14], -0.4, 0.4, 11);

    [Fact]
    public void RemovePadding() =>
        FusedCheck.Check(
            g =>
                g.Input("x", 3, 4, 2)
                    .Weight("n", Tensor.Of([3], 1, 2, 4), DataType.Int32)
                    .Node($"{Domain}RemovePadding", "x n", "y t e m")
                    .Node("Cast", "t", "offsets", Of("to", 1))
                    .Node("Cast", "e", "ends", Of("to", 1))
                    .Node("Cast", "m", "most", Of("to", 1))
                    .Output("y", "offsets", "ends", "most"),
            documented: f =>
                new()
                {
                    ["y"] = Tensor.Of([7, 2], [.. Offsets.Take(7).SelectMany(o => f["x"].Values.Skip((int)o * 2).Take(2))]),
                    ["offsets"] = Tensor.Of([3, 4], Offsets),
                    ["ends"] = Tensor.Of([4], [0, .. Ends.Select(e => (double)e)]),
                    ["most"] = Tensor.Of([1], 4),
                }
        );

    [Fact]
    public void RestorePadding() =>
        FusedCheck.Check(
            g => Sequences(g.Input("x", 7, 2)).Node($"{Domain}RestorePadding", "x t", "y").Output("y"),
            documented: f =>
            {
                var y = new double[24];
                for (var i = 0; i < 14; i++)
                    y[(int)Offsets[i / 2] * 2 + i % 2] = f["x"].Values[i];
                return new() { ["y"] = Tensor.Of([3, 4, 2], y) };
            }
        );

    [Theory, InlineData(0), InlineData(1), InlineData(3)]
    public void PackedAttention(int biases) =>
        FusedCheck.Check(
            g =>
                Sequences(g.Input("x", 7, 4).Input("w", Weights).Input("b", 14).Input("a", Math.Max(biases, 1), 2, 4, 4))
                    .Node(
                        $"{Domain}PackedAttention",
                        biases > 0 ? "x w b t e a" : "x w b t e",
                        "y",
                        [
                            Of("num_heads", 2L),
                            Of("qkv_hidden_sizes", [4L, 4, 6]),
                            .. biases == 1 ? [Of("scale", 0.4f)] : Array.Empty<AttributeProto>(),
                        ]
                    )
                    .Output("y"),
            documented: f =>
            {
                var all = Documented.Project(f["x"], f["w"], f["b"]);
                var (q, k, v) = (Documented.Columns(all, 0, 4), Documented.Columns(all, 4, 8), Documented.Columns(all, 8, 14));
                var scale = biases == 1 ? 0.4f : Math.Sqrt(0.5);
                return new() { ["y"] = Documented.Attention(q, k, v, Ends, 2, scale, biases > 0 ? f["a"] : null) };
            }
        );

    [Theory, InlineData(false), InlineData(true)]
    public void PackedMultiHeadAttention(bool together) =>
        FusedCheck.Check(
            g =>
                Sequences(together ? g.Input("x", 7, 2, 3, 2) : g.Input("q", 7, 4).Input("k", 7, 4).Input("v", 7, 4).Input("b", 12))
                    .Input("a", 1, 2, 4, 4)
                    .Node($"{Domain}PackedMultiHeadAttention", together ? "x - - - t e a" : "q k v b t e a", "y", Of("num_heads", 2L))
                    .Output("y"),
            documented: f =>
            {
                Tensor Operand(int part) => together ? Part(f["x"], part) : Shifted(f[$"{"qkv"[part]}"], f["b"], part);
                return new() { ["y"] = Documented.Attention(Operand(0), Operand(1), Operand(2), Ends, 2, Math.Sqrt(0.5), f["a"]) };
            }
        );

    [Theory, InlineData(false), InlineData(true)]
    public void MultiHeadAttentionOfOneTensor(bool keysAndValues) =>
        FusedCheck.Check(
            g =>
                (keysAndValues ? g.Input("q", 2, 3, 4).Input("x", 2, 3, 2, 2, 2) : g.Input("x", 2, 3, 2, 3, 2))
                    .Node($"{Domain}MultiHeadAttention", keysAndValues ? "q x" : "x", "y", Of("num_heads", 2L))
                    .Output("y"),
            documented: f =>
            {
                var first = keysAndValues ? 0 : 1;
                var q = keysAndValues ? f["q"] with { Shape = [6, 4] } : Part(f["x"], 0);
                var y = Documented.Attention(q, Part(f["x"], first), Part(f["x"], first + 1), [3, 6], 2, Math.Sqrt(0.5), null);
                return new() { ["y"] = y with { Shape = [2, 3, 4] } };
            }
        );

    [Fact]
    public void TokensGoThroughAttentionAndBack()
    {
        TinyGraph Net(bool packed)
        {
            var g = new TinyGraph()
                .Input("x", 3, 4, 4)
                .Weight("n", Tensor.Of([3], 1, 2, 4), DataType.Int32)
                .Weight("w", Weights)
                .Weight("b", 14);
            AttributeProto[] heads = [Of("num_heads", 2L), Of("qkv_hidden_sizes", [4L, 4, 6])];
            return (
                packed
                    ? g.Node($"{Domain}RemovePadding", "x n", "r t e m")
                        .Node($"{Domain}PackedAttention", "r w b t e", "a", heads)
                        .Node($"{Domain}RestorePadding", "a t", "y")
                    : g.Node($"{Domain}Attention", "x w b n", "y", heads)
            ).Output("y");
        }
        // Of padding nothing is said without packing.
        var cotangent = new double[72];
        foreach (var token in Offsets.Take(7))
            Array.Fill(cotangent, 0.5 + token / 10, (int)token * 6, 6);
        Tensor Gradient(bool packed)
        {
            var tiny = Net(packed);
            var feeds = new Dictionary<string, Tensor>(tiny.Feeds) { [ExplainGraph.Cotangent] = Tensor.Of([3, 4, 6], cotangent) };
            return Runtime.Run(GradientCheck.Backwards(tiny, ["x"]), feeds)[ExplainGraph.GradientOf("x")];
        }
        Assert.InRange(Gradient(true).DistanceTo(Gradient(false)), 0, 1e-6);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void TheGradientHasAGradient(bool attention)
    {
        TinyGraph Make(DataType real)
        {
            var g = Sequences(new TinyGraph(real, Known.Ranks).Input("x", 7, 4)).Weight("w", Weights).Weight("b", 14);
            return (
                attention
                    ? g.Node($"{Domain}PackedAttention", "x w b t e", "y", Of("num_heads", 2L), Of("qkv_hidden_sizes", [4L, 4, 6]))
                    : g.Node($"{Domain}RestorePadding", "x t", "r").Node("Tanh", "r", "y")
            ).Output("y");
        }
        var tiny = Make(DataType.Float);
        var y = Runtime.Run(tiny.Prepare(), tiny.Feeds)["y"];
        var feeds = new Dictionary<string, Tensor>(tiny.Feeds) { [ExplainGraph.Cotangent] = Tensor.Normal(y.Shape, 7) };
        SecondDerivatives.Check(Make, feeds, ["x"]);
    }

    private static TinyGraph Sequences(TinyGraph g) =>
        g.Weight("t", Tensor.Of([3, 4], Offsets), DataType.Int32).Weight("e", Tensor.Of([4], 0, 1, 3, 7), DataType.Int32);

    // Of [..., heads, parts, size] one part, as rows.
    private static Tensor Part(Tensor x, int part)
    {
        var (parts, size) = ((int)x.Shape[^2], (int)x.Shape[^1]);
        double[] values = [.. x.Values.Where((_, i) => i / size % parts == part)];
        return Tensor.Of([values.Length / 4, 4], values);
    }

    private static Tensor Shifted(Tensor x, Tensor bias, int part) =>
        x with
        {
            Values = [.. x.Values.Select((v, i) => v + bias.Values[part * 4 + i % 4])],
        };
}
