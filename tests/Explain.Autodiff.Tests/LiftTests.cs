using Explain.Autodiff.Backpropagation;
using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using Explain.Autodiff.Rewriting.Lifting;
using Explain.Autodiff.Rules;
using static Explain.Autodiff.Graphs.Attributes;

namespace Explain.Autodiff.Tests;

/// <summary>Graphs whose maps stay in blocks of channels, and what of them does not.</summary>
public class LiftTests
{
    private const string Nchwc = "com.microsoft.nchwc";
    private static readonly RuleSet[] Sets = [GradientRules.Plain, RuleSets.Guided, RuleSets.LrpEpsilon, RuleSets.Excitation];

    // From a to z, both of whole blocks.
    // csharpier-ignore
    private static readonly Dictionary<string, Func<TinyGraph, TinyGraph>> Nets = new()
    {
        ["a ReLU"] = g => g.Node("Relu", "a", "z"),
        ["a ReLU with an upper bound"] = g => g.Weight("low", Tensor.Of([], 0)).Weight("high", Tensor.Of([], 1)).Node("Clip", "a low high", "z"),
        ["a max pooling"] = g => g.Node("MaxPool", "a", "z", Windows(3, 2)),
        ["an average pooling"] = g => g.Node("AveragePool", "a", "z", Of("kernel_shape", [2, 2]), Of("strides", [2, 2])),
        ["strides"] = g => Convolution(g, "a", "z", 32, 32, stride: 2),
        ["weights for every channel"] = g => Convolution(g, "a", "z", 32, 1, stride: 2, group: 32),
        ["a normalisation"] = g => Normalisation(g.Node("MaxPool", "a", "s", Windows(2, 2)), "s", "n", 32).Node("Relu", "n", "z"),
        ["dense layers"] = g => Dense(Dense(g, "a", "b", 32), "b", "c", 64).Node("Relu", "c", "z"),
        ["a function of sigmoids"] = g => g.Node("Sigmoid", "a", "s").Node("Mul", "a s", "t").Node("Relu", "t", "z"),
        ["a swish"] = g => g.Node("Sigmoid", "a", "s").Node("Mul", "a s", "t").Node("MaxPool", "t", "z", Windows(2, 2)),
        ["a factor for each channel"] = g => g.Node("Relu", "a", "r").Node("GlobalAveragePool", "r", "f").Node("Mul", "f r", "z"),
        ["squeeze and excitation"] = g => Excitation(g, 16).Node("Mul", "t gate", "u").Node("MaxPool", "u", "z", Windows(2, 2)),
        ["operators on single numbers"] = g => OnNumbers(g).Node("MaxPool", "e", "z", Windows(2, 2)),
        ["a constant for each channel"] = g => g.Weight("f", [1, 32, 1, 1]).Node("Mul", "a f", "b").Node("Relu", "b", "z"),
        ["a way around"] = g => Convolution(g.Node("Relu", "a", "r"), "r", "b", 32, 32).Node("Add", "r b", "s").Node("Relu", "s", "z"),
        ["weights of odd sizes in a file"] = g => Convolution(Convolution(Gated(g), "gated", "b", 64, 32).Node("Relu", "b", "c"), "c", "z", 32, 64),
        ["ways side by side"] = g => Convolution(g.Node("Relu", "a", "b").Node("Sigmoid", "a", "c"), "b", "d", 32, 32).Node("Concat", "d c", "e", Of("axis", 1)).Node("MaxPool", "e", "z", Windows(2, 2)),
    };

    public static TheoryData<string> Names => [.. Nets.Keys];

    public static TheoryData<string, string> Rules => [.. from name in Nets.Keys from rules in Sets select (name, rules.Name)];

    [Theory, MemberData(nameof(Names))]
    public void NothingIsReorderedBetweenConvolutions(string name)
    {
        var lifted = Native.Lifted(Backwards(name));
        var own = lifted.Nodes.Where(n => n.Domain == NativeNodes.Domain).ToArray();
        Assert.NotEmpty(own);
        Assert.All(own, n => Assert.Equal(Native.Channels, n.Int("block", 0)));
        // The image and the cotangent come in, the output and the gradient go out.
        Assert.InRange(lifted.Nodes.Count(n => n.OpType is "ReorderInput" or "ReorderOutput"), 2, 4);
    }

