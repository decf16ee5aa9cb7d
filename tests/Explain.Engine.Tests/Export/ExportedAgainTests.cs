using Explain.Engine.Catalogue;
using Explain.Engine.Export;
using Explain.Engine.Vocabulary;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.ML.OnnxRuntime;
using static Explain.Autodiff.Graphs.Attributes;
using Tensor = Explain.Testing.Tensor;

namespace Explain.Engine.Tests.Export;

/// <summary>
/// Names of generated values and nodes are new, whatever the model calls its own: a file that was exported can be explained and exported.
/// </summary>
public sealed class ExportedAgainTests : IDisposable
{
    private static readonly string[] Tried =
    [
        "gradcam",
        "saliency",
        "layercam",
        "lrp-epsilon",
        "deeplift",
        "shapleycam",
        "integrated-gradients",
    ];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("again");

    public static TheoryData<bool> Targets => [false, true];

    [Theory, MemberData(nameof(Targets))]
    public async Task AnExportedModelAnswersAsTheOriginalAndIsExportedAgain(bool target)
    {
        var (net, path) = Net();
        using var original = await OpenAsync(path);
        for (var round = 1; round <= 3; round++)
        {
            using var last = await OpenAsync(path);
            var written = Path.Combine(_folder.FullName, $"{round}.onnx");
            ExplanationExport.Write(last, last.Status[0].Name, "gradcam", null, target, _folder.FullName, written);
            using var again = await OpenAsync(written);
            var status = Assert.Single(again.Status);
            Assert.True(status.State == ModelState.Ready, status.Error);
            Assert.Equal(original.Status[0].Description!.Layer, status.Description!.Layer);
            Assert.Equal(
                original.Status[0].Methods.Where(m => m.Supported).Select(m => m.Method),
                status.Methods.Where(m => m.Supported).Select(m => m.Method)
            );
            if (!target)
                AssertSame(original, again, net.Image());
            path = written;
        }
        using var session = new InferenceSession(path);
        Assert.Equal(["y", "explanation", "explanation_2", "explanation_3"], session.OutputNames);
    }

    [Fact]
    public async Task AnExportedGradientIsServedAndExplained()
    {
        var (net, path) = Net();
        var written = Path.Combine(_folder.FullName, "gradient.onnx");
        GradientExport.Write(path, "y", "x", written);
        using var again = await OpenAsync(written);
        Assert.True(again.Status[0].State == ModelState.Ready, again.Status[0].Error);
        Assert.All(again.Status[0].Methods.Where(m => Tried.Contains(m.Method)), m => Assert.True(m.Supported, m.Reason));
        Assert.Equal("gradient_2", GradientExport.Write(written, "y", "x", Path.Combine(_folder.FullName, "second.onnx")).Output);
    }

    [Theory]
    [InlineData("explain/classes", "explain/weights", "explain/gradient/l")]
    [InlineData("explain/resolved", "explain/reference", "explain/curvature/l")]
    [InlineData("explain/cotangent", "explain/const_0", "explain/Mul_3")]
    [InlineData("explain/reference/l", "explain/gradient/x", "explain2/classes")]
    public void AModelMayCallItsOwnValuesAsTheGeneratedOnesAreCalled(string first, string second, string third)
    {
        TinyGraph Named(string a, string b, string c) =>
            Tiny.Features()
                .Node("Sigmoid", "l", a)
                .Node("Tanh", a, b)
                .Node("GlobalMaxPool", b, c)
                .Node("Flatten", c, "f")
                .Classify()
                .Output("scores", b);
        using var plain = Named("s", "t", "u").Load();
        using var named = Named(first, second, third).Load();
        var image = Named("s", "t", "u").Image();
        foreach (var method in Tried)
        {
            Assert.Equal(
                plain.View.Explain(image, method, layer: LayerOf(method, "t")).Map.Values,
                named.View.Explain(image, method, layer: LayerOf(method, second)).Map.Values
            );
        }
    }

    [Fact]
    public void NodesMayBeCalledAsTheGeneratedOnesAre()
    {
        // As Paddle's exporter leaves them: below opset 13 the softmax is rewritten, and the last node of it has a name of its own.
        var graph = Tiny.Features().PoolAndClassify().Node("Softmax", "scores", "y", Of("axis", 1L)).Output("y").Build();
        foreach (var (node, number) in graph.Proto.Node.Select((n, i) => (n, i)))
            node.Name = $"explain/{node.OpType}_{number}";
        using var loaded = Tiny.Load(graph.ToBytes());
        foreach (var method in Tried)
            Assert.NotEmpty(loaded.View.Explain(Tiny.Features().Image(), method).Map.Values);
    }

