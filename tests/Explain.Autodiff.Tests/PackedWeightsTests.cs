using Explain.Autodiff.Backpropagation;
using Explain.Autodiff.Rules;
using static Explain.Autodiff.Graphs.Attributes;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Tests;

/// <summary>
/// Products with weights of a few bits, and operators whose tables or weights are quantised, against ONNX Runtime's own kernels.
/// </summary>
public class PackedWeightsTests
{
    private const string Domain = "com.microsoft.";

    [Theory]
    [InlineData(4, 32, 32, "none", false)]
    [InlineData(4, 40, 16, "packed", true)]
    [InlineData(4, 40, 16, "real", false)]
    [InlineData(8, 32, 16, "none", false)]
    [InlineData(8, 40, 16, "packed", false)]
    [InlineData(2, 32, 16, "none", false)]
    public void MatMulNBits(int bits, int rows, int block, string zeros, bool bias)
    {
        const int Columns = 3;
        var blocks = (rows + block - 1) / block;
        var packed = (blocks * bits + 7) / 8;
        FusedCheck.Check(
            g =>
            {
                g.Input("x", 2, 2, rows)
                    .Weight("w", Bytes([Columns, blocks, block * bits / 8], 3), DataType.Uint8)
                    .Weight("s", Tensor.Spread([Columns * blocks], 0.01, 0.03, 4))
                    .Weight("b", Columns);
                if (zeros == "packed")
                    g.Weight("z", Bytes([Columns * packed], 5), DataType.Uint8);
                else if (zeros == "real")
                    g.Weight("z", Tensor.Spread([Columns * blocks], 6, 9, 5));
                g.Node(
                        $"{Domain}MatMulNBits",
                        $"x w s {(zeros == "none" ? "-" : "z")} - {(bias ? "b" : "-")}",
                        "y",
                        Of("K", rows),
                        Of("N", Columns),
                        Of("bits", bits),
                        Of("block_size", block)
                    )
                    .Output("y");
            },
            wanted: ["x"]
        );
    }

    [Fact]
    public void MatMulNBitsWhoseRowsSayTheirBlocks() =>
        FusedCheck.Check(
            g =>
                g.Input("x", 2, 2, 32)
                    .Weight("w", Bytes([3, 2, 8], 3), DataType.Uint8)
                    .Weight("s", Tensor.Spread([6], 0.01, 0.03, 4))
                    .Weight("z", Bytes([3], 5), DataType.Uint8)
                    .Weight("g", new Tensor([32], [.. Enumerable.Range(0, 32).Select(i => i % 3 == 0 ? 1.0 : 0)]), DataType.Int32)
                    .Node($"{Domain}MatMulNBits", "x w s - g", "y", Of("K", 32), Of("N", 3), Of("bits", 4), Of("block_size", 16))
                    .Output("y"),
            wanted: ["x"]
        );

    [Theory, InlineData(0), InlineData(1)]
    public void MatMulBnb4(int table) =>
        FusedCheck.Check(
            g =>
                g.Input("x", 2, 32)
                    .Weight("w", Bytes([48], 3), DataType.Uint8)
                    .Weight("s", Tensor.Spread([6], 0.5, 1.5, 4))
                    .Node($"{Domain}MatMulBnb4", "x w s", "y", Of("K", 32), Of("N", 3), Of("block_size", 16), Of("quant_type", table))
                    .Output("y"),
            wanted: ["x"]
        );

