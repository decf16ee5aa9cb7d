using Explain.Autodiff.Backpropagation;
using Explain.Autodiff.Onnx;
using Explain.Autodiff.Tests.ControlFlow;
using static Explain.Autodiff.Graphs.Attributes;
using DataType = Explain.Autodiff.Onnx.TensorProto.Types.DataType;

namespace Explain.Autodiff.Tests;

/// <summary>
/// Operators that ONNX Runtime writes for other processors and has no kernel for on this one: taken apart, they compute what is documented.
/// </summary>
public class LackingKernelTests
{
    private const string Domain = "com.microsoft.";

    [Theory, InlineData(true, 0), InlineData(true, 1), InlineData(false, 0), InlineData(false, 1)]
    public void GroupNorm(bool last, int activation) =>
        FusedCheck.Check(
            g => Maps(g, last).Node($"{Domain}GroupNorm", "x s b", "y", Groups(last, activation)).Output("y"),
            documented: f => new() { ["y"] = Documented.GroupNorm(f["x"], f["s"], f["b"], 3, last, activation == 1) }
        );

    [Fact]
    public void GroupNormInsideABranch() =>
        FusedCheck.Check(
            g =>
                Maps(g, true)
                    .Bool("flag", true)
                    .If(
                        "flag",
                        "y",
                        b => b.Node($"{Domain}GroupNorm", "x s b", "o", Groups(true, 1)).Output("o"),
                        b => b.Node("Abs", "x", "o").Output("o")
                    )
                    .Output("y"),
            wanted: ["x", "s", "b"],
            documented: f => new() { ["y"] = Documented.GroupNorm(f["x"], f["s"], f["b"], 3, true, true) }
        );

    [Theory]
    [InlineData(true, 4, true)]
    [InlineData(true, 2, false)]
    [InlineData(true, 3, true)]
    [InlineData(false, 4, false)]
    [InlineData(false, 2, true)]
    public void SkipGroupNorm(bool last, int axes, bool bias) =>
        FusedCheck.Check(
            g =>
                Maps(g, last)
                    .Input(
                        "k",
                        axes switch
                        {
                            4 => Shape(last),
                            3 => [2, 1, 1, 6],
                            _ => [2, 6],
                        }
                    )
                    .Input("c", 6)
                    .Node($"{Domain}SkipGroupNorm", bias ? "x s b k c" : "x s b k", "y sum", Groups(last, 1))
                    .Output("y", "sum"),
            documented: f =>
            {
                var sum = Documented.Sum(f["x"], f["k"], bias ? f["c"] : null, last);
                return new() { ["y"] = Documented.GroupNorm(sum, f["s"], f["b"], 3, last, silu: true), ["sum"] = sum };
            }
        );

    [Theory, InlineData(1, 1, 1), InlineData(2, 1, 2), InlineData(1, 2, 2)]
    public void NhwcConv(int stride, int dilation, int groups)
    {
        var (w, b) = (Tensor.Spread([6, 4 / groups, 3, 2], -0.5, 0.5, 3), Tensor.Spread([6], -1, 1, 4));
        FusedCheck.Check(
            g =>
                g.Input("x", 1, 5, 6, 4)
                    .Weight("w", w)
                    .Weight("b", b)
                    .Node(
                        $"{Domain}NhwcConv",
                        "x w b",
                        "y",
                        Of("pads", [1L, 0, 2, 1]),
                        Of("strides", [stride, (long)stride]),
                        Of("dilations", [dilation, (long)dilation]),
                        Of("group", (long)groups)
                    )
                    .Output("y"),
            documented: f => new() { ["y"] = Documented.Conv(f["x"], w, b, [1, 0, 2, 1], stride, dilation, groups) }
        );
    }

    [Fact]
    public void NhwcConvAlongOneAxis()
    {
        var w = Tensor.Spread([3, 2, 3], -0.5, 0.5, 3);
        FusedCheck.Check(
            g => g.Input("x", 1, 6, 2).Weight("w", w).Node($"{Domain}NhwcConv", "x w", "y").Output("y"),
            documented: f =>
            {
                var y = Documented.Conv(f["x"] with { Shape = [1, 1, 6, 2] }, w with { Shape = [3, 2, 1, 3] }, null, [0, 0, 0, 0], 1, 1, 1);
                return new() { ["y"] = y with { Shape = [1, 4, 3] } };
            }
        );
    }

    [Fact]
    public void NhwcConvWithWeightsThatAreComputed()
    {
        var w = Tensor.Spread([3, 2, 2, 2], -0.5, 0.5, 3);
        FusedCheck.Check(
            g =>
                g.Input("x", 1, 4, 3, 2)
                    .Weight("stored", w)
                    .Node("Identity", "stored", "w")
                    .Node($"{Domain}NhwcConv", "x w", "y", Of("kernel_shape", [2L, 2]))
                    .Output("y"),
            documented: f => new() { ["y"] = Documented.Conv(f["x"], w, null, [0, 0, 0, 0], 1, 1, 1) }
        );
    }