    [Fact]
    public void ARewrittenSoftmaxBeforeTheLayerLeavesNoNodeTwice()
    {
        var net = new TinyGraph(opset: 9)
            .Input("x", 1, 3, 5, 6)
            .Convolve("x", 4, 3, "c0")
            .Node("Softmax", "c0", "l", Of("axis", 1L))
            .Node("Softmax", "l", "m", Of("axis", 2L))
            .Convolve("m", 4, 4, "c1")
            .Node("GlobalAveragePool", "c1", "pooled")
            .Node("Flatten", "pooled", "f")
            .Classify()
            .Output("scores");
        using var loaded = net.Load();
        foreach (var method in new[] { "gradcam", "saliency" })
            Assert.NotEmpty(loaded.View.Explain(net.Image(), method).Map.Values);
    }

    [Theory, InlineData("model.onnx"), InlineData("exported-explained.onnx")]
    public async Task TheSharedModelsAreExplained(string file)
    {
        Assert.SkipWhen(SharedData.Root is null, SharedData.Missing);
        using var catalogue = await OpenAsync(SharedData.Path("cases", "models", "generated-node-name-collision", file));
        var status = catalogue.Status[0];
        Assert.True(status.State == ModelState.Ready, status.Error);
        using var lease = catalogue.Borrow(status.Name);
        var input = status.Description!.Input;
        var shape = status.Description.Inputs.Single(i => i.Name == input.Name).Shape.Select(d => Math.Max(d, 1)).ToArray();
        (shape[2], shape[3]) = (input.Height, input.Width);
        var image = Tensor.Spread(shape, -1, 1, 3).ToEngine();
        if (status.Description.Classes == 0)
        {
            Assert.NotEmpty(
                lease.Model.Explain(image, "saliency", $$"""{"output":"{{status.Description.Logit}}","index":[0,3]}""").Map.Values
            );
            return;
        }
        foreach (var method in new[] { "gradcam", "saliency", "layercam", "lrp-epsilon" })
            Assert.NotEmpty(lease.Model.Explain(image, method).Map.Values);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static string? LayerOf(string method, string layer) => method is "gradcam" or "layercam" or "shapleycam" ? layer : null;

    private static void AssertSame(ModelCatalogue original, ModelCatalogue again, FloatTensor image)
    {
        using var first = original.Borrow(original.Status[0].Name);
        using var second = again.Borrow(again.Status[0].Name);
        foreach (var method in Tried)
        {
            var expected = first.Model.Explain(image, method).Map;
            var map = second.Model.Explain(image, method).Map;
            Assert.InRange(InDoubles(map).DistanceTo(InDoubles(expected)), 0, 1e-5);
        }
    }

    private static Tensor InDoubles(FloatTensor tensor) => new([.. tensor.Shape], Array.ConvertAll(tensor.Values, v => (double)v));

    private static async Task<ModelCatalogue> OpenAsync(string path)
    {
        var options = new EngineOptions { Device = Device.Cpu, ThreadsPerModel = 1 };
        var catalogue = ModelCatalogue.ForPath(path, options, NullLogger.Instance);
        await catalogue.LoadAllAsync(TestContext.Current.CancellationToken);
        return catalogue;
    }

    // Old enough that a softmax is rewritten, and with a pool behind a ReLU, which is moved.
    private (TinyGraph Net, string Path) Net()
    {
        var net = new TinyGraph(opset: 11, known: Known.AllButBatch)
            .Input("x", 2, 3, 8, 8)
            .Convolve("x", 4, 3, "c0")
            .Node("Relu", "c0", "r0")
            .Node("MaxPool", "r0", "p0", Of("kernel_shape", [2, 2]), Of("strides", [2, 2]))
            .Convolve("p0", 4, 4, "c1")
            .Node("Sigmoid", "c1", "l")
            .PoolAndClassify()
            .Node("Softmax", "scores", "y", Of("axis", 1L))
            .Output("y");
        var path = Path.Combine(_folder.FullName, "net.onnx");
        File.WriteAllBytes(path, net.ToBytes());
        return (net, path);
    }
}