    [Theory, InlineData(false, 0), InlineData(true, 0), InlineData(false, 1)]
    public void QAttention(bool columns, int causal)
    {
        TinyGraph Net(TinyGraph g) =>
            g.Input("x", Tensor.Spread([2, 3, 4], -1, 1, 2))
                .Weight("xs", Tensor.Of([], 1.0 / 64))
                .Weight("xz", Tensor.Of([], 128), DataType.Uint8)
                .Node("QuantizeLinear", "x xs xz", "q")
                .Weight("w", Whole([4, 12], -90, 90), DataType.Int8)
                .Weight("ws", columns ? Tensor.Spread([12], 0.005, 0.01, 4) : Tensor.Of([], 0.01))
                .Weight("wz", columns ? Tensor.Of([12], new double[12]) : Tensor.Of([], 0), DataType.Int8)
                .Weight("b", 12)
                .Weight("m", Tensor.Of([2], 3, 2), DataType.Int32);
        var fused = Net(new TinyGraph())
            .Node($"{Domain}QAttention", "q w b xs ws m xz wz", "y", Of("num_heads", 2), Of("unidirectional", causal))
            .Output("y");
        var real = Net(new TinyGraph())
            .Node("DequantizeLinear", "q xs xz", "d")
            .Node("DequantizeLinear", "w ws wz", "u", Of("axis", 1))
            .Node($"{Domain}Attention", "d u b m", "y", Of("num_heads", 2), Of("unidirectional", causal))
            .Output("y");
        var expected = Runtime.Run(fused.Build(), fused.Feeds)["y"];
        var apart = fused.Prepare();
        Assert.Empty(Backward.Missing(apart, "y", ["x"], GradientRules.Plain));
        Assert.InRange(Runtime.Run(apart, fused.Feeds)["y"].DistanceTo(expected), 0, 1e-6);
        var feeds = new Dictionary<string, Tensor>(fused.Feeds) { [ExplainGraph.Cotangent] = Tensor.Normal(expected.Shape, 7) };
        var name = ExplainGraph.GradientOf("x");
        Assert.InRange(
            Runtime
                .Run(GradientCheck.Backwards(fused, ["x"]), feeds)[name]
                .DistanceTo(Runtime.Run(GradientCheck.Backwards(real, ["x"]), feeds)[name]),
            0,
            1e-6
        );
    }

    [Fact]
    public void QEmbedLayerNormalization()
    {
        var g = new TinyGraph()
            .Weight("i", Tensor.Of([2, 3], 0, 3, 1, 2, 2, 4), DataType.Int32)
            .Weight("s", Tensor.Of([2, 3], 0, 1, 1, 0, 0, 1), DataType.Int32)
            .Weight("m", Tensor.Of([2, 3], 1, 1, 0, 1, 1, 1), DataType.Int32);
        string[] tables = ["words", "places", "segments", "scale", "shift"];
        foreach (
            var (name, shape) in tables.Zip<string, long[]>([
                [5, 4],
                [3, 4],
                [2, 4],
                [4],
                [4],
            ])
        )
        {
            g.Weight(name, Whole(shape, 1, 250), DataType.Uint8)
                .Weight($"{name}.s", Tensor.Of([], 0.01 + name.Length * 0.001))
                .Weight($"{name}.z", Tensor.Of([], 100 + name.Length), DataType.Uint8);
        }

        string Each(string suffix) => string.Join(' ', tables.Select(t => $"{t}{suffix}"));
        g.Input("x", 2, 3, 4)
            .Node($"{Domain}QEmbedLayerNormalization", $"i s {Each("")} m {Each(".s")} {Each(".z")}", "e count", Of("epsilon", 0.0625f))
            .Node("Mul", "e x", "y")
            .Output("y", "count");
        var expected = Runtime.Run(g.Build(), g.Feeds);
        var apart = g.Prepare();
        Assert.DoesNotContain(apart.Nodes, n => n.OpType == "QEmbedLayerNormalization");
        var values = Runtime.Run(apart, g.Feeds);
        Assert.InRange(values["y"].DistanceTo(expected["y"]), 0, 1e-6);
        Assert.Equal(expected["count"].Values, values["count"].Values);
    }

    private static Tensor Bytes(long[] shape, int seed) => Whole(shape, 0, 255, seed);

    private static Tensor Whole(long[] shape, double low, double high, int seed = 9) =>
        new(shape, [.. Tensor.Spread(shape, low, high, seed).Values.Select(v => Math.Round(v))]);
}
