using static Explain.Autodiff.Graphs.Attributes;
using static Explain.Autodiff.Tests.GradientCheck;
using static Explain.Autodiff.Tests.Operand;

namespace Explain.Autodiff.Tests;

/// <summary>Gradients of the operators that ONNX Runtime adds to the standard.</summary>
public class ContributedRulesTests
{
    private const string Domain = "com.microsoft.";

    [Fact]
    public void Gelu() => Check($"{Domain}Gelu", [In(2, 3, 4)], same: g => Exact(g, "x0"), opset: 20);

    [Fact]
    public void BiasGelu() =>
        Check($"{Domain}BiasGelu", [In(2, 3, 4), Weight(4)], same: g => Exact(g.Node("Add", "x0 x1", "t"), "t"), opset: 20);

    [Fact]
    public void BiasGeluOfAComputedBias() =>
        Check($"{Domain}BiasGelu", [In(2, 3, 4), In(4)], same: g => Exact(g.Node("Add", "x0 x1", "t"), "t"), opset: 20);

    [Fact]
    public void FastGelu() => Check($"{Domain}FastGelu", [In(2, 3, 4)], same: g => ByTanh(g, "x0"), opset: 20);

    [Fact]
    public void FastGeluWithABias() =>
        Check($"{Domain}FastGelu", [In(2, 3, 4), Weight(4)], same: g => ByTanh(g.Node("Add", "x0 x1", "t"), "t"), opset: 20);

    [Theory, InlineData(1.702f), InlineData(1f)]
    public void QuickGelu(float alpha) =>
        Check($"{Domain}QuickGelu", [In(2, 3, 4)], [Of("alpha", alpha)], same: g =>
            g.Weight("alpha", Tensor.Of([], alpha)).Node("Mul", "x0 alpha", "s").Node("Sigmoid", "s", "gate").Node("Mul", "x0 gate", "y")
        );

    [Theory, InlineData(0, 0), InlineData(1, 0), InlineData(0, 1), InlineData(1, 1)]
    public void FusedMatMul(int transA, int transB) =>
        Check(
            $"{Domain}FusedMatMul",
            [transA == 0 ? In(2, 3, 4) : In(2, 4, 3), transB == 0 ? In(4, 5) : In(5, 4)],
            [Of("transA", transA), Of("transB", transB), Of("alpha", 0.5f)],
            least: Known.Ranks
        );

    [Fact]
    public void FusedMatMulOfBatches() =>
        Check($"{Domain}FusedMatMul", [In(2, 1, 3, 4), In(5, 3, 4)], [Of("transB", 1)], least: Known.Ranks);

    [Theory, InlineData(false), InlineData(true)]
    public void SkipLayerNormalization(bool bias) =>
        Check(
            $"{Domain}SkipLayerNormalization",
            [In(2, 3, 5), In(2, 3, 5), Weight(5), Weight(5), bias ? Weight(5) : null],
            [Of("epsilon", 0.0625f)],
            same: g => Centred(Summed(g, bias)).Node("Mul", "n x2", "scaled").Node("Add", "scaled x3", "y")
        );

    [Fact]
    public void SkipSimplifiedLayerNormalization() =>
        Check($"{Domain}SkipSimplifiedLayerNormalization", [In(2, 3, 5), In(2, 3, 5), Weight(5)], [Of("epsilon", 0.0625f)], same: g =>
            Scaled(Summed(g, false), "sum").Node("Mul", "n x2", "y")
        );

    [Fact]
    public void SkipLayerNormalizationWhoseSumIsUsedToo() =>
        Check(
            g =>
                g.Input("x0", 2, 3, 5)
                    .Input("x1", 2, 3, 5)
                    .Weight("x2", 5)
                    .Weight("x3", 5)
                    .Node($"{Domain}SkipLayerNormalization", "x0 x1 x2 x3", "n - - sum", Of("epsilon", 0.0625f))
                    .Node("Mul", "n sum", "y"),
            same: g =>
                Centred(Summed(g.Input("x0", 2, 3, 5).Input("x1", 2, 3, 5).Weight("x2", 5).Weight("x3", 5), false))
                    .Node("Mul", "n x2", "scaled")
                    .Node("Add", "scaled x3", "z")
                    .Node("Mul", "z sum", "y")
        );

