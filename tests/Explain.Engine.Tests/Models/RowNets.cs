using Explain.Engine.Explaining;
using Explain.Engine.Models;
using Explain.Engine.Parameters;
using Explain.Engine.Telemetry;
using Explain.Engine.Vocabulary;
using static Explain.Autodiff.Graphs.Attributes;

namespace Explain.Engine.Tests.Models;

/// <summary>Nets whose batch items mind each other, and the methods that are tried on them.</summary>
internal static class RowNets
{
    public static readonly ExplainParameters Few = new()
    {
        Target = "1",
        Sign = Sign.Both,
        Options = new()
        {
            Samples = 9,
            Seed = 5,
            Window = (2, 2),
        },
    };

    // What the image becomes before the net, or the scores behind it: from "x" to "y", and from "s" to "scores".
    public static readonly Dictionary<string, Func<TinyGraph, TinyGraph>> Before = new()
    {
        ["mean of the batch"] = g => g.Ints("ax", 0).Node("ReduceMean", "x ax", "m").Node("Sub", "x m", "y"),
        ["variance of the batch"] = g =>
            g.Ints("ax", 0, 2, 3)
                .Node("ReduceMean", "x ax", "m")
                .Node("Sub", "x m", "d")
                .Node("Mul", "d d", "dd")
                .Node("ReduceMean", "dd ax", "v")
                .Weight("eps", Tensor.Of([], 0.5))
                .Node("Add", "v eps", "ve")
                .Node("Sqrt", "ve", "sd")
                .Node("Div", "d sd", "y"),
        ["maximum of everything"] = g =>
            g.Node("ReduceMax", "x", "m").Weight("eps", Tensor.Of([], 0.5)).Node("Add", "m eps", "me").Node("Div", "x me", "y"),
        ["maximum of everything, flat"] = g =>
            g.Ints("flat", -1)
                .Node("Reshape", "x flat", "xf")
                .Node("ReduceMax", "xf", "m")
                .Weight("eps", Tensor.Of([], 0.5))
                .Node("Add", "m eps", "me")
                .Node("Div", "x me", "y"),
        ["one scale for the batch"] = g =>
            g.Node("DynamicQuantizeLinear", "x", "q scale zero").Node("DequantizeLinear", "q scale zero", "y"),
        ["softmax over the batch"] = g => g.Node("Softmax", "x", "p", Of("axis", 0)).Node("Mul", "x p", "y"),
        // Below the bound nothing is shared; and no image of the tests' size passes it.
        ["a maximum that is only compared"] = g =>
            g.Node("ReduceMax", "x", "m")
                .Weight("bound", Tensor.Of([], 4000))
                .Node("Greater", "m bound", "large")
                .Weight("scale", Tensor.Of([], 0.004))
                .Node("Mul", "x scale", "small")
                .Node("Where", "large small x", "y"),
    };

    public static readonly string[] Sampling =
    [
        "occlusion",
        "rise",
        "kernelshap",
        "integrated-gradients",
        "smoothgrad",
        "scorecam",
        "ablationcam",
        "aise",
    ];

    public static TinyGraph Net(Known known, Func<TinyGraph, TinyGraph> before, int items = 2, string of = "y") =>
        before(new TinyGraph(known: known).Input("x", Tensor.Spread([items, 3, 5, 6], -2, 2, 3)))
            .Convolve(of, 4, 3, "c0")
            .Node("Relu", "c0", "l")
            .PoolAndClassify()
            .Output("scores");

    public static TensorAnswer Explained(LoadedModel loaded, FloatTensor input, ExplainParameters parameters) =>
        TensorExplainer.Explain(
            loaded.View,
            new TensorQuery(input, parameters) { Parts = parameters.Method == "gradcam" ? TensorParts.Gradients : TensorParts.None },
            Tiny.Images,
            RunContext.Alone(TestContext.Current.CancellationToken)
        );
}
