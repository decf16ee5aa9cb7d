using static Explain.Autodiff.Graphs.Attributes;

namespace Explain.Engine.Tests.Models;

/// <summary>
/// Models that were optimised for another processor: what ONNX Runtime has no kernel for on this one is taken apart before anything is
/// opened, and they answer as the models they were made from.
/// </summary>
public sealed class LackingKernelTests
{
    private const string Domain = "com.microsoft.";

    [Theory, InlineData(10), InlineData(17), InlineData(21)]
    public void FusedLayersOfMapsWithLastChannelsAnswerLikeSingleOnes(int opset)
    {
        var (fused, single) = (Fused(opset), Single(opset));
        Assert.ThrowsAny<Exception>(() => Runtime.Run(fused.Build(), fused.Feeds));
        using var a = fused.Load();
        using var b = single.Load();
        Assert.Empty(a.View.Description.MissingGradients);
        Assert.Equal(opset, a.View.Description.Opset);
        foreach (var (method, layer) in new[] { ("gradcam", "l"), ("shapleycam", "l"), ("saliency", null), ("lrp-epsilon", null) })
        {
            var found = a.View.Explain(fused.Image(), method, layer: layer);
            var expected = b.View.Explain(single.Image(), method, layer: layer);
            Near.Relative(expected.Logits.Values, found.Logits.Values, 1e-5, $"{method}: scores");
            Near.Relative(expected.Map.Values, found.Map.Values, 1e-4, $"{method}: map");
        }
    }

    private static TinyGraph Features(int opset) =>
        new TinyGraph(known: Known.AllButBatch, opset: opset)
            .Input("x", 2, 3, 5, 6)
            .Convolve("x", 4, 3, "c0")
            .Node("Sigmoid", "c0", "l")
            .Weight("scale", Tensor.Spread([4], 0.5, 2, 8))
            .Weight("shift", Tensor.Spread([4], -1, 1, 9))
            .Weight("cw", Tensor.Normal([4, 4, 1, 1], 5));

    private static TinyGraph Fused(int opset) =>
        Classified(
            Clipped(Features(opset).Node("Transpose", "l", "last", Of("perm", [0, 2, 3, 1])), "last", "c", opset)
                .Node($"{Domain}NhwcConv", "last cw", "conv")
                .Node($"{Domain}SkipGroupNorm", "conv scale shift c", "n s", Of("groups", 2L), Of("activation", 1L))
                .Node($"{Domain}GroupNorm", "s scale shift", "m", Of("groups", 2L), Of("activation", 0L))
                .Node("Add", "n m", "both")
                .Node("Transpose", "both", "z", Of("perm", [0, 3, 1, 2]))
        );

    private static TinyGraph Single(int opset)
    {
        var g = Clipped(Features(opset), "l", "c", opset).Node("Conv", "l cw", "conv").Node("Add", "conv c", "s");
        Group(Group(g, "n"), "m").Node("Sigmoid", "n", "gate").Node("Mul", "n gate", "silu");
        return Classified(g.Node("Add", "silu m", "z"));
    }

    private static TinyGraph Group(TinyGraph g, string y) =>
        g.Ints($"{y}.grouped", 0, 2, -1)
            .Weight($"{y}.ones", Tensor.Of([2], 1, 1))
            .Weight($"{y}.zeros", Tensor.Of([2], 0, 0))
            .Node("Reshape", $"s {y}.grouped", $"{y}.flat")
            .Node("InstanceNormalization", $"{y}.flat {y}.ones {y}.zeros", $"{y}.unit", Of("epsilon", 1e-5f))
            .Node("Shape", "s", $"{y}.shape")
            .Node("Reshape", $"{y}.unit {y}.shape", $"{y}.maps")
            .Weight($"{y}.scale", Tensor.Spread([4], 0.5, 2, 8) with { Shape = [4, 1, 1] })
            .Weight($"{y}.shift", Tensor.Spread([4], -1, 1, 9) with { Shape = [4, 1, 1] })
            .Node("Mul", $"{y}.maps {y}.scale", $"{y}.scaled")
            .Node("Add", $"{y}.scaled {y}.shift", y);

    // Before opset 11 the bounds are attributes.
    private static TinyGraph Clipped(TinyGraph g, string x, string y, int opset) =>
        opset < 11
            ? g.Node("Clip", x, y, Of("min", 0.25f), Of("max", 0.75f))
            : g.Weight("low", Tensor.Of([], 0.25)).Weight("high", Tensor.Of([], 0.75)).Node("Clip", $"{x} low high", y);

    private static TinyGraph Classified(TinyGraph g) =>
        g.Node("GlobalAveragePool", "z", "p").Node("Flatten", "p", "f").Classify().Output("scores");
}