    [Theory, MemberData(nameof(Rules))]
    public void TheResultIsThatOfStandardOperators(string name, string rules)
    {
        var set = Sets.Single(r => r.Name == rules);
        // Sums of both signs may be near 0, and relevance is divided by them.
        var tiny = Net(name, positive: set != GradientRules.Plain && set != RuleSets.Guided);
        var y = Runtime.Run(tiny.Build(), tiny.Feeds)["y"];
        var feeds = new Dictionary<string, Tensor>(tiny.Feeds) { [ExplainGraph.Cotangent] = Tensor.Normal(y.Shape, 7) };
        var expected = Runtime.Run(GradientCheck.Backwards(tiny, ["x"], set), feeds);
        Assert.All(Native.Run(GradientCheck.Backwards(tiny, ["x"], set, native: true), feeds), outputs =>
            Assert.All(expected, e => Assert.InRange(outputs[e.Key].DistanceTo(e.Value), 0, 2e-6))
        );
    }

    [Fact]
    public void AConvolutionWritesTheSumThatReadsItAlone()
    {
        var lifted = Native.Lifted(Backwards("a way around"));
        Assert.DoesNotContain(lifted.Nodes, n => n.OpType == "Add");
        Assert.Equal(2, lifted.Nodes.Count(n => n is { Domain: Nchwc, OpType: "Conv", Input.Count: 4 }));
    }

    [Fact]
    public void ANormalisationAndItsRectifierAreOneNodeThatReadsWhatWasConcatenatedFirstWhereItLies()
    {
        var lifted = Native.Lifted(Backwards("dense layers"));
        var masks = lifted.Nodes.Where(n => n.OpType == FusedScales.Operator).ToArray();
        Assert.Equal(2, masks.Length);
        Assert.All(masks, n => Assert.Equal(4, n.Input.Count));
        Assert.Equal([64, 96], masks.Select(n => lifted.Type(n.Input[3])!.FixedFrom(1)![0]).Order());
        Assert.DoesNotContain(lifted.Nodes, n => n.OpType is "Split" or "Add");
    }

    [Fact]
    public void ASwishAndItsGradientAreOneStepEach()
    {
        var lifted = Native.Lifted(Backwards("squeeze and excitation"));
        string[] programs = [.. lifted.Nodes.Where(n => n.OpType == FusedElements.Operator).Select(n => n.String("program", ""))];
        Assert.Contains("Swish 0", programs);
        // The cotangent times the gate, and what comes through the mean, before it.
        Assert.Contains("Mul 0 1;Add 4 2;SwishGrad 5 3", programs);
        Assert.All(lifted.Nodes.Where(n => n.OpType == "Sigmoid"), n => Assert.Equal(1, lifted.Type(n.Output[0])?.FixedFrom(2)?[0] ?? 1));
    }

    [Fact]
    public void WhatCanBeFusedHasAKernel() =>
        Assert.All(FusedElements.Known, op => Assert.NotNull(new Explain.Kernels.Blocked.ElementProgram($"{op} 0 1", 2)));

    [Fact]
    public void MapsAreDeclaredSoThatTheirMemoryIsUsedAgain()
    {
        var lifted = Native.Lifted(Backwards("a ReLU"));
        var mask = lifted.Nodes.Single(n => n.OpType == "Mask");
        Assert.All(mask.Input.Concat(mask.Output), map => Assert.Equal([32, 8, 8], lifted.Type(map)!.FixedFrom(1)!));
        Assert.Contains(lifted.Proto.ValueInfo, v => v.Name == mask.Output[0]);
    }

    [Theory]
    [InlineData("z of 24 channels", "Mask")]
    [InlineData("an operator on neighbouring channels", "Softmax")]
    [InlineData("an excitation squeezed to 6 channels", "Sub")]
    public void WhatCannotComputeInBlocksStaysInThePlainLayout(string name, string op)
    {
        var tiny = Plain(name).Output("y");
        var y = Runtime.Run(tiny.Build(), tiny.Feeds)["y"];
        var feeds = new Dictionary<string, Tensor>(tiny.Feeds) { [ExplainGraph.Cotangent] = Tensor.Normal(y.Shape, 7) };
        var graph = GradientCheck.Backwards(tiny, ["x"], native: true);
        var lifted = Native.Lifted(graph);
        var blocked = lifted.Nodes.Where(n => n.OpType == "ReorderInput").Select(n => n.Output[0]).ToHashSet();
        Assert.All(lifted.Nodes.Where(n => n.OpType == op), n => Assert.DoesNotContain(n.Input, blocked.Contains));
        Assert.Contains(lifted.Nodes, n => n.OpType == op);
        var expected = Runtime.Run(GradientCheck.Backwards(tiny, ["x"]), feeds);
        Assert.All(Native.Run(graph, feeds), outputs =>
            Assert.All(expected, e => Assert.InRange(outputs[e.Key].DistanceTo(e.Value), 0, 2e-6))
        );
    }

