using Explain.Autodiff.Backpropagation;
using Explain.Autodiff.Graphs;
using Explain.Autodiff.Rewriting;
using Explain.Autodiff.Rewriting.Fused;
using Explain.Autodiff.Rules;
using Microsoft.ML.OnnxRuntime;
using static Explain.Autodiff.Graphs.Attributes;

namespace Explain.Autodiff.Tests;

/// <summary>Models that were saved with all of ONNX Runtime's optimisations, whose maps lie in blocks.</summary>
public class BlockedLayoutTests
{
    // Everything that the optimiser takes into blocks: few channels, more than a block, groups, depthwise, a sum, scaling, pools.
    private static TinyGraph Net() =>
        new TinyGraph()
            .Input("x", 1, 3, 16, 16)
            .Weight("w0", Tensor.Spread([24, 3, 3, 3], -0.2, 0.2, 1))
            .Weight("b0", 24)
            .Node("Conv", "x w0 b0", "c0", Of("pads", [1L, 1, 1, 1]), Of("strides", [2L, 2]))
            .Node("Relu", "c0", "r0")
            .Weight("w1", Tensor.Spread([32, 24, 1, 1], -0.2, 0.2, 2))
            .Node("Conv", "r0 w1", "c1")
            .Node("LeakyRelu", "c1", "r1", Of("alpha", 0.2f))
            .Weight("w2", Tensor.Spread([32, 1, 3, 3], -0.3, 0.3, 3))
            .Node("Conv", "r1 w2", "c2", Of("pads", [1L, 1, 1, 1]), Of("group", 32))
            .Weight("w3", Tensor.Spread([32, 32, 3, 3], -0.1, 0.1, 4))
            .Node("Conv", "c2 w3", "c3", Of("pads", [1L, 1, 1, 1]))
            .Node("Add", "c3 r1", "s3")
            .Node("Relu", "s3", "r3")
            .Node("MaxPool", "r3", "m", Of("kernel_shape", [2L, 2]), Of("strides", [2L, 2]))
            .Node("AveragePool", "m", "a", Of("kernel_shape", [3L, 3]), Of("pads", [1L, 1, 1, 1]))
            .Weight("w4", Tensor.Spread([32, 16, 1, 1], -0.2, 0.2, 5))
            .Node("Conv", "a w4", "c4", Of("group", 2))
            .Weight("up", Tensor.Of([4], 1, 1, 2, 2))
            .Node(
                "Resize",
                "c4 - up",
                "u",
                Of("mode", "nearest"),
                Of("coordinate_transformation_mode", "asymmetric"),
                Of("nearest_mode", "floor")
            )
            .Node("Concat", "u r3", "j", Of("axis", 1))
            .Weight("w5", Tensor.Spread([20, 64, 1, 1], -0.2, 0.2, 6))
            .Node("Conv", "j w5", "c5")
            .Node("Sigmoid", "c5", "g5")
            .Node("GlobalMaxPool", "g5", "t")
            .Node("GlobalAveragePool", "g5", "v")
            .Node("Mul", "t v", "y")
            .Output("y");

    [Fact]
    public void MapsArePlainAgainAndTheGradientIsThatOfThePlainModel()
    {
        var net = Net();
        var expected = Runtime.Run(net.Build(), net.Feeds)["y"];
        var saved = Optimised(net.Build());
        Assert.Contains(saved.Nodes, n => n.Domain == "com.microsoft.nchwc");

        Runtime.DeclareTypes(saved);
        while (Definitions.TakeApart(saved))
            Runtime.DeclareTypes(saved);

        Assert.DoesNotContain(saved.Nodes, n => n.Domain == "com.microsoft.nchwc");
        Assert.InRange(Runtime.Run(saved, net.Feeds)["y"].DistanceTo(expected), 0, 1e-6);
        var feeds = new Dictionary<string, Tensor>(net.Feeds) { [ExplainGraph.Cotangent] = Tensor.Normal(expected.Shape, 7) };
        Assert.InRange(Gradient(saved, feeds).DistanceTo(Gradient(net.Prepare(), feeds)), 0, 1e-6);
    }

    [Fact]
    public void ABlockHasAsManyChannelsAsInOnnxRuntime()
    {
        var tiny = new TinyGraph()
            .Input("x", Tensor.Of([1, 32, 1, 2], [.. Enumerable.Range(0, 64).Select(i => (double)i)]))
            .Node("com.microsoft.nchwc.ReorderInput", "x", "y")
            .Output("y");
        // The second pixel of the first channel comes behind the first pixel of all channels of the block.
        Assert.Equal(BlockedLayout.Block, Array.IndexOf(Runtime.Run(tiny.Build(), tiny.Feeds)["y"].Values, 1.0));
    }

    [Fact]
    public void BlocksOfAnotherMachineAreRefused()
    {
        var graph = new TinyGraph(known: Known.Nothing)
            .Input("x", 1, 4, 2, 2)
            .Weight("w", 4, 4, 1, 1)
            .Node("com.microsoft.nchwc.Conv", "x w", "y")
            .Output("y")
            .Build();
        var refusal = Assert.Throws<NotSupportedException>(() => Definitions.TakeApart(graph));
        Assert.Contains("another kind of processor", refusal.Message);
    }

    private static Tensor Gradient(Graph graph, Dictionary<string, Tensor> feeds)
    {
        var y = graph["y"];
        var cotangent = graph.AddInput(ExplainGraph.Cotangent, new TensorType(y.Element, null));
        var gradient = Backward.Gradients(graph, y, cotangent, ["x"], GradientRules.Plain)["x"];
        graph.SetOutputs([gradient.Name]);
        return Runtime.Run(graph, feeds)[gradient.Name];
    }

    private static Graph Optimised(Graph graph)
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "optimised.onnx");
        using var options = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            OptimizedModelFilePath = path,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        new InferenceSession(graph.ToBytes(), options).Dispose();
        return Graph.Parse(File.ReadAllBytes(path));
    }
}
