using Explain.Autodiff.Backpropagation;
using Explain.Autodiff.Graphs;
using Explain.Autodiff.Onnx;
using Explain.Autodiff.Rules;
using static Explain.Autodiff.Graphs.Attributes;

namespace Explain.Autodiff.Tests;

/// <summary>
/// On large maps of known extents the gradient of a max pooling takes another way than by indices, and must come to the same. All values
/// are small whole numbers: there are ties everywhere, and sums are exact.
/// </summary>
public class MaxPoolingTests
{
    private static readonly string Gradient = ExplainGraph.GradientOf("x");

    // csharpier-ignore
    public static TheoryData<long[], long[], long[], long> Windows => new()
    {
        { [2, 2], [2, 2], [0, 0, 0, 0], 0 },
        { [3, 3], [2, 2], [0, 0, 0, 0], 0 },
        { [3, 3], [1, 1], [0, 0, 0, 0], 0 },
        { [3, 2], [3, 1], [0, 0, 0, 0], 0 },
        { [1, 3], [1, 2], [0, 0, 0, 0], 0 },
        { [5, 1], [3, 1], [0, 0, 0, 0], 0 },
        { [4, 5], [2, 3], [0, 0, 0, 0], 0 },
        { [3, 3], [2, 2], [1, 1, 1, 1], 0 },
        { [3, 3], [1, 1], [1, 1, 1, 1], 0 },
        { [3, 3], [2, 2], [0, 1, 2, 0], 0 },
        { [5, 4], [3, 2], [2, 3, 1, 2], 0 },
        { [3, 3], [2, 2], [0, 0, 0, 0], 1 },
        { [3, 3], [2, 2], [1, 0, 1, 0], 1 },
        { [5, 4], [4, 3], [0, 2, 1, 0], 1 },
    };

    [Theory, MemberData(nameof(Windows))]
    public void MaximaThatAReluReadsGetTheSameGradientAsByIndices(long[] kernel, long[] strides, long[] pads, long ceil)
    {
        foreach (var (height, width) in new[] { (65L, 66L), (68L, 67L) })
        {
            Same(known =>
                Map(known, height, width, -3, 2)
                    .Node("MaxPool", "x", "m", Attributes(kernel, strides, pads, ceil))
                    .Node("Relu", "m", "y")
                    .Output("y")
            );
        }
    }

    [Theory, MemberData(nameof(Windows))]
    public void MaximaOfAnySignGetTheSameGradientAsByIndices(long[] kernel, long[] strides, long[] pads, long ceil)
    {
        var outside = pads.Any(p => p > 0) || ceil == 1;
        foreach (var (height, width) in new[] { (65L, 66L), (68L, 67L) })
        {
            Same(
                known => Map(known, height, width, -2, 2).Node("MaxPool", "x", "y", Attributes(kernel, strides, pads, ceil)).Output("y"),
                outside ? null : false
            );
        }
    }

    [Fact]
    public void MaximaThatAreReadByMoreThanAReluGetTheirGradientByIndices() =>
        Same(
            known =>
                Map(known, 65, 66, -3, 2)
                    .Node("MaxPool", "x", "m", Attributes([3, 3], [2, 2], [1, 1, 1, 1], 0))
                    .Node("Relu", "m", "r")
                    .Node("Add", "r m", "y")
                    .Output("y"),
            byIndices: true
        );

    [Theory]
    [InlineData(16, 8, 8, 1)]
    [InlineData(12, 80, 80, 1)]
    [InlineData(16, 80, 80, 2)]
    public void SmallMapsOddChannelsAndDilationsTakeIndices(long channels, long height, long width, long dilation) =>
        Same(
            known =>
                new TinyGraph(known: known)
                    .Input("x", Whole([1, channels, height, width], -2, 2))
                    .Node("MaxPool", "x", "y", Of("kernel_shape", [3, 3]), Of("strides", [2, 2]), Of("dilations", [dilation, dilation]))
                    .Output("y"),
            byIndices: true
        );