    private static TinyGraph Plain(string name) =>
        name switch
        {
            "z of 24 channels" => Convolution(Image(), "x", "a", 24, 3).Node("Relu", "a", "y"),
            "an excitation squeezed to 6 channels" => Convolution(
                Excitation(Convolution(Image(), "x", "a", 32, 3), 6).Node("Mul", "t gate", "u"),
                "u",
                "y",
                16,
                32
            ),
            _ => Convolution(
                Convolution(Image(), "x", "a", 32, 3).Node("Relu", "a", "r").Node("Softmax", "r", "s", Of("axis", 1)),
                "s",
                "y",
                16,
                32
            ),
        };

    private static Graph Backwards(string name) => GradientCheck.Backwards(Net(name), ["x"], native: true);

    private static TinyGraph Net(string name, bool positive = false)
    {
        var image = positive ? new TinyGraph().Input("x", Tensor.Spread([2, 3, 8, 8], 0.5, 2.5, 3)) : Image();
        var net = Nets[name](Convolution(image, "x", "a", 32, 3));
        var channels =
            name.Contains("side by side") ? 64
            : name.Contains("dense") ? 96
            : 32;
        return Convolution(net, "z", "y", 16, channels).Output("y");
    }

    private static TinyGraph Image() => new TinyGraph().Input("x", Tensor.Normal([2, 3, 8, 8], 3));

    private static TinyGraph Convolution(TinyGraph g, string x, string y, int outputs, int inputs, int stride = 1, int group = 1) =>
        g.Weight(y + "w", Weights(g, [outputs, inputs, 3, 3], y[0]))
            .Node("Conv", $"{x} {y}w", y, [.. Windows(3, stride), Of("group", group)]);

    // Huang et al. 2017: what a layer makes of all before it is concatenated to them.
    private static TinyGraph Dense(TinyGraph g, string x, string y, int channels) =>
        Convolution(Normalisation(g, x, y + "n", channels).Node("Relu", y + "n", y + "r"), y + "r", y + "c", 32, channels)
            .Node("Concat", $"{x} {y}c", y, Of("axis", 1));

    // No number of floats in whole vectors: what lies behind them in the file is not aligned.
    private static TinyGraph Gated(TinyGraph g) =>
        g.Node("GlobalAveragePool", "a", "mean")
            .Node("Flatten", "mean", "flat")
            .Weight("w0", Weights(g, [32, 131], 21))
            .Node("MatMul", "flat w0", "h0")
            .Weight("w1", Weights(g, [131, 129], 22))
            .Node("MatMul", "h0 w1", "h1")
            .Weight("w2", Weights(g, [129, 133], 23))
            .Node("MatMul", "h1 w2", "h2")
            .Weight("w3", Weights(g, [133, 32], 24))
            .Node("MatMul", "h2 w3", "h3")
            .Ints("axes", 2, 3)
            .Node("Unsqueeze", "h3 axes", "gate")
            .Node("Mul", "a gate", "gated");

    private static TinyGraph Normalisation(TinyGraph g, string x, string y, int channels) =>
        g.Weight(y + "scale", channels)
            .Weight(y + "shift", channels)
            .Weight(y + "mean", channels)
            .Weight(y + "variance", Tensor.Spread([channels], 0.5, 2.5, 9))
            .Node("BatchNormalization", $"{x} {y}scale {y}shift {y}mean {y}variance", y);

    private static TinyGraph OnNumbers(TinyGraph g) =>
        g.Node("Tanh", "a", "b").Node("Exp", "b", "c").Node("Sub", "c a", "d").Node("Neg", "d", "n").Node("Mul", "n b", "e");

    private static TinyGraph Excitation(TinyGraph g, long channels) =>
        g.Node("Sigmoid", "a", "s")
            .Node("Mul", "s a", "t")
            .Node("GlobalAveragePool", "t", "mean")
            .Weight("down", Weights(g, [channels, 32, 1, 1], 11))
            .Node("Conv", "mean down", "squeezed")
            .Node("Sigmoid", "squeezed", "half")
            .Node("Mul", "squeezed half", "bent")
            .Weight("up", Weights(g, [32, channels, 1, 1], 12))
            .Node("Conv", "bent up", "excited")
            .Node("Sigmoid", "excited", "gate");

    // Of the sign that the image has.
    private static Tensor Weights(TinyGraph g, long[] shape, int seed) =>
        g.Feeds["x"].Values.Min() > 0 ? Tensor.Spread(shape, 0.5, 2.5, seed) : Tensor.Normal(shape, seed);

    private static AttributeProto[] Windows(long kernel, long stride) =>
        [Of("kernel_shape", [kernel, kernel]), Of("strides", [stride, stride]), Of("pads", Enumerable.Repeat((kernel - 1) / 2, 4))];
}