    [Fact]
    public void Inverse() => Check($"{Domain}Inverse", [Operand.WellConditioned(2, 3)], least: Known.Ranks);

    [Fact]
    public void NGramRepeatBlock() =>
        FusedCheck.Check(g =>
            g.Ints("words", [1, 4], [0, 1, 2, 0])
                .Input("x", 1, 4)
                .Node($"{Domain}NGramRepeatBlock", "words x", "banned", Of("ngram_size", 2))
                .Node("Exp", "banned", "y")
                .Output("y")
        );

    // ½ x (1 + erf(x / √2)); erf has no kernel in double precision, but a series.
    private static void Exact(TinyGraph g, string x)
    {
        g.Weight("root", Tensor.Of([], 1 / Math.Sqrt(2)))
            .Weight("half", Tensor.Of([], 0.5))
            .Node("Mul", $"{x} root", "t0")
            .Node("Mul", "t0 t0", "tt")
            .Node("Neg", "tt", "nt")
            .Node("Identity", "t0", "sum0")
            .Node("Identity", "t0", "term0");
        const int Terms = 90;
        for (var k = 1; k <= Terms; k++)
        {
            g.Weight($"k{k}", Tensor.Of([], 1.0 / k))
                .Weight($"o{k}", Tensor.Of([], 1.0 / (2 * k + 1)))
                .Node("Mul", $"term{k - 1} nt", $"a{k}")
                .Node("Mul", $"a{k} k{k}", $"term{k}")
                .Node("Mul", $"term{k} o{k}", $"part{k}")
                .Node("Add", $"sum{k - 1} part{k}", $"sum{k}");
        }

        g.Weight("scale", Tensor.Of([], 2 / Math.Sqrt(Math.PI)))
            .Weight("one", Tensor.Of([], 1))
            .Node("Mul", $"sum{Terms} scale", "erf")
            .Node("Add", "erf one", "twice")
            .Node("Mul", $"twice {x}", "d")
            .Node("Mul", "d half", "y");
    }

    private static void ByTanh(TinyGraph g, string x) =>
        g.Weight("cubic", Tensor.Of([], 0.044715))
            .Weight("root", Tensor.Of([], Math.Sqrt(2 / Math.PI)))
            .Weight("half", Tensor.Of([], 0.5))
            .Weight("one", Tensor.Of([], 1))
            .Node("Mul", $"{x} {x}", "square")
            .Node("Mul", "square cubic", "c")
            .Node("Add", "c one", "d")
            .Node("Mul", $"d {x}", "e")
            .Node("Mul", "e root", "u")
            .Node("Tanh", "u", "h")
            .Node("Add", "h one", "k")
            .Node("Mul", $"k {x}", "m")
            .Node("Mul", "m half", "y");

    private static TinyGraph Summed(TinyGraph g, bool bias) => bias ? g.Node("Sum", "x0 x1 x4", "sum") : g.Node("Add", "x0 x1", "sum");

    private static TinyGraph Centred(TinyGraph g) =>
        Scaled(g.Ints("last", -1).Node("ReduceMean", "sum last", "mean").Node("Sub", "sum mean", "centred"), "centred");

    private static TinyGraph Scaled(TinyGraph g, string x) =>
        g.Ints("axis", -1)
            .Weight("epsilon", Tensor.Of([], 0.0625))
            .Node("Mul", $"{x} {x}", "xx")
            .Node("ReduceMean", "xx axis", "variance")
            .Node("Add", "variance epsilon", "v")
            .Node("Sqrt", "v", "deviation")
            .Node("Div", $"{x} deviation", "n");
}