    [Theory]
    [InlineData("y", false)]
    [InlineData("r", true)]
    [InlineData("c", true)]
    public void ReluIsAppliedBehindThePoolUnlessItsOwnGradientIsAskedFor(string layer, bool rectifiedBefore)
    {
        Graph Make(Known known) => Differentiated.Graph(Rectified(known).Prepare(), new GradientQuery("z", ["x", layer]) { Dense = true });
        var graph = Make(Known.AllButBatch);
        Assert.DoesNotContain(graph.Nodes, n => n.OpType == "ScatterElements" && !rectifiedBefore);
        Assert.Equal(rectifiedBefore, graph.Nodes.Single(n => n.OpType == "MaxPool" && n.Name == "maxpool/y").Input[0] == "c");
        var feeds = Feeds(Rectified(Known.Everything), "z");
        var (moved, expected) = (Runtime.Run(graph, feeds, true), Runtime.Run(Make(Known.Nothing), feeds));
        Assert.All(expected, e => Assert.Equal(e.Value.Values, moved[e.Key].Values));
    }

    [Fact]
    public void AReluWithAnotherRuleStaysWhereItIs()
    {
        var guided = GradientRules.Plain.With(
            "guided",
            KeyValuePair.Create("Relu", new GradientRule((n, dy) => [Ops.Emit("Relu", [dy]) * Ops.Step(n.Y)]))
        );
        var graph = Differentiated.Graph(
            Rectified(Known.Everything).Prepare(),
            new GradientQuery("z", ["x"]) { Dense = true, Rules = guided }
        );
        Assert.Equal("c", graph.Nodes.Single(n => n.Name == "maxpool/y").Input[0]);
    }

    // Two rectified maps side by side under one pool.
    private static TinyGraph Rectified(Known known) =>
        Map(known, 65, 66, -3, 2)
            .Node("Relu", "x", "r")
            .Node("Neg", "x", "n")
            .Node("Relu", "n", "s")
            .Node("Concat", "r s", "c", Of("axis", 1))
            .Node("MaxPool", "c", "y", Attributes([3, 3], [2, 2], [1, 1, 1, 1], 0))
            .Node("Neg", "y", "z")
            .Output("z");

    private static void Same(Func<Known, TinyGraph> make, bool? byIndices = false)
    {
        var feeds = Feeds(make(Known.Everything), "y");
        var expected = Runtime.Run(GradientCheck.Backwards(make(Known.Nothing), ["x"]), feeds);
        foreach (var known in new[] { Known.Everything, Known.AllButBatch })
        {
            var graph = GradientCheck.Backwards(make(known), ["x"]);
            if (byIndices is { } indices)
                Assert.Equal(indices, graph.Nodes.Any(n => n.OpType == "ScatterElements"));
            foreach (var optimised in new[] { false, true })
            {
                var outputs = Runtime.Run(graph, feeds, optimised);
                Assert.Equal(expected["y"].Values, outputs["y"].Values);
                Assert.Equal(expected[Gradient].Values, outputs[Gradient].Values);
            }
        }
        var native = GradientCheck.Backwards(make(Known.AllButBatch), ["x"], native: true);
        Assert.Contains(native.Nodes, n => n.OpType == "MaxPoolGrad");
        Assert.All(Native.Run(native, feeds), outputs => Assert.Equal(expected[Gradient].Values, outputs[Gradient].Values));
    }

    private static Dictionary<string, Tensor> Feeds(TinyGraph tiny, string output) =>
        new(tiny.Feeds) { [ExplainGraph.Cotangent] = Whole(Runtime.Run(tiny.Build(), tiny.Feeds)[output].Shape, -9, 9) };

    private static TinyGraph Map(Known known, long height, long width, int low, int high) =>
        new TinyGraph(known: known).Input("x", Whole([2, 16, height, width], low, high));

    private static AttributeProto[] Attributes(long[] kernel, long[] strides, long[] pads, long ceil) =>
        [Of("kernel_shape", kernel), Of("strides", strides), Of("pads", pads), Of("ceil_mode", ceil)];

    private static Tensor Whole(long[] shape, int low, int high)
    {
        var random = new Random(4);
        return new Tensor(
            shape,
            [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(_ => (double)random.Next(low, high + 1))]
        );
    }
}