    [Theory, InlineData("Tanh", false), InlineData("Tanh", true), InlineData("HardSigmoid", true)]
    public void NhwcFusedConv(string activation, bool sum)
    {
        var (w, b) = (Tensor.Spread([3, 2, 2, 2], -0.3, 0.3, 3), Tensor.Spread([3], -1, 1, 4));
        var parameters = new AttributeProto { Name = "activation_params", Type = AttributeProto.Types.AttributeType.Floats };
        parameters.Floats.AddRange([0.0625f, 0.5f]);
        FusedCheck.Check(
            g =>
                g.Input("x", 1, 4, 3, 2)
                    .Weight("w", w)
                    .Weight("b", b)
                    .Input("z", 1, 3, 2, 3)
                    .Node(
                        $"{Domain}NhwcFusedConv",
                        sum ? "x w b z" : "x w b",
                        "y",
                        [Of("activation", activation), .. activation == "Tanh" ? [] : new[] { parameters }]
                    )
                    .Output("y"),
            documented: f =>
            {
                var y = Documented.Conv(f["x"], w, b, [0, 0, 0, 0], 1, 1, 1);
                var all = sum ? y.Values.Zip(f["z"].Values, (u, v) => u + v) : y.Values;
                // As far as these values go, the hard one is a line.
                return new() { ["y"] = y with { Values = [.. all.Select(v => activation == "Tanh" ? Math.Tanh(v) : v / 16 + 0.5)] } };
            }
        );
    }

    [Fact]
    public void BiasAdd() =>
        FusedCheck.Check(
            g => g.Input("x", 2, 3, 4).Input("b", 4).Input("s", 2, 3, 4).Node($"{Domain}BiasAdd", "x b s", "y").Output("y"),
            documented: f =>
                new() { ["y"] = f["x"] with { Values = [.. f["x"].Values.Select((v, i) => v + f["b"].Values[i % 4] + f["s"].Values[i])] } }
        );

    [Fact]
    public void BiasSplitGelu() =>
        FusedCheck.Check(
            g => g.Input("x", 2, 3, 4).Input("b", 4).Node($"{Domain}BiasSplitGelu", "x b", "y").Output("y"),
            documented: f =>
            {
                double Sum(int row, int column) => f["x"].Values[row * 4 + column] + f["b"].Values[column];
                double Gelu(double v) => v * (1 + Documented.Erf(v / Math.Sqrt(2))) / 2;
                var y = from r in Enumerable.Range(0, 6) from c in Enumerable.Range(0, 2) select Sum(r, c) * Gelu(Sum(r, c + 2));
                return new() { ["y"] = Tensor.Of([2, 3, 2], [.. y]) };
            }
        );

    // csharpier-ignore
    private static readonly Dictionary<string, Action<TinyGraph>> Smooth = new()
    {
        ["GroupNorm"] = g => Maps(g, true).Node($"{Domain}GroupNorm", "x s b", "y", Groups(true, 1)),
        ["SkipGroupNorm"] = g => Maps(g, true).Input("k", 2, 6).Node($"{Domain}SkipGroupNorm", "x s b k", "y", Groups(true, 1)),
        ["NhwcFusedConv"] = g => g.Input("x", 1, 4, 3, 2).Weight("w", 3, 2, 2, 2).Node($"{Domain}NhwcFusedConv", "x w", "y", Of("activation", "Tanh")),
    };

    public static TheoryData<string> Curved => [.. Smooth.Keys];

    [Theory, MemberData(nameof(Curved))]
    public void TheGradientHasAGradient(string form)
    {
        TinyGraph Make(DataType real)
        {
            var g = new TinyGraph(real, Known.Ranks);
            Smooth[form](g);
            return g.Output("y");
        }
        var tiny = Make(DataType.Float);
        var y = Runtime.Run(tiny.Prepare(), tiny.Feeds)["y"];
        var feeds = new Dictionary<string, Tensor>(tiny.Feeds) { [ExplainGraph.Cotangent] = Tensor.Normal(y.Shape, 7) };
        SecondDerivatives.Check(Make, feeds, [.. tiny.Feeds.Keys]);
    }

    [Theory]
    [InlineData("GroupNorm", "activation 2 is not known", 2, 3)]
    [InlineData("GroupNorm", "does not say how many groups", 1, 0)]
    public void WhatCannotBeTakenApartIsRefusedWithTheReason(string op, string reason, int activation, int groups)
    {
        var tiny = Maps(new TinyGraph(), true)
            .Node($"{Domain}{op}", "x s b", "y", Of("activation", activation), Of("groups", groups))
            .Output("y");
        var refusal = Assert.Throws<NotSupportedException>(() => tiny.Prepare()).Message;
        Assert.Contains($"{Domain}{op} '{Domain.ToLowerInvariant()}{op.ToLowerInvariant()}/y' has no kernel on the CPU", refusal);
        Assert.Contains(reason, refusal);
    }

    private static long[] Shape(bool last) => last ? [2, 3, 2, 6] : [2, 6, 3, 2];

    private static TinyGraph Maps(TinyGraph g, bool last) => g.Input("x", Shape(last)).Input("s", 6).Input("b", 6);

    private static AttributeProto[] Groups(bool last, int activation) =>
        [Of("groups", 3L), Of("activation", (long)activation), .. last ? [] : new[] { Of("channels_last", 0L) }];
}
